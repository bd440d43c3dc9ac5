//! The table `timeline`: everything that happened to an order, with its cause.

use florin_domain::ids::{OrderId, PaymentId};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::Serialize;

use super::Source;

/// One line of a timeline, as the shop reads it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TimelineEntry {
    pub(crate) seq: i64,
    pub(crate) at: Timestamp,
    pub(crate) kind: String,
    pub(crate) source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<PaymentId>,
    pub(crate) detail: String,
}

/// A line to be written.
pub(super) struct NewEntry<'a> {
    pub(super) order: &'a OrderId,
    pub(super) seq: i64,
    pub(super) at: Timestamp,
    pub(super) kind: &'static str,
    pub(super) source: Source,
    pub(super) payment: Option<&'a PaymentId>,
    pub(super) detail: &'a str,
}

impl NewEntry<'_> {
    pub(super) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO timeline (order_id, seq, at, kind, source, payment, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![self.order, self.seq, self.at, self.kind, self.source.as_str(), self.payment, self.detail],
        )
        .map(|_| ())
    }
}

impl TimelineEntry {
    /// All lines of an order, oldest first.
    pub(crate) fn of_order(tx: &mut Tx<'_>, order: &OrderId) -> Result<Vec<Self>, StoreError> {
        tx.all("SELECT * FROM timeline WHERE order_id = $1 ORDER BY seq", params![order])?
            .iter()
            .map(Self::read)
            .collect()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            kind: row.get("kind")?,
            source: row.get("source")?,
            payment: row.get("payment")?,
            detail: row.get("detail")?,
        })
    }
}
