//! Operating: a capture, void or refund is a row before the call, and ends with a definite answer only.
//!
//! Whoever carries it out asks [`call`] what to do with a claimed row, and gives what came back to
//! [`answered`].

mod refund;
mod request;
mod unwanted;

use std::time::Duration;

use super::open::Limits;
use super::{
    Account, Answer, Case, EntryKind, OperationKind, OperationOrder, Refusal, ShopEvent, Shown, Snapshot, Step, close,
    confirm,
};
use crate::error::{ErrorObject, ErrorType};
use crate::money::Money;
use crate::order::{AttemptState, ReturnReason};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

pub use refund::{RefundFact, RefundStatus};
pub use request::{OperateError, capture, refund, void};

/// How long a claimed operation may take before another worker may take it: a read and a call of 22 s each.
pub const LEASE: Duration = Duration::from_secs(60);

/// People hear of an operation that has no definite answer after this many tries, about a day.
const TRIES_BEFORE_AN_ALERT: u32 = 100;

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// The row is there; a call may have been sent.
    Claimed,
    /// The gateway has it and will tell.
    Pending,
    /// A call ended without an answer.
    Unknown,
    /// Definitely done.
    Done,
    /// Definitely not done.
    Refused,
}

impl OperationState {
    const ALL: [Self; 5] = [Self::Claimed, Self::Pending, Self::Unknown, Self::Done, Self::Refused];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing more will be tried.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Refused)
    }
}

/// A claimed operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Which way money moves.
    pub kind: OperationKind,
    /// How much.
    pub amount: Money,
    /// How often it was claimed, this time included.
    pub tries: u32,
}

/// What to do with a claimed operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Nothing was sent before: send it.
    Send,
    /// It may have been sent: read first, the refund or the payment, and ask [`after_look`].
    Look,
    /// Nothing was sent, and nothing may be any more: see [`withdrawn`].
    Withdraw,
}

/// What a look comes to.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "made once a look and taken apart at once")]
pub enum Looked {
    /// Nothing happened yet: send it now.
    Send,
    /// Give this to [`answered`].
    Answer(Answer<Shown>),
}

/// What an answer to an operation comes to.
#[derive(Debug, PartialEq, Eq)]
pub struct Operated {
    /// How far the operation is now.
    pub state: OperationState,
    /// When to try again, while it is not over.
    pub wake_at: Option<Timestamp>,
    /// Why it was refused, for the shop.
    pub error: Option<ErrorObject>,
    /// What follows for order and attempt.
    pub step: Step,
}

/// The pause before try number `tries` (from 1).
fn pause(tries: u32) -> Duration {
    Duration::from_secs(match tries {
        ..=1 => 1,
        2 => 5,
        3 => 30,
        4 => 120,
        _ => 15 * 60,
    })
}

/// What to do with an operation that was claimed just now.
pub fn call(case: &Case, operation: &Operation) -> Call {
    match operation.tries {
        ..=1 if may_be_sent(case, operation.kind) => Call::Send,
        ..=1 => Call::Withdraw,
        _ => Call::Look,
    }
}

/// A capture goes on only while its hold is wanted and believed.
fn may_be_sent(case: &Case, kind: OperationKind) -> bool {
    let unwanted = matches!(case.attempt.state, AttemptState::Review | AttemptState::Returned { .. });
    kind != OperationKind::Capture || !unwanted
}

/// What follows from a look at an operation that may have been sent.
pub fn after_look(case: &Case, operation: &Operation, look: Answer<Shown>) -> Looked {
    let nothing_happened = match &look {
        Answer::Done(Shown::Payment(snapshot)) => {
            operation.kind != OperationKind::Refund && !is_over(operation.kind, snapshot)
        }
        // A refund has an id of ours: should the first one arrive late, the gateway knows it by that.
        Answer::Refused(Refusal::NotFound) => operation.kind == OperationKind::Refund,
        _ => false,
    };
    if nothing_happened && may_be_sent(case, operation.kind) {
        return Looked::Send;
    }
    Looked::Answer(match look {
        // That we may not look says nothing about what was sent before.
        Answer::Refused(refusal) => Answer::Unknown(format!("a look was refused: {refusal:?}")),
        look => look,
    })
}

