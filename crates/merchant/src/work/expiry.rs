//! Orders whose time is over. One with an open payment is fenced first, by the sweep.

use florin_domain::flow::{ShopEvent, close};
use florin_domain::ids::OrderId;
use florin_store::Tx;

use super::{AT_ONCE, each};
use crate::storage::{AttemptRow, Fresh, News, OrderRow, Source, save_order};
use crate::{ApiError, Merchant};

/// One round; says whether anything was done.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let overdue = merchant.store().read(move |tx| Ok::<_, ApiError>(OrderRow::overdue(tx, now, AT_ONCE)?)).await?;
    each(overdue, |order| expire(merchant.clone(), order)).await
}

async fn expire(merchant: Merchant, id: OrderId) -> Result<(), ApiError> {
    let (fresh, order) = (Fresh::draw(&merchant), id.clone());
    let event = merchant.store().write(move |tx| end(tx, &order, &fresh)).await?;
    // Another server may have been faster, or a payment came in between.
    let Some(event) = event else { return Ok(()) };
    merchant.metrics().happened(&[event]);
    merchant.after_commit(&id, None);
    Ok(())
}

/// What the shop hears of it, if this ended it.
fn end(tx: &mut Tx<'_>, id: &OrderId, fresh: &Fresh) -> Result<Option<ShopEvent>, ApiError> {
    let Some(mut row) = OrderRow::find(tx, id)? else { return Ok(None) };
    let holder = AttemptRow::holding(tx, id)?.map(|row| row.attempt);
    let Some(closed) = close::expire(row.order.clone(), holder.as_ref(), fresh.now) else { return Ok(None) };
    row.order = closed.order;
    let news = News { timeline: &[closed.entry], events: &[closed.event], payment: None, source: Source::Sweep };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(Some(closed.event))
}
