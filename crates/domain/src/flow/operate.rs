//! Operating: a capture, void or refund is a row before the call, and ends with a definite answer only.

use std::time::Duration;

use super::{
    Account, Answer, Case, EntryKind, OperationKind, OperationOrder, Refusal, ShopEvent, Snapshot, Step, confirm,
};
use crate::order::{AttemptState, ReturnReason};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationState {
    /// The row is there; a call may have been sent.
    Claimed,
    /// Definitely done.
    Done,
    /// Definitely not done.
    Refused,
}

impl OperationState {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What an answer to an operation comes to.
#[derive(Debug, PartialEq, Eq)]
pub struct Operated {
    /// How far the operation is now.
    pub state: OperationState,
    /// When to try again, while it is not over.
    pub wake_at: Option<Timestamp>,
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

/// Whether the payment, as read just now, shows that this operation took effect before.
pub fn took_effect(kind: OperationKind, snapshot: &Snapshot) -> bool {
    match kind {
        OperationKind::Capture => snapshot.status == IntentStatus::Succeeded,
        OperationKind::Void => snapshot.status == IntentStatus::Cancelled,
        // A refund has an id of ours: sending it again is answered "exists".
        OperationKind::Refund => false,
    }
}

/// Whether the payment, as read just now, leaves nothing to send: the operation took effect, or
/// something else happened that rules it out. Pass the snapshot to [`answered`] then.
pub fn is_over(kind: OperationKind, snapshot: &Snapshot) -> bool {
    kind != OperationKind::Refund && snapshot.status.is_terminal()
}

/// The gateway answered. `Done(None)` is an answer that shows no payment, as a refund's does.
pub fn answered(
    case: Case,
    account: &Account,
    kind: OperationKind,
    tries: u32,
    answer: Answer<Option<Snapshot>>,
    now: Timestamp,
) -> Operated {
    match answer {
        Answer::Done(_) if kind == OperationKind::Refund => done(case, account, kind, None, now),
        Answer::Done(Some(snapshot)) if is_over(kind, &snapshot) => done(case, account, kind, Some(snapshot), now),
        Answer::Refused(Refusal::Exists) if kind == OperationKind::Refund => done(case, account, kind, None, now),
        Answer::Refused(Refusal::Ours(why)) => {
            let mut step = Step::from(case);
            let what = format!("{} of {} was refused: {why}", kind.as_str(), step.case.attempt.payment);
            step.note(EntryKind::Review, &what);
            step.alert = Some(what);
            if kind == OperationKind::Capture && matches!(step.case.attempt.state, AttemptState::Returned { .. }) {
                // The hold was to be let go of while this capture was under way.
                let amount = step.case.attempt.amount;
                step.operation = Some(OperationOrder { kind: OperationKind::Void, amount });
            }
            Operated { state: OperationState::Refused, wake_at: None, step }
        }
        // Not definite yet: a read decides before it is sent again.
        Answer::Done(_) | Answer::Refused(_) | Answer::Unknown(_) => {
            Operated { state: OperationState::Claimed, wake_at: Some(now.plus(pause(tries))), step: Step::from(case) }
        }
    }
}

fn done(case: Case, account: &Account, kind: OperationKind, snapshot: Option<Snapshot>, now: Timestamp) -> Operated {
    let overtaken = snapshot.as_ref().is_some_and(|snapshot| !took_effect(kind, snapshot));
    let state = if overtaken { OperationState::Refused } else { OperationState::Done };
    let step = match (case.attempt.state.clone(), snapshot) {
        (AttemptState::Returned { reason }, snapshot) => go_back(case, reason, kind, snapshot.as_ref()),
        (_, Some(snapshot)) => agree(case, account, &snapshot, overtaken, now),
        (_, None) => Step::from(case),
    };
    Operated { state, wake_at: None, step }
}

fn agree(case: Case, account: &Account, snapshot: &Snapshot, overtaken: bool, now: Timestamp) -> Step {
    let mut step = confirm::agree(case, account, snapshot, now);
    if overtaken && step.case.attempt.state == AttemptState::Authorized {
        confirm::review(&mut step, &format!("the hold is gone: the payment is {}", snapshot.status));
    }
    step
}

/// Money that was not wanted: gone back, or captured meanwhile and still to be refunded.
fn go_back(case: Case, reason: ReturnReason, kind: OperationKind, snapshot: Option<&Snapshot>) -> Step {
    let mut step = Step::from(case);
    let amount = step.case.attempt.amount;
    if kind != OperationKind::Refund && snapshot.is_some_and(|snapshot| snapshot.amount_received > 0) {
        step.operation = Some(OperationOrder { kind: OperationKind::Refund, amount });
        step.note(EntryKind::ReturnOrdered, "it was captured before it could be let go of");
    } else {
        step.note(EntryKind::Returned, amount.to_string());
        step.events.push(ShopEvent::PaymentReturned(reason));
    }
    step
}
