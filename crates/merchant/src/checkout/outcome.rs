//! How the order of a session stands, now or after a wait.

use std::time::Duration;

use florin_domain::checkout::{CheckoutResult, ResultStatus};
use florin_domain::ids::{AttemptId, SessionId};
use florin_domain::order;

use super::view::order_of;
use crate::storage::AttemptRow;
use crate::{ApiError, Merchant};

/// Another process may have changed the order: looked at this often while waiting.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How an order stands, and whether a try to pay it has come to nothing so far.
struct Standing {
    result: CheckoutResult,
    was_tried: bool,
}

/// The Result as it stands: of the attempt asked about, else of the newest.
///
/// Once the order is decided it is told of the attempt that decided it.
pub(super) async fn now(
    merchant: &Merchant,
    session: &SessionId,
    attempt: Option<&AttemptId>,
) -> Result<CheckoutResult, ApiError> {
    standing(merchant, session, attempt).await.map(|standing| standing.result)
}

async fn standing(merchant: &Merchant, session: &SessionId, attempt: Option<&AttemptId>) -> Result<Standing, ApiError> {
    let (session, now, asked) = (session.clone(), merchant.clock().now(), attempt.cloned());
    merchant
        .store()
        .read(move |tx| {
            let row = order_of(tx, &session)?;
            let attempt = match row.order.paid_by.as_ref().or(asked.as_ref()) {
                Some(id) => AttemptRow::find(tx, id)?,
                None => AttemptRow::newest(tx, &row.order.id)?,
            };
            let attempt = attempt.map(|row| row.attempt);
            let result = order::outcome(&row.order, row.reference.as_deref(), attempt.as_ref(), now);
            let result = match attempt.filter(|attempt| asked.as_ref() == Some(&attempt.id)) {
                Some(attempt) => order::outcome_of_attempt(result, &row.order, &attempt),
                None => result,
            };
            Ok(Standing { result, was_tried: row.order.last_error.is_some() })
        })
        .await
}

/// The Result once it is settled, or as it stands when `patience` is over.
pub(super) async fn settled(
    merchant: &Merchant,
    session: &SessionId,
    attempt: Option<&AttemptId>,
    patience: Duration,
) -> Result<CheckoutResult, ApiError> {
    wait_until(merchant, session, attempt, patience, |standing| standing.result.status.is_settled()).await
}

/// The same for somebody who waits for others: an order that nobody has tried to pay is no news.
pub(super) async fn news(
    merchant: &Merchant,
    session: &SessionId,
    patience: Duration,
) -> Result<CheckoutResult, ApiError> {
    let is_news = |Standing { result, was_tried }: &Standing| {
        result.status.is_settled() && (result.status != ResultStatus::Open || *was_tried)
    };
    wait_until(merchant, session, None, patience, is_news).await
}

async fn wait_until(
    merchant: &Merchant,
    session: &SessionId,
    attempt: Option<&AttemptId>,
    patience: Duration,
    is_enough: impl Fn(&Standing) -> bool,
) -> Result<CheckoutResult, ApiError> {
    let deadline = tokio::time::Instant::now() + patience;
    let order = now(merchant, session, attempt).await?.order.id;
    let mut listener = merchant.changes().listen(order);
    let last_call = merchant.last_call();
    tokio::pin!(last_call);
    loop {
        // Read again after listening began, so that no change falls in between.
        let standing = standing(merchant, session, attempt).await?;
        if is_enough(&standing) || tokio::time::Instant::now() >= deadline {
            return Ok(standing.result);
        }
        let look = (tokio::time::Instant::now() + LOOK_EVERY).min(deadline);
        tokio::select! {
            () = listener.changed() => {}
            () = tokio::time::sleep_until(look) => {}
            () = &mut last_call => return now(merchant, session, attempt).await,
        }
    }
}
