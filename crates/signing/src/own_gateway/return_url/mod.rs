//! The signed return URL: the browser's way back to the shop, with a hint of what happened.
//!
//! The gateway signs *all* parameters, decoded, sorted and joined without escaping, so `&` inside a
//! value looks like a separator and two URLs may share one signature. The verifier therefore takes
//! a fixed set of names, each once, none holding `&`: over those, the signed text can be read in one
//! way only.
//!
//! Two invariants hold the two sides together:
//! - A return address that we give to a gateway holds `order=ord_…` and **no other parameter**. What
//!   stands there is signed too, and the verifier does not put it back: one more parameter, and
//!   every return of that payment is refused.
//! - A verified return is a hint. It never expires and says nothing of currency or capture; only a
//!   read with the secret key decides.

mod sign;
mod verify;

pub use sign::{ReturnParams, SignError, sign};
pub use verify::{AmountExpected, ReturnRefused, VerifiedReturn, verify};

/// The parameter that carries the signature.
const SIGNATURE: &str = "signature";

/// The parameter that names the algorithm.
const SIGNATURE_ALGORITHM: &str = "signature_algorithm";

/// The one algorithm. A URL does not choose.
const ALGORITHM: &str = "HMAC-SHA512";
