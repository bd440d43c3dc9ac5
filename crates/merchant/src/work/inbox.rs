//! Kept webhooks: read the payment, then apply it and mark the row done in one transaction.

use florin_domain::flow::{Answer, Refusal, Request, Snapshot, resolve};
use florin_domain::ids::AttemptId;
use florin_domain::order::AttemptState;
use florin_domain::timestamp::Timestamp;

use super::{AT_ONCE, each, missed};
use crate::conversation::{converse, hear};
use crate::gateways::Urgency;
use crate::storage::{AttemptRow, Fresh, InboxRow, OperationRow, Record, Source};
use crate::{ApiError, Merchant};

/// One round; says whether anything was done.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let rows = merchant
        .store()
        .write(move |tx| Ok::<_, ApiError>(InboxRow::claim(tx, now, now.plus(resolve::LEASE), AT_ONCE)?))
        .await?;
    each(rows, |row| work(merchant.clone(), row)).await
}

async fn work(merchant: Merchant, row: InboxRow) -> Result<(), ApiError> {
    let hint = row.clone();
    let known = merchant
        .store()
        .read(move |tx| Ok::<_, ApiError>(AttemptRow::find_by_payment(tx, &hint.source, &hint.payment)?))
        .await?;
    let Some(known) = known.filter(|known| !shows(&known.attempt.state, &row.event_type)) else {
        // No payment of ours, or no news: nothing to read.
        let received_at = row.received_at;
        let ours = merchant.store().write(move |tx| Ok::<_, ApiError>(row.settle(tx, None)?)).await?;
        dealt_with(&merchant, received_at, ours);
        return Ok(());
    };
    if row.event_type.starts_with("refund_") {
        // The payment says nothing of it; the refund itself is asked.
        return ask_about_refunds(&merchant, row, known.attempt.id).await;
    }
    let (tries, received_at) = (row.tries, row.received_at);
    let source = if row.event_type == missed::FOUND { Source::Sweep } else { Source::Webhook };
    let answer = merchant.gateway().read(&known.attempt, Urgency::InTurn).await;
    let is_read = is_definite(&answer);
    let (fresh, account, id) =
        (Fresh::draw(&merchant), merchant.gateway().identity().clone(), known.attempt.id.clone());
    let (order, applied) = merchant
        .store()
        .write(move |tx| {
            let mut record = Record::load(tx, &id)?.ok_or_else(|| ApiError::not_found("attempt"))?;
            let order = record.order.order.id.clone();
            if !row.settle(tx, again_at(&row, &answer, &fresh))? {
                return Ok((order, None));
            }
            let applied = hear(tx, &mut record, &account, &Request::Read, answer.clone(), source, &fresh)?;
            Ok::<_, ApiError>((order, Some(applied)))
        })
        .await?;
    if tries > 1 {
        merchant.metrics().webhook_again();
    }
    let Some(applied) = applied else { return Ok(()) };
    dealt_with(&merchant, received_at, is_read);
    merchant.metrics().happened(&applied.events);
    merchant.after_commit(&order, applied.alert.as_deref());
    converse(&merchant, &known.attempt.id, source, applied.send).await
}

async fn ask_about_refunds(merchant: &Merchant, row: InboxRow, attempt: AttemptId) -> Result<(), ApiError> {
    let (now, received_at) = (merchant.clock().now(), row.received_at);
    let ours = merchant
        .store()
        .write(move |tx| {
            OperationRow::wake_pending(tx, &attempt, now)?;
            Ok::<_, ApiError>(row.settle(tx, None)?)
        })
        .await?;
    dealt_with(merchant, received_at, ours);
    merchant.wake_workers();
    Ok(())
}

/// Counts an event that waits for nothing any more; one that was left for later is not there yet.
fn dealt_with(merchant: &Merchant, received_at: Timestamp, is_over: bool) {
    if is_over {
        merchant.metrics().webhook_dealt_with(merchant.clock().now().since(received_at));
    }
}

/// When to work on it again: a failed read leaves the row for later.
fn again_at(row: &InboxRow, answer: &Answer<Snapshot>, fresh: &Fresh) -> Option<Timestamp> {
    (!is_definite(answer)).then(|| fresh.now.plus(resolve::pause_after(row.tries)))
}

fn is_definite(answer: &Answer<Snapshot>) -> bool {
    matches!(answer, Answer::Done(_) | Answer::Refused(Refusal::NotFound))
}

/// Whether the attempt already stands where the event says it is.
fn shows(state: &AttemptState, event_type: &str) -> bool {
    matches!(
        (state, event_type),
        (AttemptState::Captured, "payment_succeeded" | "payment_processing" | "action_required")
            | (AttemptState::Authorized, "payment_authorized")
            | (AttemptState::Declined { .. }, "payment_failed")
            | (AttemptState::Canceled, "payment_cancelled" | "payment_expired")
            | (AttemptState::Challenged { .. }, "action_required")
            | (AttemptState::Processing, "payment_processing")
    )
}
