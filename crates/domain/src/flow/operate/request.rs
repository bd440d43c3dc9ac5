//! What the shop asks for: capture, void, refund. Each is a row, and nothing else, before any call.

use crate::flow::{Case, EntryKind, OperationKind, OperationOrder, Step};
use crate::money::Money;
use crate::order::{AttemptState, OrderStatus};

/// Why the shop's request is not carried out. Nothing changes then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OperateError {
    /// The order does not stand where this makes sense.
    #[error("the order's status does not allow it")]
    WrongStatus(OrderStatus),
    /// The amount is nothing, or less.
    #[error("the amount must be more than nothing")]
    Nothing,
    /// More than there is.
    #[error("the amount is more than there is")]
    TooMuch {
        /// What there is, in minor units.
        most: i64,
    },
}

/// Take what is held: all of it, or `amount` minor units; the rest is let go of.
///
/// # Errors
/// See [`OperateError`].
pub fn capture(case: Case, amount: Option<i64>) -> Result<Step, OperateError> {
    check_hold(&case)?;
    let amount = part(&case, amount, case.order.authorized)?;
    let mut step = ordered(case, OperationKind::Capture, amount);
    // What is received is compared with this, whoever brings the news.
    step.case.attempt.to_capture = Some(amount);
    step.note(EntryKind::CaptureOrdered, amount.to_string());
    Ok(step)
}

/// Let go of what is held.
///
/// # Errors
/// See [`OperateError`].
pub fn void(case: Case) -> Result<Step, OperateError> {
    check_hold(&case)?;
    let amount = case.attempt.amount;
    let mut step = ordered(case, OperationKind::Void, amount);
    step.note(EntryKind::VoidOrdered, amount.to_string());
    Ok(step)
}

/// Give back what was taken: all that is left of it, or `amount` minor units. Reserved from now on.
///
/// # Errors
/// See [`OperateError`].
pub fn refund(case: Case, amount: Option<i64>) -> Result<Step, OperateError> {
    let status = case.order.status;
    let is_paid = matches!(status, OrderStatus::Paid | OrderStatus::PartiallyRefunded);
    if !is_paid || case.attempt.state != AttemptState::Captured {
        return Err(OperateError::WrongStatus(status));
    }
    let left = case.order.captured - case.order.refunded - case.order.refund_pending;
    let amount = part(&case, amount, left)?;
    let mut step = ordered(case, OperationKind::Refund, amount);
    step.case.order.refund_pending += amount.minor_units();
    step.note(EntryKind::RefundOrdered, amount.to_string());
    Ok(step)
}

fn check_hold(case: &Case) -> Result<(), OperateError> {
    let is_held = case.order.status == OrderStatus::Authorized && case.attempt.state == AttemptState::Authorized;
    if is_held { Ok(()) } else { Err(OperateError::WrongStatus(case.order.status)) }
}

fn part(case: &Case, amount: Option<i64>, most: i64) -> Result<Money, OperateError> {
    let amount = amount.unwrap_or(most);
    if amount > most || most <= 0 {
        return Err(OperateError::TooMuch { most });
    }
    match Money::new(amount, case.order.amount.currency()) {
        Ok(money) if !money.is_zero() => Ok(money),
        _ => Err(OperateError::Nothing),
    }
}

fn ordered(case: Case, kind: OperationKind, amount: Money) -> Step {
    let mut step = Step::from(case);
    step.operation = Some(OperationOrder::now(kind, amount));
    step
}
