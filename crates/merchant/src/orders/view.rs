//! An order as the shop reads it, over the API and in events.

use std::collections::BTreeMap;

use florin_domain::error::ErrorObject;
use florin_domain::ids::{OrderId, PaymentId, SessionId};
use florin_domain::mode::Mode;
use florin_domain::money::Currency;
use florin_domain::order::{AttemptState, CaptureMethod, CardSummary, OrderStatus};
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};
use serde::Serialize;

use super::RefundJson;
use crate::storage::{AttemptRow, Customer, OperationRow, OrderRow, SessionRow};

/// The Order of the shop's API.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct OrderJson {
    id: OrderId,
    status: OrderStatus,
    mode: Mode,
    amount: i64,
    currency: Currency,
    capture: CaptureMethod,
    amount_authorized: i64,
    amount_captured: i64,
    amount_refunded: i64,
    reference: Option<String>,
    description: Option<String>,
    metadata: BTreeMap<String, String>,
    customer: Option<Customer>,
    result_url: Option<String>,
    created_at: Timestamp,
    expires_at: Timestamp,
    paid_at: Option<Timestamp>,
    payment: Option<PaymentJson>,
    last_error: Option<ErrorObject>,
    /// Refunds that the shop asked for.
    refunds: Vec<RefundJson>,
    checkout: Option<CheckoutJson>,
}

/// The payment that pays the order, or the newest try.
#[derive(Debug, Clone, Serialize)]
struct PaymentJson {
    id: PaymentId,
    gateway: String,
    status: &'static str,
    card: Option<CardSummary>,
}

/// How a browser gets at the order.
#[derive(Debug, Clone, Serialize)]
struct CheckoutJson {
    session: SessionId,
    url: String,
    expires_at: Timestamp,
}

/// What a view needs besides rows.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) mode: Mode,
    /// Without trailing slash.
    pub(crate) public_url: String,
}

impl Viewer {
    /// The order as it stands in this transaction. `attempt` is the one just changed, if one was.
    pub(crate) fn view(
        &self,
        tx: &mut Tx<'_>,
        row: &OrderRow,
        attempt: Option<&AttemptRow>,
    ) -> Result<OrderJson, StoreError> {
        let session = SessionRow::newest(tx, &row.order.id)?;
        Ok(self.compose(row, shown(tx, row, attempt)?, session, refunds(tx, row)?))
    }

    /// The same, with a session that was made just now.
    pub(crate) fn view_in(
        &self,
        tx: &mut Tx<'_>,
        row: &OrderRow,
        session: SessionRow,
    ) -> Result<OrderJson, StoreError> {
        Ok(self.compose(row, shown(tx, row, None)?, Some(session), refunds(tx, row)?))
    }

    fn compose(
        &self,
        row: &OrderRow,
        attempt: Option<AttemptRow>,
        session: Option<SessionRow>,
        refunds: Vec<RefundJson>,
    ) -> OrderJson {
        let (order, details) = (&row.order, &row.details);
        OrderJson {
            id: order.id.clone(),
            status: order.status,
            mode: self.mode,
            amount: order.amount.minor_units(),
            currency: order.amount.currency(),
            capture: order.capture,
            amount_authorized: order.authorized,
            amount_captured: order.captured,
            amount_refunded: order.refunded,
            reference: row.reference.clone(),
            description: details.description.clone(),
            metadata: details.metadata.clone(),
            customer: details.customer.clone(),
            result_url: details.result_url.clone(),
            created_at: order.created_at,
            expires_at: order.expires_at,
            paid_at: order.paid_at,
            payment: attempt.map(payment),
            last_error: order.last_error.clone(),
            refunds,
            checkout: session.map(|session| CheckoutJson {
                url: format!("{}/pay/{}", self.public_url, session.id),
                session: session.id,
                expires_at: session.expires_at,
            }),
        }
    }
}

/// The refunds that the shop asked for; where nothing was captured there are none.
fn refunds(tx: &mut Tx<'_>, row: &OrderRow) -> Result<Vec<RefundJson>, StoreError> {
    if row.order.captured == 0 {
        return Ok(Vec::new());
    }
    OperationRow::refunds_of_order(tx, &row.order.id)?.into_iter().map(RefundJson::of).collect()
}

/// The attempt that pays the order, else the one just changed, else the newest.
fn shown(tx: &mut Tx<'_>, row: &OrderRow, changed: Option<&AttemptRow>) -> Result<Option<AttemptRow>, StoreError> {
    match (changed, &row.order.paid_by) {
        (Some(changed), None) => Ok(Some(changed.clone())),
        (Some(changed), Some(payer)) if changed.attempt.id == *payer => Ok(Some(changed.clone())),
        (_, Some(payer)) => AttemptRow::find(tx, payer),
        (None, None) => AttemptRow::newest(tx, &row.order.id),
    }
}

fn payment(row: AttemptRow) -> PaymentJson {
    PaymentJson {
        status: public_status(&row.attempt.state),
        id: row.attempt.payment,
        gateway: row.attempt.account,
        card: row.attempt.card,
    }
}

/// What the shop calls an attempt's state. Whether the gateway has opened it yet is our own business.
fn public_status(state: &AttemptState) -> &'static str {
    match state {
        AttemptState::Opening => "open",
        other => other.name(),
    }
}