/// Whether the payment, as read just now, shows that this capture or void took effect.
pub fn took_effect(kind: OperationKind, snapshot: &Snapshot) -> bool {
    match kind {
        OperationKind::Capture => {
            matches!(snapshot.status, IntentStatus::Succeeded | IntentStatus::PartiallyCaptured)
        }
        OperationKind::Void => snapshot.status == IntentStatus::Cancelled,
        OperationKind::Refund => false,
    }
}

/// Whether the payment, as read just now, leaves nothing to send: the operation took effect, or
/// something else happened that rules it out. Money that was received is never captured again.
pub fn is_over(kind: OperationKind, snapshot: &Snapshot) -> bool {
    match kind {
        OperationKind::Capture => snapshot.status.is_terminal() || snapshot.amount_received > 0,
        OperationKind::Void => snapshot.status.is_terminal(),
        OperationKind::Refund => false,
    }
}

/// The gateway answered.
pub fn answered(
    case: Case,
    account: &Account,
    limits: &Limits,
    operation: &Operation,
    answer: Answer<Shown>,
    now: Timestamp,
) -> Operated {
    let held = case.attempt.state.holds_the_order();
    let mut operated = follow(case, account, operation, answer, now);
    // A capture that put something right may have been its attempt's last chance.
    if held {
        close::if_used_up(&mut operated.step, limits);
    }
    operated
}

fn follow(case: Case, account: &Account, operation: &Operation, answer: Answer<Shown>, now: Timestamp) -> Operated {
    let kind = operation.kind;
    match answer {
        Answer::Done(Shown::Refund(fact)) if kind == OperationKind::Refund => {
            refund::answered(case, operation, &fact, now)
        }
        Answer::Done(Shown::Payment(snapshot)) if is_over(kind, &snapshot) => done(case, account, kind, &snapshot, now),
        Answer::Done(Shown::Payment(_)) if !may_be_sent(&case, kind) => withdrawn(case, operation),
        // Where a person gave it back at the gateway, this is what a refund meets.
        Answer::Refused(Refusal::WrongState) if kind == OperationKind::Refund => {
            refused(case, operation, "the payment's state does not allow it", now)
        }
        Answer::Refused(Refusal::OurKey(why) | Refusal::Ours(why)) => refused(case, operation, &why, now),
        Answer::Unknown(_) => again(case, operation, OperationState::Unknown, now),
        // Not definite yet: a read decides before it is sent again.
        Answer::Done(_) | Answer::Refused(_) => again(case, operation, OperationState::Claimed, now),
    }
}

/// Nothing was sent, and nothing will be: its attempt needs a person, or its money is not wanted.
pub fn withdrawn(case: Case, operation: &Operation) -> Operated {
    let mut step = Step::from(case);
    let what = format!("{} of {} was withdrawn", operation.kind.as_str(), step.case.attempt.payment);
    step.note(EntryKind::OperationRefused, what);
    let_go_of_an_unwanted_hold(&mut step);
    let words = "the payment is not as it was when this was asked for";
    let error = ErrorObject::new(ErrorType::Conflict, code_of(operation.kind), words);
    Operated { state: OperationState::Refused, wake_at: None, error: Some(error), step }
}

/// The hold was to be let go of while a capture stood in the way.
fn let_go_of_an_unwanted_hold(step: &mut Step) {
    if matches!(step.case.attempt.state, AttemptState::Returned { .. }) {
        step.operation = Some(OperationOrder::now(OperationKind::Void, step.case.attempt.amount));
    }
}

