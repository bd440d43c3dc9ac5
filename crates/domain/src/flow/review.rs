//! Reviewing: a person ends what facts could not, by the gateway's own facts of now.
//!
//! A person may take a payment that differs from what was asked for, or send its money back. Nobody can
//! take money that is not there, or somebody else's.

use serde::{Deserialize, Serialize};

use super::open::Limits;
use super::{Account, Case, EntryKind, OperationKind, ShopEvent, Snapshot, Step, close, confirm};
use crate::money::{Currency, Money};
use crate::order::{Attempt, AttemptState, OrderStatus, ReturnReason};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// The payment counts as it is: captured, held, or nothing.
    Accept,
    /// Whatever money there is goes back, and the order ends.
    Return,
}

/// A decision, and why.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What.
    pub decision: Decision,
    /// In that person's words.
    pub note: String,
}

/// Why the decision can't be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// There is nothing to decide.
    #[error("the payment is not in review")]
    NotInReview,
    /// The gateway has not decided itself: money may still come.
    #[error("the payment is {0}: money may still come of it")]
    Undecided(IntentStatus),
    /// Not a payment of ours, or not money of the order's kind.
    #[error("it is not the payment that was opened: {0}")]
    Strange(String),
    /// A hold that is not what was asked for: it would contradict the order at every look.
    #[error("the hold differs, it can only be returned: {0}")]
    Differs(String),
}

/// What there is to decide about.
enum There {
    /// Money was taken.
    Received(Money),
    /// Money is held.
    Held,
    /// Nothing, and nothing will come.
    Nothing,
}

/// Carries the decision out for one attempt in review. `holder` is another attempt that holds the order, as read in the
/// same transaction; `snapshot` was read just now, none where the gateway knows no such payment.
///
/// # Errors
/// See [`ReviewError`]; nothing changes then.
pub fn decided(
    case: Case,
    holder: Option<&Attempt>,
    account: &Account,
    limits: &Limits,
    snapshot: Option<&Snapshot>,
    verdict: &Verdict,
    now: Timestamp,
) -> Result<Step, ReviewError> {
    if case.attempt.state != AttemptState::Review {
        return Err(ReviewError::NotInReview);
    }
    let there = snapshot.map_or(Ok(There::Nothing), |snapshot| look(&case, account, snapshot))?;
    let mut step = Step::from(case);
    match verdict.decision {
        Decision::Accept => {
            step.note(EntryKind::ReviewAccepted, &verdict.note);
            accept(&mut step, account, there, snapshot, now)?;
        }
        Decision::Return => {
            check_returnable(snapshot)?;
            step.note(EntryKind::ReviewReturned, &verdict.note);
            send_back(&mut step, there);
        }
    }
    step.case.attempt.seen_at_gateway =
        snapshot.and_then(|snapshot| snapshot.updated).or(step.case.attempt.seen_at_gateway);
    if holder.is_none() {
        close::if_used_up(&mut step, limits);
    }
    Ok(step)
}

/// Whether a cancel may bring an undecided payment to its end.
pub fn is_undecided(snapshot: &Snapshot) -> bool {
    matches!(kind(snapshot.status), Kind::Undecided)
}

/// Whether it is the payment that `attempt` opened on `account`, whatever it costs.
pub fn is_ours(snapshot: &Snapshot, attempt: &Attempt, account: &Account) -> bool {
    snapshot.strangeness(attempt, account).is_empty()
}

/// Whether there is money: such an attempt is decided first, so that the order is its.
pub fn has_money(snapshot: &Snapshot) -> bool {
    matches!(kind(snapshot.status), Kind::Received | Kind::Held)
}

enum Kind {
    Received,
    Held,
    Nothing,
    Undecided,
}

fn kind(status: IntentStatus) -> Kind {
    use IntentStatus as S;
    match status {
        S::Succeeded | S::PartiallyCaptured | S::PartiallyCapturedAndCapturable => Kind::Received,
        S::RequiresCapture | S::PartiallyAuthorizedAndRequiresCapture => Kind::Held,
        S::Failed | S::Cancelled | S::Expired | S::CancelledPostCapture => Kind::Nothing,
        S::RequiresPaymentMethod
        | S::RequiresConfirmation
        | S::RequiresCustomerAction
        | S::RequiresMerchantAction
        | S::Processing
        | S::PartiallyCapturedAndProcessing
        | S::Conflicted
        | S::Review => Kind::Undecided,
    }
}

