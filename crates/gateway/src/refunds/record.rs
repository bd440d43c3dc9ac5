//! A refund as a row.

use florin_domain::money::{Currency, Money};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde_json::{Map, Value};

use crate::accounts::Profile;
use crate::payments::Payment;
use crate::wire::refund::RefundResponse;

/// The longest reason.
pub(super) const LONGEST_REASON: usize = 255;

/// A refund to be written.
#[derive(Debug, Clone)]
pub(super) struct NewRefund {
    pub(super) id: String,
    pub(super) amount: Money,
    pub(super) reason: Option<String>,
    pub(super) metadata: Option<Map<String, Value>>,
    /// `succeeded`, or `pending`.
    pub(super) status: &'static str,
    pub(super) now: Timestamp,
}

pub(super) const SUCCEEDED: &str = "succeeded";
pub(super) const PENDING: &str = "pending";
pub(super) const FAILED: &str = "failed";

/// Writes a refund; false when the id is taken.
pub(super) fn insert(tx: &mut Tx<'_>, payment: &Payment, refund: &NewRefund) -> Result<bool, StoreError> {
    let metadata = refund.metadata.as_ref().map(|metadata| Value::Object(metadata.clone()).to_string());
    let touched = tx.execute(
        "INSERT INTO refunds (merchant_id, refund_id, payment_id, amount, currency, status, reason, metadata, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT DO NOTHING",
        params![
            &payment.merchant_id,
            &refund.id,
            &payment.id,
            refund.amount.minor_units(),
            refund.amount.currency().code(),
            refund.status,
            &refund.reason,
            metadata,
            refund.now,
        ],
    )?;
    Ok(touched == 1)
}

/// One refund of a merchant, with the id of its payment's profile.
pub(super) fn find(tx: &mut Tx<'_>, merchant: &str, id: &str) -> Result<Option<Row>, StoreError> {
    tx.first("SELECT * FROM refunds WHERE merchant_id = $1 AND refund_id = $2", params![merchant, id])
}

/// All refunds of a payment, the oldest first.
pub(crate) fn of_payment(
    tx: &mut Tx<'_>,
    payment: &Payment,
    profile: &Profile,
) -> Result<Vec<RefundResponse>, StoreError> {
    let rows = tx.all(
        "SELECT * FROM refunds WHERE merchant_id = $1 AND payment_id = $2 ORDER BY created_at, refund_id",
        params![&payment.merchant_id, &payment.id],
    )?;
    rows.iter().map(|row| read(row, profile)).collect()
}

pub(super) fn read(row: &Row, profile: &Profile) -> Result<RefundResponse, StoreError> {
    let corrupt = |column: &str| StoreError::Corrupt(format!("refunds.{column} makes no sense"));
    let metadata: Option<String> = row.get("metadata")?;
    let metadata = metadata.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| corrupt("metadata"))?;
    let currency: String = row.get("currency")?;
    let created_at: Timestamp = row.get("created_at")?;
    Ok(RefundResponse {
        refund_id: row.get("refund_id")?,
        payment_id: row.get("payment_id")?,
        amount: row.get("amount")?,
        currency: Currency::parse(&currency).map_err(|_| corrupt("currency"))?,
        status: row.get("status")?,
        reason: row.get("reason")?,
        metadata,
        error_code: None,
        error_message: None,
        unified_code: None,
        unified_message: None,
        created_at,
        updated_at: row.get::<Option<Timestamp>>("updated_at")?.unwrap_or(created_at),
        connector: profile.connector_name.clone(),
        profile_id: profile.id.clone(),
        merchant_connector_id: profile.connector_id.clone(),
    })
}
