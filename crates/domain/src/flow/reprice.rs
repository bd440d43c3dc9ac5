//! Repricing: the shop changes what an order costs, while no payment of it is open.

use super::{Entry, EntryKind};
use crate::money::Money;
use crate::order::{Attempt, Order, OrderStatus};
use crate::timestamp::Timestamp;

/// Why the price stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RepriceError {
    /// A payment could still take the old amount.
    #[error("a payment is open")]
    PaymentOpen,
    /// Nothing more is to be paid.
    #[error("the order is closed")]
    OrderClosed,
}

/// The order with its new price, and a line for the timeline. `holder` is the attempt that holds the
/// order, as read in the same transaction.
///
/// # Errors
/// See [`RepriceError`]; nothing changes then.
pub fn requested(
    mut order: Order,
    holder: Option<&Attempt>,
    amount: Money,
    now: Timestamp,
) -> Result<(Order, Entry), RepriceError> {
    if !order.status.is_undecided() || order.is_over(now) {
        return Err(RepriceError::OrderClosed);
    }
    if holder.is_some() || order.status != OrderStatus::Open {
        return Err(RepriceError::PaymentOpen);
    }
    let detail = format!("{} became {amount}", order.amount);
    order.amount = amount;
    Ok((order, Entry { kind: EntryKind::AmountChanged, detail }))
}
