//! Life of a payment at the gateway. Pure: knows no clock, no card number, no wire format.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> AwaitingCard
//!     AwaitingCard --> AwaitingConfirmation: card attached
//!     AwaitingCard --> AwaitingChallenge: the issuer wants to see the shopper
//!     AwaitingCard --> Authorized: approved, manual capture
//!     AwaitingCard --> Captured: approved, automatic capture
//!     AwaitingCard --> Declined
//!     AwaitingConfirmation --> Captured: as from AwaitingCard
//!     AwaitingChallenge --> Authorized: passed
//!     AwaitingChallenge --> Captured: passed
//!     AwaitingChallenge --> Declined: refused
//!     AwaitingCard --> Processing: the issuer will answer later
//!     Processing --> Authorized: approved
//!     Processing --> Captured: approved
//!     Processing --> Declined
//!     AwaitingCard --> AwaitingMerchant: something is odd
//!     AwaitingMerchant --> Captured: approved by the merchant, as from Processing
//!     AwaitingMerchant --> Declined: rejected by the merchant
//!     Authorized --> Authorized: more is held
//!     Authorized --> Captured: in full, or in part and the rest released
//!     Authorized --> PartlyCaptured: one of several captures
//!     Authorized --> Declined: the capture failed
//!     PartlyCaptured --> PartlyCaptured: another
//!     PartlyCaptured --> Captured: the last, or the rest released or held for too long
//!     Captured --> CancelledPostCapture
//!     Authorized --> Cancelled: by the merchant, or held for too long
//!     AwaitingChallenge --> Cancelled
//!     AwaitingCard --> Cancelled
//!     AwaitingCard --> Expired
//!     Declined --> Captured: tried again
//! ```

mod decline;
mod state;
mod status;

pub use decline::DeclineReason;
pub use state::{IssuerAnswer, PaymentEvent, PaymentState, Submission, TransitionError, Verdict};
pub use status::{IntentStatus, IntentStatusError};
