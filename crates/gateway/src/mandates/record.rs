//! A mandate as a row.

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde_json::{Map, Value};

use crate::wire::ApiError;

/// Waiting for its first payment to be approved.
pub(super) const PENDING: &str = "pending";
pub(super) const ACTIVE: &str = "active";
/// For a single use, and used.
pub(super) const INACTIVE: &str = "inactive";
pub(super) const REVOKED: &str = "revoked";

/// A mandate.
#[derive(Clone)]
pub(super) struct Mandate {
    pub(super) merchant_id: String,
    pub(super) id: String,
    pub(super) customer_id: String,
    pub(super) payment_method_id: String,
    pub(super) payment_id: String,
    pub(super) status: String,
    /// How much at most, in minor units: at once for a single use, in all for many.
    pub(super) amount: Option<i64>,
    /// How much of it was charged, of one for many uses with a limit.
    pub(super) charged: Option<i64>,
    pub(super) currency: Option<String>,
    /// `customer_acceptance`, as it was said.
    pub(super) acceptance: Map<String, Value>,
    pub(super) created_at: Timestamp,
}

impl Mandate {
    pub(super) fn find(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let row =
            tx.first("SELECT * FROM mandates WHERE merchant_id = $1 AND mandate_id = $2", params![merchant_id, id])?;
        Ok(Self::read(&row.ok_or(ApiError::NotFound("mandate"))?)?)
    }

    /// Writes it, once.
    pub(super) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO mandates (merchant_id, mandate_id, customer_id, payment_method_id, payment_id, status, amount,
                 currency, details, created_at, charged)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING",
            params![
                &self.merchant_id,
                &self.id,
                &self.customer_id,
                &self.payment_method_id,
                &self.payment_id,
                &self.status,
                self.amount,
                &self.currency,
                Value::Object(self.acceptance.clone()).to_string(),
                self.created_at,
                self.charged,
            ],
        )?;
        Ok(())
    }

    /// Sets the status; false when it was another than `from`.
    pub(super) fn turn(tx: &mut Tx<'_>, merchant_id: &str, id: &str, from: &str, to: &str) -> Result<bool, StoreError> {
        let touched = tx.execute(
            "UPDATE mandates SET status = $4 WHERE merchant_id = $1 AND mandate_id = $2 AND status = $3",
            params![merchant_id, id, from, to],
        )?;
        Ok(touched == 1)
    }

    /// Adds to what was charged, or takes from it; false when more would come to more than the limit.
    pub(super) fn charge(tx: &mut Tx<'_>, merchant_id: &str, id: &str, amount: i64) -> Result<bool, StoreError> {
        let touched = tx.execute(
            "UPDATE mandates SET charged = charged + $3
             WHERE merchant_id = $1 AND mandate_id = $2 AND ($3 <= 0 OR charged + $3 <= amount)",
            params![merchant_id, id, amount],
        )?;
        Ok(touched == 1)
    }

    /// Of one customer, or of all when none is named; the newest first. Those of payments that did not
    /// come about are nobody's.
    pub(super) fn all(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<Vec<Self>, StoreError> {
        let rows = tx.all(
            "SELECT * FROM mandates WHERE merchant_id = $1 AND ($2 = '' OR customer_id = $2) AND status <> 'pending'
             ORDER BY created_at DESC, mandate_id DESC",
            params![merchant_id, customer_id],
        )?;
        rows.iter().map(Self::read).collect()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let details: String = row.get("details")?;
        Ok(Self {
            merchant_id: row.get("merchant_id")?,
            id: row.get("mandate_id")?,
            customer_id: row.get("customer_id")?,
            payment_method_id: row.get("payment_method_id")?,
            payment_id: row.get("payment_id")?,
            status: row.get("status")?,
            amount: row.get("amount")?,
            charged: row.get("charged")?,
            currency: row.get("currency")?,
            acceptance: serde_json::from_str(&details)
                .map_err(|_| StoreError::Corrupt("mandates.details makes no sense".to_owned()))?,
            created_at: row.get("created_at")?,
        })
    }
}

/// The card is kept under another name.
pub(crate) fn rename_card(tx: &mut Tx<'_>, merchant_id: &str, from: &str, to: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mandates SET payment_method_id = $3 WHERE merchant_id = $1 AND payment_method_id = $2",
        params![merchant_id, from, to],
    )?;
    Ok(())
}

/// Whether a customer can still be charged by a mandate.
pub(crate) fn any_active(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<bool, StoreError> {
    let row = tx.first(
        "SELECT mandate_id FROM mandates WHERE merchant_id = $1 AND customer_id = $2 AND status = 'active'",
        params![merchant_id, customer_id],
    )?;
    Ok(row.is_some())
}

/// Ends all of a customer's and forgets what was said to them. One that waited for its first payment never was.
pub(crate) fn end_all(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM mandates WHERE merchant_id = $1 AND customer_id = $2 AND status = 'pending'",
        params![merchant_id, customer_id],
    )?;
    tx.execute(
        "UPDATE mandates SET status = 'revoked', details = '{}' WHERE merchant_id = $1 AND customer_id = $2",
        params![merchant_id, customer_id],
    )?;
    Ok(())
}
