//! The steps that move money: open, pay, confirm, resolve, abandon, review, deliver.
//!
//! Each is a pure function from (state, input) to (state, effects). A server stores what a [`Step`]
//! says in one transaction and then sends what it says; a simulator does the same against a model.
//! Nothing here knows a database, a network, a clock or randomness.
//!
//! ```mermaid
//! sequenceDiagram
//!     participant B as Browser
//!     participant M as Merchant server
//!     participant G as Gateway
//!     B->>M: attempts
//!     Note over M: open::requested, row durable
//!     M->>G: create(payment)
//!     Note over M: open::answered
//!     B->>M: pay
//!     Note over M: pay::requested, claimed
//!     M->>G: confirm(token), or read
//!     Note over M: pay::answered, confirm::agree
//!     G-->>M: webhook, or return
//!     M->>G: read
//!     Note over M: confirm::agree, again harmless
//! ```

pub mod abandon;
pub mod close;
pub mod confirm;
mod decline;
pub mod deliver;
pub mod open;
pub mod operate;
pub mod pay;
pub mod reprice;
pub mod resolve;
pub mod review;
mod snapshot;

use serde::{Deserialize, Serialize};

use crate::ids::TokenId;
use crate::money::Money;
use crate::order::{Attempt, Order, ReturnReason};
use crate::timestamp::Timestamp;

pub use decline::{Decline, declines};
pub use operate::RefundFact;
pub use snapshot::{Account, Snapshot};

/// What one step decides about: an order and one of its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The order.
    pub order: Order,
    /// The attempt at hand.
    pub attempt: Attempt,
}

/// What a step decided: the new state, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The new state, to be stored.
    pub case: Case,
    /// To be stored with it: what happened, for people.
    pub timeline: Vec<Entry>,
    /// To be stored with it: what the shop must hear.
    pub events: Vec<ShopEvent>,
    /// To be stored with it: money to move.
    pub operation: Option<OperationOrder>,
    /// To be sent after that is durable.
    pub send: Option<Request>,
    /// For the people on duty.
    pub alert: Option<String>,
}

impl Step {
    /// A step that changes nothing yet.
    fn from(case: Case) -> Self {
        Self { case, timeline: Vec::new(), events: Vec::new(), operation: None, send: None, alert: None }
    }

    /// Notes what happened.
    fn note(&mut self, kind: EntryKind, detail: impl Into<String>) {
        self.timeline.push(Entry { kind, detail: detail.into() });
    }
}

/// What to ask of the gateway. Everything else it needs stands in the attempt's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Open the payment, unconfirmed, under our id.
    Create,
    /// Confirm it with this token. Sent again word for word while the answer is not known.
    Confirm {
        /// The card's stand-in.
        token: TokenId,
    },
    /// Read it, asking the processor too.
    Read,
    /// Cancel it; only a definite answer counts.
    Cancel,
}

/// The gateway answered `request`, whichever step sent it: the one door for answers.
pub fn answered(
    case: Case,
    account: &Account,
    limits: &open::Limits,
    request: &Request,
    answer: Answer<Snapshot>,
    now: Timestamp,
) -> Step {
    let held = case.attempt.state.holds_the_order();
    let mut step = match request {
        Request::Create => open::answered(case, account, answer, now),
        Request::Confirm { .. } => pay::answered(case, account, answer, now),
        Request::Read => resolve::answered(case, account, answer, now),
        Request::Cancel => abandon::answered(case, account, answer, now),
    };
    // Of one that did not hold the order nobody knows here who does.
    if held {
        close::if_used_up(&mut step, limits);
    }
    step
}

/// What came back. After bytes were sent there is no fourth answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// Done, and this is how it stands.
    Done(T),
    /// Definitely not done.
    Refused(Refusal),
    /// Nobody can say: a time-out, a reset, a 5xx, an answer that makes no sense.
    Unknown(String),
}

impl<T> Answer<T> {
    /// Looks closer at what was done; the other two answers stay what they are.
    pub fn and_then<U>(self, look: impl FnOnce(T) -> Answer<U>) -> Answer<U> {
        match self {
            Self::Done(done) => look(done),
            Self::Refused(refusal) => Answer::Refused(refusal),
            Self::Unknown(why) => Answer::Unknown(why),
        }
    }
}

/// What the answer to an operation shows: the payment, or the refund.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    target_pointer_width = "64",
    expect(clippy::large_enum_variant, reason = "one at a time, from the answer to the step")
)]
pub enum Shown {
    /// After a capture, a void, or a read before one of them.
    Payment(Snapshot),
    /// After a refund, or a read of one.
    Refund(RefundFact),
}

