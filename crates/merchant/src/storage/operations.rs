//! The table `operations`: money to move, written before any call.

use florin_domain::error::ErrorObject;
use florin_domain::flow::operate::{Operation, OperationState};
use florin_domain::flow::{OperationKind, OperationOrder};
use florin_domain::ids::{AttemptId, OperationId, OrderId, RefundId};
use florin_domain::money::{Currency, Money};
use florin_domain::order::Attempt;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

use super::{from_json, senseless, to_json};

/// A capture, void or refund.
#[derive(Debug, Clone)]
pub(crate) struct OperationRow {
    pub(crate) id: OperationId,
    pub(crate) order: OrderId,
    pub(crate) attempt: AttemptId,
    pub(crate) kind: OperationKind,
    pub(crate) amount: Money,
    pub(crate) state: OperationState,
    /// The shop's words about a refund.
    pub(crate) reason: Option<String>,
    /// Why it was refused.
    pub(crate) error: Option<ErrorObject>,
    pub(crate) created_at: Timestamp,
    tries: u32,
    epoch: i64,
}

/// Whose idea an operation was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AskedBy {
    /// A flow puts something right.
    Flow,
    /// The shop, with its words about a refund.
    Shop {
        /// The shop's words.
        reason: Option<String>,
    },
}

impl AskedBy {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Shop { .. } => "shop",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Self::Flow => None,
            Self::Shop { reason } => reason.as_deref(),
        }
    }
}

impl OperationRow {
    /// Writes a new one, due at once unless the order says when; `false` while another one of this payment is not over.
    pub(crate) fn insert(
        tx: &mut Tx<'_>,
        id: &OperationId,
        attempt: &Attempt,
        order: OperationOrder,
        asked_by: &AskedBy,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "INSERT INTO operations (id, order_id, attempt_id, kind, amount, currency, state, tries, epoch, wake_at,
                 created_at, asked_by, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8, $9, $10, $11)
             ON CONFLICT DO NOTHING",
            params![
                id,
                &attempt.order,
                &attempt.id,
                order.kind.as_str(),
                order.amount.minor_units(),
                order.amount.currency().code(),
                OperationState::Claimed.as_str(),
                order.not_before.unwrap_or(now),
                now,
                asked_by.as_str(),
                asked_by.reason(),
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
             WHERE id IN (SELECT id FROM operations WHERE wake_at <= $1 ORDER BY wake_at LIMIT $3
                 FOR UPDATE SKIP LOCKED)
             RETURNING *",
            params![now, lease_end, limit],
        )?
        .iter()
        .map(Self::read)
        .collect()
    }

    /// Takes this one, if it is due and nobody else has it.
    pub(crate) fn claim_one(
        tx: &mut Tx<'_>,
        id: &OperationId,
        now: Timestamp,
        lease_end: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        tx.first(
            "UPDATE operations SET epoch = epoch + 1, tries = tries + 1, wake_at = $3
             WHERE id = $1 AND wake_at <= $2 RETURNING *",
            params![id, now, lease_end],
        )?
        .as_ref()
        .map(Self::read)
        .transpose()
    }

    /// Writes how it stands, unless somebody claimed it since.
    pub(crate) fn settle(
        &self,
        tx: &mut Tx<'_>,
        state: OperationState,
        wake_at: Option<Timestamp>,
        error: Option<&ErrorObject>,
    ) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "UPDATE operations SET state = $3, wake_at = $4, error = $5 WHERE id = $1 AND epoch = $2",
            params![&self.id, self.epoch, state.as_str(), wake_at, error.map(to_json).transpose()?],
        )?;
        Ok(rows == 1)
    }

    /// The operation of this id.
    pub(crate) fn find(tx: &mut Tx<'_>, id: &OperationId) -> Result<Option<Self>, StoreError> {
        tx.first("SELECT * FROM operations WHERE id = $1", params![id])?.as_ref().map(Self::read).transpose()
    }

    /// How far the operation of this payment is that is not over.
    pub(crate) fn unfinished(tx: &mut Tx<'_>, attempt: &AttemptId) -> Result<Option<OperationState>, StoreError> {
        let sql = "SELECT state FROM operations WHERE attempt_id = $1 AND wake_at IS NOT NULL";
        let row = tx.first(sql, params![attempt])?;
        row.map(|row| OperationState::parse(&row.get::<String>("state")?).ok_or_else(|| senseless("state"))).transpose()
    }

    /// The refunds that the shop asked for, oldest first.
    pub(crate) fn refunds_of_order(tx: &mut Tx<'_>, order: &OrderId) -> Result<Vec<Self>, StoreError> {
        tx.all(
            "SELECT * FROM operations WHERE order_id = $1 AND kind = 'refund' AND asked_by = 'shop'
             ORDER BY created_at, id",
            params![order],
        )?
        .iter()
        .map(Self::read)
        .collect()
    }

    /// The gateway says that a refund of this payment has ended: the pending one is asked about at once.
    pub(crate) fn wake_pending(tx: &mut Tx<'_>, attempt: &AttemptId, now: Timestamp) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE operations SET wake_at = $2 WHERE attempt_id = $1 AND state = 'pending' AND wake_at > $2",
            params![attempt, now],
        )
        .map(|_| ())
    }

    /// As the flows know it.
    pub(crate) fn operation(&self) -> Operation {
        Operation { kind: self.kind, amount: self.amount, tries: self.tries }
    }

    /// What the gateway knows a refund by, and the shop: a repeated one is recognised.
    pub(crate) fn refund_id(&self) -> Result<RefundId, StoreError> {
        let name = self.id.as_str().replacen(OperationId::PREFIX, RefundId::PREFIX, 1);
        RefundId::parse(&name).map_err(|_| senseless("operations.id"))
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let currency = Currency::parse(&row.get::<String>("currency")?).map_err(|_| senseless("currency"))?;
        let error: Option<String> = row.get("error")?;
        Ok(Self {
            id: row.get("id")?,
            order: row.get("order_id")?,
            attempt: row.get("attempt_id")?,
            kind: OperationKind::parse(&row.get::<String>("kind")?).ok_or_else(|| senseless("kind"))?,
            amount: Money::new(row.get("amount")?, currency).map_err(|_| senseless("amount"))?,
            state: OperationState::parse(&row.get::<String>("state")?).ok_or_else(|| senseless("state"))?,
            reason: row.get("reason")?,
            error: error.map(|text| from_json("error", &text)).transpose()?,
            created_at: row.get("created_at")?,
            tries: row.get("tries")?,
            epoch: row.get("epoch")?,
        })
    }
}
