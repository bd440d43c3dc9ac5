//! Due attempts: read, or fenced.

use florin_domain::flow::resolve;
use florin_domain::ids::{AttemptId, OrderId};
use florin_store::Tx;

use super::{AT_ONCE, each};
use crate::conversation::converse;
use crate::storage::{Applied, AttemptRow, Fresh, Record, Source};
use crate::{ApiError, Merchant};

/// A claimed look at an attempt.
struct Look {
    order: OrderId,
    attempt: AttemptId,
    applied: Applied,
}

/// One round; says whether anything was done.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let due = merchant.store().read(move |tx| Ok::<_, ApiError>(AttemptRow::due(tx, now, AT_ONCE)?)).await?;
    each(due, |attempt| look(merchant.clone(), attempt)).await
}

async fn look(merchant: Merchant, attempt: AttemptId) -> Result<(), ApiError> {
    let fresh = Fresh::draw(&merchant);
    let Some(look) = merchant.store().write(move |tx| claim(tx, &attempt, &fresh)).await? else {
        return Ok(());
    };
    merchant.metrics().happened(&look.applied.events);
    merchant.after_commit(&look.order, look.applied.alert.as_deref());
    converse(&merchant, &look.attempt, Source::Sweep, look.applied.send).await
}

/// Claims the look, unless somebody was faster.
fn claim(tx: &mut Tx<'_>, attempt: &AttemptId, fresh: &Fresh) -> Result<Option<Look>, ApiError> {
    let Some(mut record) = Record::load(tx, attempt)? else { return Ok(None) };
    if record.attempt.attempt.wake_at.is_none_or(|at| at > fresh.now) {
        return Ok(None);
    }
    let step = resolve::due(record.case(), fresh.now);
    let applied = record.apply(tx, step, Source::Sweep, fresh)?;
    Ok(Some(Look { order: record.order.order.id, attempt: attempt.clone(), applied }))
}
