//! The sealed return URL: one parameter, `florin=v4.local.…`, that only its receiver can read.
//!
//! Beside OwnGateway's signed URL, which says its facts in the open, covers no time and no account,
//! and has two readings. A seal is a PASETO v4.local token: encrypted, authenticated, with the key's id
//! in the footer and, as an implicit assertion, whom it is for. So a seal made for another purpose,
//! mode, account or return address opens as little as one that was changed.
//!
//! An opened seal is a hint too: for a quarter of an hour it says what *was*. Read the payment.

mod claims;
mod key;
mod open;
mod seal;

pub use claims::{Audience, Claims};
pub use key::{SealingKey, SealingKeyError};
pub use open::{SealRefused, open};
pub use seal::{SealError, seal};

use std::time::Duration;

/// The one parameter.
pub const PARAMETER: &str = "florin";

/// What every seal begins with. A URL does not choose its version.
const HEADER: &str = "v4.local.";

/// No seal is good for longer.
pub const LONGEST_LIFE: Duration = Duration::from_secs(15 * 60);

/// How far ahead the sealer's clock may be. Nothing is added to a seal's life for it.
const SKEW: Duration = Duration::from_secs(60);
