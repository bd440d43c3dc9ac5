//! How an order and its newest attempt look to the browser.

use crate::checkout::{Action, CheckoutResult, ResultOrder, ResultStatus};
use crate::error::{Advice, ErrorObject, ErrorType};
use crate::order::{Attempt, AttemptState, Order, OrderStatus};
use crate::timestamp::Timestamp;

/// How long a browser waits before it asks again about something undecided.
const ASK_AGAIN_AFTER_MS: u32 = 2000;

/// The Result of `pay`, `status` and `abandon`. `attempt` is the order's newest.
pub fn outcome(order: &Order, reference: Option<&str>, attempt: Option<&Attempt>, now: Timestamp) -> CheckoutResult {
    let (status, action, error) = by_order(order, attempt, now);
    CheckoutResult {
        status,
        ok: status.is_ok(),
        order: ResultOrder { id: order.id.clone(), reference: reference.map(str::to_owned), price: order.amount },
        attempt: attempt.map(|attempt| attempt.id.clone()),
        action,
        error,
        // Nothing is waited for while the shopper is at the bank, but whoever looks is not to look without a pause.
        retry_after_ms: (!status.is_settled() || status == ResultStatus::RequiresAction).then_some(ASK_AGAIN_AFTER_MS),
    }
}

/// The Result of an `abandon`: a challenge that is not definitely over is nobody's to go back to.
pub fn outcome_of_abandon(mut result: CheckoutResult) -> CheckoutResult {
    if result.status == ResultStatus::RequiresAction {
        result.status = ResultStatus::Processing;
        result.action = None;
        result.retry_after_ms = Some(ASK_AGAIN_AFTER_MS);
    }
    result
}

/// The Result for whoever asks about one attempt: what the bank said of its card, also where the order ended with that.
pub fn outcome_of_attempt(mut result: CheckoutResult, order: &Order, attempt: &Attempt) -> CheckoutResult {
    if order.status == OrderStatus::Canceled
        && let AttemptState::Declined { error } = &attempt.state
    {
        result.status = ResultStatus::Declined;
        // There is nothing left to pay with another card.
        result.error = Some(ErrorObject { retryable: false, advice: Advice::None, ..error.clone() });
    }
    result
}

type Told = (ResultStatus, Option<Action>, Option<ErrorObject>);

fn by_order(order: &Order, attempt: Option<&Attempt>, now: Timestamp) -> Told {
    use OrderStatus as S;
    match order.status {
        S::Paid | S::PartiallyRefunded | S::Refunded => (ResultStatus::Paid, None, None),
        S::Authorized => (ResultStatus::Authorized, None, None),
        S::Voided | S::Canceled => (ResultStatus::Canceled, None, None),
        S::Expired => (ResultStatus::Expired, None, None),
        // A person decides; to the shopper that is somebody still at work.
        S::Review => (ResultStatus::Processing, None, None),
        S::Open | S::Processing | S::RequiresAction => {
            by_attempt(order, attempt.map_or(&AttemptState::Canceled, |attempt| &attempt.state), now)
        }
    }
}

fn by_attempt(order: &Order, state: &AttemptState, now: Timestamp) -> Told {
    use AttemptState as A;
    match state {
        A::Submitted { answer_lost: true, .. } => (ResultStatus::Unknown, None, Some(answer_lost())),
        A::Submitted { answer_lost: false, .. } | A::Processing | A::Authorized | A::Captured | A::Review => {
            (ResultStatus::Processing, None, None)
        }
        A::Challenged { url } => (ResultStatus::RequiresAction, Some(Action::Redirect { url: url.clone() }), None),
        _ if order.is_over(now) => (ResultStatus::Expired, None, None),
        A::Declined { error } => (ResultStatus::Declined, None, Some(error.clone())),
        A::Opening | A::Open(_) | A::Canceled | A::Returned { .. } => (ResultStatus::Open, None, None),
    }
}

fn answer_lost() -> ErrorObject {
    let words = "We lost the connection after sending. Do not pay again: we are asking your bank.";
    ErrorObject::new(ErrorType::Gateway, "outcome_unknown", words).advise(Advice::Wait)
}