fn look(case: &Case, account: &Account, snapshot: &Snapshot) -> Result<There, ReviewError> {
    let strange = snapshot.strangeness(&case.attempt, account);
    if !strange.is_empty() {
        return Err(ReviewError::Strange(strange.join("; ")));
    }
    match kind(snapshot.status) {
        Kind::Held => Ok(There::Held),
        Kind::Nothing => Ok(There::Nothing),
        Kind::Received if snapshot.amount_received > 0 => {
            let currency = Currency::parse(&snapshot.currency);
            let money = currency.ok().and_then(|currency| Money::new(snapshot.amount_received, currency).ok());
            let what = || format!("{} {} were received", snapshot.amount_received, snapshot.currency);
            money.map(There::Received).ok_or_else(|| ReviewError::Strange(what()))
        }
        Kind::Received | Kind::Undecided => Err(ReviewError::Undecided(snapshot.status)),
    }
}

fn accept(
    step: &mut Step,
    account: &Account,
    there: There,
    snapshot: Option<&Snapshot>,
    now: Timestamp,
) -> Result<(), ReviewError> {
    if let Some(reason) = unwanted(step) {
        // Also a person makes no second sale of an order.
        check_returnable(snapshot)?;
        put_back(step, there, reason);
        return Ok(());
    }
    let ours = step.case.order.amount.currency();
    let theirs = snapshot.map_or(ours.code(), |snapshot| snapshot.currency.as_str());
    match there {
        There::Nothing => {
            leave_without_money(step);
            take_another_payment(step);
        }
        There::Received(_) | There::Held if theirs != ours.code() => {
            return Err(ReviewError::Strange(format!("currency: we have {}, the gateway says {theirs}", ours.code())));
        }
        There::Received(money) => confirm::become_paid(step, money.minor_units(), now),
        // Held, whatever the order's way of capturing: the shop captures it, or lets go of it.
        There::Held => {
            check_hold(step, account, snapshot)?;
            confirm::become_authorized(step, snapshot.map_or(0, |snapshot| snapshot.amount_capturable), now);
        }
    }
    Ok(())
}

/// The order is free for the next card; what this attempt held for it is gone.
fn take_another_payment(step: &mut Step) {
    let order = &mut step.case.order;
    if order.status != OrderStatus::Review {
        return;
    }
    order.status = OrderStatus::Open;
    if order.paid_by.as_ref() == Some(&step.case.attempt.id) {
        order.paid_by = None;
        order.authorized = 0;
    }
}

/// A hold is looked at again until it is captured: one that differs would come back into review each time.
fn check_hold(step: &Step, account: &Account, snapshot: Option<&Snapshot>) -> Result<(), ReviewError> {
    let Some(snapshot) = snapshot else { return Ok(()) };
    let mut found = snapshot.disagreements(&step.case.attempt, account);
    if snapshot.status == IntentStatus::PartiallyAuthorizedAndRequiresCapture {
        found.push(format!("the payment is {}", snapshot.status));
    }
    if found.is_empty() { Ok(()) } else { Err(ReviewError::Differs(found.join("; "))) }
}

/// An order in review waits for exactly this; the rest was decided by something else.
fn unwanted(step: &Step) -> Option<ReturnReason> {
    let order = &step.case.order;
    match order.status {
        OrderStatus::Review => None,
        OrderStatus::Canceled | OrderStatus::Expired | OrderStatus::Voided => Some(ReturnReason::Late),
        _ => order.paid_by.as_ref().filter(|by| **by != step.case.attempt.id).map(|_| ReturnReason::Duplicate),
    }
}

fn send_back(step: &mut Step, there: There) {
    let reason = unwanted(step).unwrap_or(ReturnReason::Late);
    put_back(step, there, reason);
    let order = &mut step.case.order;
    if order.status == OrderStatus::Review {
        order.status = OrderStatus::Canceled;
        order.authorized = 0;
        order.paid_by = None;
        step.events.push(ShopEvent::Canceled);
    }
}

/// Part taken and part still held: one movement can't send back both.
fn check_returnable(snapshot: Option<&Snapshot>) -> Result<(), ReviewError> {
    match snapshot.map(|snapshot| snapshot.status) {
        Some(status @ IntentStatus::PartiallyCapturedAndCapturable) => Err(ReviewError::Undecided(status)),
        _ => Ok(()),
    }
}

fn put_back(step: &mut Step, there: There, reason: ReturnReason) {
    match there {
        There::Received(money) => confirm::give_back(step, OperationKind::Refund, money, reason),
        There::Held => confirm::give_back(step, OperationKind::Void, step.case.attempt.amount, reason),
        There::Nothing => leave_without_money(step),
    }
    // A person asked for it: nobody has to be woken.
    step.alert = None;
}

fn leave_without_money(step: &mut Step) {
    step.case.attempt.state = AttemptState::Canceled;
    step.case.attempt.wake_at = None;
}