fn again(case: Case, operation: &Operation, state: OperationState, now: Timestamp) -> Operated {
    let mut step = Step::from(case);
    if operation.tries == TRIES_BEFORE_AN_ALERT {
        let (kind, payment) = (operation.kind.as_str(), &step.case.attempt.payment);
        step.alert = Some(format!("{kind} of {payment} has no definite answer after {} tries", operation.tries));
    }
    Operated { state, wake_at: Some(now.plus(pause(operation.tries))), error: None, step }
}

/// Definitely not done, and not by the same call again either: a person must know.
fn refused(case: Case, operation: &Operation, why: &str, now: Timestamp) -> Operated {
    let mut step = Step::from(case);
    let mut what = format!("{} of {} was refused: {why}", operation.kind.as_str(), step.case.attempt.payment);
    let is_unwanted = matches!(step.case.attempt.state, AttemptState::Returned { .. });
    match operation.kind {
        OperationKind::Capture => let_go_of_an_unwanted_hold(&mut step),
        OperationKind::Void | OperationKind::Refund if is_unwanted => {
            what.push_str(unwanted::ask_again(&mut step, operation, now));
        }
        OperationKind::Refund => refund::release(&mut step, operation.amount),
        OperationKind::Void => {}
    }
    step.note(EntryKind::OperationRefused, &what);
    step.alert = Some(what);
    let words = "the gateway did not carry it out; the people of the shop's payment server were told";
    let error = ErrorObject::new(ErrorType::Gateway, code_of(operation.kind), words);
    Operated { state: OperationState::Refused, wake_at: None, error: Some(error), step }
}

/// The code of the Error that a refused operation leaves.
fn code_of(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::Capture => "capture_refused",
        OperationKind::Void => "void_refused",
        OperationKind::Refund => "refund_failed",
    }
}

fn done(case: Case, account: &Account, kind: OperationKind, snapshot: &Snapshot, now: Timestamp) -> Operated {
    let overtaken = !took_effect(kind, snapshot);
    let step = match case.attempt.state {
        AttemptState::Returned { reason, .. } => go_back(case, reason, snapshot),
        _ => agree(case, account, snapshot, overtaken, now),
    };
    if !overtaken {
        return Operated { state: OperationState::Done, wake_at: None, error: None, step };
    }
    let error = ErrorObject::new(ErrorType::Conflict, code_of(kind), &why_overtaken(kind, snapshot));
    Operated { state: OperationState::Refused, wake_at: None, error: Some(error), step }
}

/// A capture that failed is the bank's or the gateway's word; anything else came before it.
fn why_overtaken(kind: OperationKind, snapshot: &Snapshot) -> String {
    if kind == OperationKind::Capture && snapshot.status == IntentStatus::Failed {
        let code = snapshot.error_code.as_deref().or(snapshot.unified_code.as_deref()).unwrap_or("none");
        return format!("the gateway refused the capture: the payment is failed, its code is {code}");
    }
    format!("something else happened first: the payment is {}", snapshot.status)
}

fn agree(case: Case, account: &Account, snapshot: &Snapshot, overtaken: bool, now: Timestamp) -> Step {
    let mut step = confirm::agree(case, account, snapshot, now);
    if overtaken && step.case.attempt.state == AttemptState::Authorized {
        confirm::review(&mut step, &format!("the hold is gone: the payment is {}", snapshot.status));
    }
    step
}

/// A hold that was not wanted: let go of, or captured meanwhile and still to be refunded.
fn go_back(case: Case, reason: ReturnReason, snapshot: &Snapshot) -> Step {
    let mut step = Step::from(case);
    let currency = step.case.attempt.amount.currency();
    match Money::new(snapshot.amount_received, currency) {
        Ok(amount) if !amount.is_zero() => {
            step.operation = Some(OperationOrder::now(OperationKind::Refund, amount));
            step.note(EntryKind::ReturnOrdered, "it was captured before it could be let go of");
        }
        _ => went_back(&mut step, reason),
    }
    step
}

/// The money is back where it came from.
fn went_back(step: &mut Step, reason: ReturnReason) {
    step.note(EntryKind::Returned, step.case.attempt.amount.to_string());
    step.events.push(ShopEvent::PaymentReturned(reason));
}
