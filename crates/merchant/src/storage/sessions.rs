//! The table `sessions`: browsers' handles on orders.

use florin_domain::ids::{OrderId, SessionId};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

/// One browser handle on one order.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) id: SessionId,
    pub(crate) order: OrderId,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl SessionRow {
    pub(crate) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO sessions (id, order_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            params![&self.id, &self.order, self.created_at, self.expires_at],
        )
        .map(|_| ())
    }

    pub(crate) fn find(tx: &mut Tx<'_>, id: &SessionId) -> Result<Option<Self>, StoreError> {
        tx.first("SELECT * FROM sessions WHERE id = $1", params![id])?.as_ref().map(Self::read).transpose()
    }

    /// The newest one of an order.
    pub(crate) fn newest(tx: &mut Tx<'_>, order: &OrderId) -> Result<Option<Self>, StoreError> {
        tx.first(
            "SELECT * FROM sessions WHERE order_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1",
            params![order],
        )?
        .as_ref()
        .map(Self::read)
        .transpose()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            order: row.get("order_id")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
}
