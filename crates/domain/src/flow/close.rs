//! Closing: an order ends unpaid. Only an order without an open payment can end.

use super::open::Limits;
use super::{Entry, EntryKind, ShopEvent, Step};
use crate::order::{Attempt, Order, OrderStatus};
use crate::timestamp::Timestamp;

/// Why an order ends that was tried too often.
pub const TOO_MANY: &str = "too many attempts";

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The ended order, to be stored.
    pub order: Order,
    /// To be stored with it.
    pub entry: Entry,
    /// To be stored with it.
    pub event: ShopEvent,
}

/// The shop, or the limit of attempts, ends it. `holder` is the attempt that holds the order, as read
/// in the same transaction. `None` while there is one, or when the order ended before.
pub fn cancel(order: Order, holder: Option<&Attempt>, why: &str) -> Option<Closed> {
    close(order, holder, OrderStatus::Canceled, EntryKind::Canceled, ShopEvent::Canceled, why)
}

/// The last try that an order takes has come to nothing: the order ends with it. Asked about a step whose attempt alone
/// may still hold the order.
pub(super) fn if_used_up(step: &mut Step, limits: &Limits) {
    let holder = Some(&step.case.attempt).filter(|attempt| attempt.state.holds_the_order());
    if !limits.are_used_up(&step.case.order) {
        return;
    }
    if let Some(closed) = cancel(step.case.order.clone(), holder, TOO_MANY) {
        step.case.order = closed.order;
        step.timeline.push(closed.entry);
        step.events.push(closed.event);
    }
}

/// Its time is over. `None` before that, while an attempt holds it, or when it ended before.
pub fn expire(order: Order, holder: Option<&Attempt>, now: Timestamp) -> Option<Closed> {
    if !order.is_over(now) {
        return None;
    }
    close(order, holder, OrderStatus::Expired, EntryKind::Expired, ShopEvent::Expired, "")
}

fn close(
    mut order: Order,
    holder: Option<&Attempt>,
    status: OrderStatus,
    kind: EntryKind,
    event: ShopEvent,
    why: &str,
) -> Option<Closed> {
    if order.status != OrderStatus::Open || holder.is_some() {
        return None;
    }
    order.status = status;
    Some(Closed { order, entry: Entry { kind, detail: why.to_owned() }, event })
}
