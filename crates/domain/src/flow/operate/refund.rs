//! Refunds: what the gateway says of one, and what follows for the order that reserved it.

use super::{Operated, Operation, OperationState, again, refused, went_back};
use crate::flow::{Case, EntryKind, ShopEvent, Step};
use crate::ids::PaymentId;
use crate::money::Money;
use crate::order::{AttemptState, OrderStatus};
use crate::timestamp::Timestamp;

/// Where a refund stands at its gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    /// On its way, or with a person there.
    Pending,
    /// Given back.
    Succeeded,
    /// Definitely not given back.
    Failed,
}

/// A refund as read with the secret key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFact {
    /// Of which payment.
    pub payment: PaymentId,
    /// How much, in minor units.
    pub amount: i64,
    /// The code, as it came.
    pub currency: String,
    /// How far it is.
    pub status: RefundStatus,
    /// Why it failed, by the gateway's code.
    pub error_code: Option<String>,
}

impl RefundFact {
    /// Whether it is the refund that was asked for.
    fn is_of(&self, case: &Case, operation: &Operation) -> bool {
        self.payment == case.attempt.payment
            && self.amount == operation.amount.minor_units()
            && self.currency == operation.amount.currency().code()
    }
}

/// The gateway showed the refund.
pub(super) fn answered(case: Case, operation: &Operation, fact: &RefundFact, now: Timestamp) -> Operated {
    if !fact.is_of(&case, operation) {
        // An answer that makes no sense is none.
        let mut operated = again(case, operation, OperationState::Unknown, now);
        operated.step.alert.get_or_insert_with(|| "the gateway shows another refund than was asked for".to_owned());
        return operated;
    }
    match fact.status {
        RefundStatus::Pending => again(case, operation, OperationState::Pending, now),
        RefundStatus::Succeeded => {
            let step = succeeded(case, operation.amount);
            Operated { state: OperationState::Done, wake_at: None, error: None, step }
        }
        RefundStatus::Failed => {
            refused(case, operation, fact.error_code.as_deref().unwrap_or("no reason was given"), now)
        }
    }
}

fn succeeded(case: Case, amount: Money) -> Step {
    let mut step = Step::from(case);
    if let AttemptState::Returned { reason, .. } = step.case.attempt.state {
        went_back(&mut step, reason);
        return step;
    }
    let order = &mut step.case.order;
    order.refund_pending -= amount.minor_units();
    order.refunded += amount.minor_units();
    let all = order.refunded >= order.captured;
    order.status = if all { OrderStatus::Refunded } else { OrderStatus::PartiallyRefunded };
    step.note(EntryKind::Refunded, amount.to_string());
    step.events.push(ShopEvent::RefundSucceeded);
    step
}

/// Nothing was given back: what was reserved may be refunded again.
pub(super) fn release(step: &mut Step, amount: Money) {
    step.case.order.refund_pending -= amount.minor_units();
    step.events.push(ShopEvent::RefundFailed);
}
