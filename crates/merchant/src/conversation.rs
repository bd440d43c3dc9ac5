//! Carries out what the flows say: send, hear the answer, store it, send again.
//!
//! Decides nothing. Runs in a task of its own, so that a browser that goes away cancels nothing.

use florin_domain::flow::{self, Account, Answer, Request, Snapshot};
use florin_domain::ids::AttemptId;
use florin_store::{StoreError, Tx};
use tracing::Instrument;

use crate::gateways::Urgency;
use crate::storage::{Applied, Fresh, Record, Source};
use crate::{ApiError, Merchant};

/// Requests in one conversation. A longer one is a gateway that contradicts itself: the sweep goes on.
const TURNS: usize = 4;

/// Stores what the answer to `request` means, in the caller's unit.
pub(crate) fn hear(
    tx: &mut Tx<'_>,
    record: &mut Record,
    account: &Account,
    request: &Request,
    answer: Answer<Snapshot>,
    source: Source,
    fresh: &Fresh,
) -> Result<Applied, StoreError> {
    let step = flow::answered(record.case(), account, &fresh.limits, request, answer, fresh.now);
    record.apply(tx, step, source, fresh)
}

/// Sends `send` for this attempt, and whatever follows from its answers, to the end.
///
/// Goes on when the caller is dropped.
///
/// # Errors
/// The store's; the attempt then wakes by itself.
pub(crate) async fn converse(
    merchant: &Merchant,
    attempt: &AttemptId,
    source: Source,
    send: Option<Request>,
) -> Result<(), ApiError> {
    let Some(first) = send else { return Ok(()) };
    let (server, attempt) = (merchant.clone(), attempt.clone());
    let task = merchant.tasks().spawn(async move { run(&server, attempt, source, first).await }.in_current_span());
    task.await.map_err(|error| ApiError::Internal(format!("a conversation ended early: {error}")))?
}

/// The same, while a browser waits: after the deadline it is answered with how things stand.
pub(crate) async fn converse_for_a_browser(
    merchant: &Merchant,
    attempt: &AttemptId,
    send: Option<Request>,
) -> Result<(), ApiError> {
    let deadline = merchant.settings().pay_deadline;
    // The task goes on by itself.
    tokio::time::timeout(deadline, converse(merchant, attempt, Source::Shopper, send)).await.unwrap_or(Ok(()))
}

async fn run(merchant: &Merchant, attempt: AttemptId, source: Source, first: Request) -> Result<(), ApiError> {
    let mut next = Some(first);
    for _ in 0..TURNS {
        let Some(request) = next.take() else { break };
        let id = attempt.clone();
        let record = merchant.store().read(move |tx| load(tx, &id)).await?;
        let answer = merchant.gateway().carry_out(&record, &request, urgency(source)).await;
        let (fresh, account) = (Fresh::draw(merchant), merchant.gateway().identity().clone());
        let id = attempt.clone();
        let (order, applied) = merchant
            .store()
            .write(move |tx| {
                let mut record = load(tx, &id)?;
                let applied = hear(tx, &mut record, &account, &request, answer.clone(), source, &fresh)?;
                Ok::<_, ApiError>((record.order.order.id, applied))
            })
            .await?;
        merchant.metrics().happened(&applied.events);
        merchant.after_commit(&order, applied.alert.as_deref());
        next = applied.send;
    }
    Ok(())
}

/// Whoever waits in front of a screen goes first.
fn urgency(source: Source) -> Urgency {
    match source {
        Source::Shopper => Urgency::AtOnce,
        Source::Shop | Source::Return | Source::Webhook | Source::Sweep | Source::Operator => Urgency::InTurn,
    }
}

/// The case of an attempt that is known to be there.
pub(crate) fn load(tx: &mut Tx<'_>, attempt: &AttemptId) -> Result<Record, ApiError> {
    Record::load(tx, attempt)?.ok_or_else(|| ApiError::Internal(format!("attempt {attempt} is gone")))
}
