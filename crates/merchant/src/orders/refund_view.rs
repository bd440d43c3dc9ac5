//! A refund as the shop reads it.

use florin_domain::error::ErrorObject;
use florin_domain::flow::operate::OperationState;
use florin_domain::ids::{OrderId, RefundId};
use florin_domain::money::Currency;
use florin_domain::timestamp::Timestamp;
use florin_store::StoreError;
use serde::Serialize;

use crate::storage::OperationRow;

/// The Refund of the shop's API.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RefundJson {
    id: RefundId,
    order: OrderId,
    amount: i64,
    currency: Currency,
    status: &'static str,
    reason: Option<String>,
    error: Option<ErrorObject>,
    created_at: Timestamp,
}

impl RefundJson {
    pub(crate) fn of(row: OperationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.refund_id()?,
            order: row.order,
            amount: row.amount.minor_units(),
            currency: row.amount.currency(),
            status: public_status(row.state),
            reason: row.reason,
            error: row.error,
            created_at: row.created_at,
        })
    }
}

fn public_status(state: OperationState) -> &'static str {
    match state {
        OperationState::Claimed | OperationState::Pending => "pending",
        OperationState::Unknown => "unknown",
        OperationState::Done => "succeeded",
        OperationState::Refused => "failed",
    }
}
