//! The table `inbox`: events of a gateway that were kept and are worked on, and the log of all that came.

use florin_domain::ids::PaymentId;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

/// An event as it arrived, as far as it is kept: no body, no client secret, nothing of a person.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// The account whose key signed it.
    pub(crate) source: String,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) payment: PaymentId,
    /// What it says of the payment, as JSON.
    pub(crate) said: String,
    /// SHA-256 of the body, in hexadecimal.
    pub(crate) digest: String,
}

impl Arrival {
    /// Keeps it, in the log and to be worked on; `false` when it was there before.
    pub(crate) fn keep(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let logged = tx.execute(
            "INSERT INTO event_log (source, event_id, event_type, payment_id, said, digest, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING",
            params![&self.source, &self.event_id, &self.event_type, &self.payment, &self.said, &self.digest, now],
        )?;
        // Logged for longer than it is in the inbox: what is known is old news.
        Ok(logged == 1 && insert(tx, &self.source, &self.event_id, &self.event_type, &self.payment, now)?)
    }
}

/// Forgets what was logged before `time`. Nothing else ever takes a line away, or changes one.
pub(crate) fn purge_event_log(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), StoreError> {
    tx.execute("DELETE FROM event_log WHERE received_at <= $1", params![time]).map(|_| ())
}

/// Something to look at that no event told of; `false` when it was found before.
pub(crate) fn put_in_inbox(
    tx: &mut Tx<'_>,
    source: &str,
    name: &str,
    kind: &'static str,
    payment: &PaymentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    insert(tx, source, name, kind, payment, now)
}

fn insert(
    tx: &mut Tx<'_>,
    source: &str,
    event_id: &str,
    event_type: &str,
    payment: &PaymentId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let rows = tx.execute(
        "INSERT INTO inbox (source, event_id, event_type, payment_id, received_at, tries, epoch, wake_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $5)
         ON CONFLICT DO NOTHING",
        params![source, event_id, event_type, payment, now],
    )?;
    Ok(rows == 1)
}

/// An event that was kept and is being worked on.
#[derive(Debug, Clone)]
pub(crate) struct InboxRow {
    pub(crate) source: String,
    pub(crate) event_id: String,
    pub(crate) event_type: String,
    pub(crate) payment: PaymentId,
    pub(crate) received_at: Timestamp,
    pub(crate) tries: u32,
    epoch: i64,
}

impl InboxRow {
    /// Takes those that are due; until `lease_end` nobody else does.
    pub(crate) fn claim(
        tx: &mut Tx<'_>,
        now: Timestamp,
        lease_end: Timestamp,
        limit: u32,
    ) -> Result<Vec<Self>, StoreError> {
        tx.all(
            "UPDATE inbox SET epoch = epoch + 1, tries = tries + 1, wake_at = $2
             WHERE (source, event_id) IN
                 (SELECT source, event_id FROM inbox WHERE wake_at <= $1 ORDER BY wake_at LIMIT $3
                  FOR UPDATE SKIP LOCKED)
             RETURNING *",
            params![now, lease_end, limit],
        )?
        .iter()
        .map(Self::read)
        .collect()
    }

    /// Dealt with: `None`. To be tried again: then. `false` when somebody claimed it since.
    pub(crate) fn settle(&self, tx: &mut Tx<'_>, wake_at: Option<Timestamp>) -> Result<bool, StoreError> {
        let rows = tx.execute(
            "UPDATE inbox SET wake_at = $4 WHERE source = $1 AND event_id = $2 AND epoch = $3",
            params![&self.source, &self.event_id, self.epoch, wake_at],
        )?;
        Ok(rows == 1)
    }

    /// Forgets those that were dealt with and came before `time`.
    pub(crate) fn purge(tx: &mut Tx<'_>, time: Timestamp) -> Result<(), StoreError> {
        tx.execute("DELETE FROM inbox WHERE wake_at IS NULL AND received_at <= $1", params![time]).map(|_| ())
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            source: row.get("source")?,
            event_id: row.get("event_id")?,
            event_type: row.get("event_type")?,
            payment: row.get("payment_id")?,
            received_at: row.get("received_at")?,
            tries: row.get("tries")?,
            epoch: row.get("epoch")?,
        })
    }
}
