//! The table `operations`: money to move, written before any call.

use florin_domain::flow::operate::OperationState;
use florin_domain::flow::{OperationKind, OperationOrder};
use florin_domain::ids::{AttemptId, OperationId};
use florin_domain::money::{Currency, Money};
use florin_domain::order::Attempt;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

use super::senseless;

/// A capture, void or refund that is not over.
#[derive(Debug, Clone)]
pub(crate) struct OperationRow {
    pub(crate) id: OperationId,
    pub(crate) attempt: AttemptId,
    pub(crate) kind: OperationKind,
    pub(crate) amount: Money,
    pub(crate) tries: u32,
    pub(crate) epoch: i64,
}

impl OperationRow {
    /// Writes a new one, due at once; `false` while another one of this payment is not over.
    pub(crate) fn insert(
        tx: &mut Tx<'_>,
        id: &OperationId,
        attempt: &Attempt,
        order: OperationOrder,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "INSERT INTO operations (id, order_id, attempt_id, kind, amount, currency, state, tries, epoch, wake_at,
                 created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $8)
             ON CONFLICT DO NOTHING",
            params![
                id,
                &attempt.order,
                &attempt.id,
                order.kind.as_str(),
                order.amount.minor_units(),
                order.amount.currency().code(),
                OperationState::Claimed.as_str(),
                now,
            ],
        )?;
        Ok(rows == 1)
    }

    /// Takes those that are due; until `lease_end` nobody else does.
    pub(crate) fn claim(
        tx: &mut Tx<'_>,
        now: Timestamp,
        lease_end: Timestamp,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        tx.all(
            "UPDATE operations SET epoch = epoch + 1, tries = tries + 1, wake_at = $2
             WHERE id IN (SELECT id FROM operations WHERE wake_at <= $1 ORDER BY wake_at LIMIT $3)
             RETURNING *",
            params![now, lease_end, limit],
        )?
        .iter()
        .map(Self::read)
        .collect()
    }

    /// Writes how it stands, unless somebody claimed it since.
    pub(crate) fn settle(
        &self,
        tx: &mut Tx<'_>,
        state: OperationState,
        wake_at: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "UPDATE operations SET state = $3, wake_at = $4 WHERE id = $1 AND epoch = $2",
            params![&self.id, self.epoch, state.as_str(), wake_at],
        )?;
        Ok(rows == 1)
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let currency = Currency::parse(&row.get::<String>("currency")?).map_err(|_| senseless("currency"))?;
        Ok(Self {
            id: row.get("id")?,
            attempt: row.get("attempt_id")?,
            kind: OperationKind::parse(&row.get::<String>("kind")?).ok_or_else(|| senseless("kind"))?,
            amount: Money::new(row.get("amount")?, currency).map_err(|_| senseless("amount"))?,
            tries: row.get("tries")?,
            epoch: row.get("epoch")?,
        })
    }
}
