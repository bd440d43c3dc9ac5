//! An order: what the shop sells, and how far its money has come.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> open
//!     open --> processing: submitted
//!     processing --> requires_action: the bank asks
//!     processing --> open: declined, or canceled
//!     processing --> canceled: the last try came to nothing
//!     requires_action --> open: refused, or abandoned
//!     requires_action --> canceled: the last try came to nothing
//!     processing --> authorized
//!     processing --> paid
//!     requires_action --> paid
//!     authorized --> paid: captured
//!     authorized --> voided
//!     paid --> partially_refunded
//!     paid --> refunded
//!     open --> canceled
//!     open --> expired
//!     processing --> review: facts disagree
//!     partially_refunded --> refunded
//! ```

mod attempt;
mod outcome;
mod status;

use crate::error::ErrorObject;
use crate::ids::{AttemptId, OrderId};
use crate::money::Money;
use crate::timestamp::Timestamp;

pub use attempt::{AsOpened, Attempt, AttemptState, CardSummary, Opened, ReturnReason};
pub use outcome::{outcome, outcome_of_abandon, outcome_of_attempt};
pub use status::{CaptureMethod, OrderStatus};

/// What the flows know of an order. The shop's own words about it are none of their business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which.
    pub id: OrderId,
    /// The price, decided by the shop's server.
    pub amount: Money,
    /// Whether a payment captures at once, or waits for the shop.
    pub capture: CaptureMethod,
    /// How far it has come.
    pub status: OrderStatus,
    /// Held by the bank and not yet captured, in minor units.
    pub authorized: i64,
    /// Captured, in minor units.
    pub captured: i64,
    /// Given back, in minor units.
    pub refunded: i64,
    /// Reserved by refunds that are not over, in minor units: refunded + pending ≤ captured.
    pub refund_pending: i64,
    /// The one attempt whose money pays this order.
    pub paid_by: Option<AttemptId>,
    /// When it became paid.
    pub paid_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops taking payments.
    pub expires_at: Timestamp,
    /// Attempts that carried a card.
    pub submitted: u32,
    /// Attempts that the bank refused.
    pub declined: u32,
    /// When a card was last submitted.
    pub last_submitted_at: Option<Timestamp>,
    /// Why the last attempt failed.
    pub last_error: Option<ErrorObject>,
}

impl Order {
    /// Whether `now` is past the order's end.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}