/// Why the gateway definitely did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not one byte was sent: there is no connection to the gateway.
    NotSent,
    /// There is no such payment.
    NotFound,
    /// The id was used before: by us, or nobody.
    Exists,
    /// The payment's status does not allow it.
    WrongState,
    /// The token is expired, foreign or used up.
    TokenRejected,
    /// Our key is not accepted: a person must look. The request may be right. The text is safe to log.
    OurKey(String),
    /// Our request is wrong: a person must look. The text is safe to log.
    Ours(String),
}

/// One line of what happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub kind: EntryKind,
    /// The particulars, for people. No card data, no secret.
    pub detail: String,
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// The shop made it.
    Created,
    /// A payment was opened at the gateway.
    PaymentOpened,
    /// A card was handed over.
    Submitted,
    /// The bank asked for the shopper.
    ChallengeStarted,
    /// The answer is not known.
    AnswerLost,
    /// The gateway is still at it.
    Processing,
    /// Money is held.
    Authorized,
    /// Money is captured.
    Paid,
    /// The bank said no.
    Declined,
    /// The attempt will never pay.
    PaymentCanceled,
    /// Facts disagree.
    Review,
    /// A person took the payment as it is.
    ReviewAccepted,
    /// A person sent the money back.
    ReviewReturned,
    /// Money that was not wanted goes back.
    ReturnOrdered,
    /// It went back.
    Returned,
    /// The shop changed the price.
    AmountChanged,
    /// A capture was ordered.
    CaptureOrdered,
    /// The shop lets go of what is held.
    VoidOrdered,
    /// The shop gives money back.
    RefundOrdered,
    /// It was given back.
    Refunded,
    /// A capture, void or refund was definitely not carried out.
    OperationRefused,
    /// The order was canceled.
    Canceled,
    /// The order's time is over.
    Expired,
}

impl EntryKind {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::PaymentOpened => "payment_opened",
            Self::Submitted => "submitted",
            Self::ChallengeStarted => "challenge_started",
            Self::AnswerLost => "answer_lost",
            Self::Processing => "processing",
            Self::Authorized => "authorized",
            Self::Paid => "paid",
            Self::Declined => "declined",
            Self::PaymentCanceled => "payment_canceled",
            Self::Review => "review",
            Self::ReviewAccepted => "review_accepted",
            Self::ReviewReturned => "review_returned",
            Self::ReturnOrdered => "return_ordered",
            Self::Returned => "returned",
            Self::AmountChanged => "amount_changed",
            Self::CaptureOrdered => "capture_ordered",
            Self::VoidOrdered => "void_ordered",
            Self::RefundOrdered => "refund_ordered",
            Self::Refunded => "refunded",
            Self::OperationRefused => "operation_refused",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
        }
    }
}

/// What the shop must hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShopEvent {
    /// Money is held.
    Authorized,
    /// Money is there.
    Paid,
    /// An attempt failed; the order is open.
    PaymentFailed,
    /// Money that was not wanted went back.
    PaymentReturned(ReturnReason),
    /// A person must decide.
    Review,
    /// The hold was released.
    Voided,
    /// The order ended unpaid.
    Canceled,
    /// The order ended by time.
    Expired,
    /// Money that the shop gave back is back.
    RefundSucceeded,
    /// It is not, and will not be.
    RefundFailed,
}

impl ShopEvent {
    /// The event's type on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorized => "order.authorized",
            Self::Paid => "order.paid",
            Self::PaymentFailed => "order.payment_failed",
            Self::PaymentReturned(_) => "order.payment_returned",
            Self::Review => "order.review",
            Self::Voided => "order.voided",
            Self::Canceled => "order.canceled",
            Self::Expired => "order.expired",
            Self::RefundSucceeded => "refund.succeeded",
            Self::RefundFailed => "refund.failed",
        }
    }
}

/// Money to move: becomes a row before any call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationOrder {
    /// Which way.
    pub kind: OperationKind,
    /// How much.
    pub amount: Money,
    /// The call is not made before; at once where there is none.
    pub not_before: Option<Timestamp>,
}

impl OperationOrder {
    /// Money to move at once.
    pub fn now(kind: OperationKind, amount: Money) -> Self {
        Self { kind, amount, not_before: None }
    }
}

/// Which way money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// Take what is held.
    Capture,
    /// Let go of what is held.
    Void,
    /// Give back what was taken.
    Refund,
}

impl OperationKind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Capture => "capture",
            Self::Void => "void",
            Self::Refund => "refund",
        }
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Capture, Self::Void, Self::Refund].into_iter().find(|kind| kind.as_str() == name)
    }
}
