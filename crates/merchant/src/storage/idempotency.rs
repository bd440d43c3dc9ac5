//! The table `idempotency`: what a request with an Idempotency-Key began, and what it was answered.

use std::time::Duration;

use florin_domain::ids::OperationId;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

use super::senseless;

/// How long an answer is kept.
const KEPT_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// One request's key, and what it asks.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) mode: Mode,
    /// The route's template: the same key at another route is another key.
    pub(crate) route: &'static str,
    pub(crate) key: String,
    /// Of the address and the parsed body.
    pub(crate) fingerprint: String,
}

/// An answer, to be given again byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptAnswer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// An earlier request with the same key.
#[derive(Debug, Clone)]
pub(crate) struct IdempotencyRow {
    pub(crate) fingerprint: String,
    pub(crate) operation: Option<OperationId>,
    pub(crate) answer: Option<KeptAnswer>,
    pub(crate) created_at: Timestamp,
}

impl Scope {
    /// Takes the key in one statement, in the unit of what it begins; or the earlier request that has it.
    pub(crate) fn claim(
        &self,
        tx: &mut Tx<'_>,
        operation: Option<&OperationId>,
        now: Timestamp,
    ) -> Result<Option<IdempotencyRow>, StoreError> {
        tx.execute(
            "DELETE FROM idempotency WHERE mode = $1 AND route = $2 AND key = $3 AND created_at <= $4",
            params![self.mode.to_string(), self.route, &self.key, now.minus(KEPT_FOR)],
        )?;
        let rows = tx.execute(
            "INSERT INTO idempotency (mode, route, key, fingerprint, operation_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
            params![self.mode.to_string(), self.route, &self.key, &self.fingerprint, operation, now],
        )?;
        if rows == 1 {
            return Ok(None);
        }
        match self.find(tx)? {
            Some(earlier) => Ok(Some(earlier)),
            None => Err(tx.lost_swap()),
        }
    }

    /// Keeps the answer, unless one was kept before: that one is the answer then.
    pub(crate) fn finish(&self, tx: &mut Tx<'_>, answer: &KeptAnswer) -> Result<KeptAnswer, StoreError> {
        let rows = tx.execute(
            "UPDATE idempotency SET status = $4, body = $5
             WHERE mode = $1 AND route = $2 AND key = $3 AND status IS NULL",
            params![self.mode.to_string(), self.route, &self.key, answer.status, &answer.body],
        )?;
        if rows == 1 {
            return Ok(answer.clone());
        }
        let kept = self.find(tx)?.and_then(|row| row.answer);
        kept.ok_or_else(|| senseless("idempotency.status"))
    }

    /// The earlier request that has the key.
    pub(crate) fn find(&self, tx: &mut Tx<'_>) -> Result<Option<IdempotencyRow>, StoreError> {
        tx.first(
            "SELECT * FROM idempotency WHERE mode = $1 AND route = $2 AND key = $3",
            params![self.mode.to_string(), self.route, &self.key],
        )?
        .as_ref()
        .map(IdempotencyRow::read)
        .transpose()
    }
}

impl IdempotencyRow {
    /// Forgets what is older than anybody was promised.
    pub(crate) fn purge(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        tx.execute("DELETE FROM idempotency WHERE created_at <= $1", params![now.minus(KEPT_FOR)]).map(|_| ())
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let status: Option<i64> = row.get("status")?;
        let answer = match status {
            None => None,
            Some(status) => Some(KeptAnswer {
                status: u16::try_from(status).map_err(|_| senseless("idempotency.status"))?,
                body: row.get("body")?,
            }),
        };
        Ok(Self {
            fingerprint: row.get("fingerprint")?,
            operation: row.get("operation_id")?,
            answer,
            created_at: row.get("created_at")?,
        })
    }
}
