//! Each time an event was sent, as a row.

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

/// A try that was made.
#[derive(Debug, Clone)]
pub(super) struct Try {
    pub(super) id: String,
    pub(super) event_id: String,
    /// `initial_attempt`, `automatic_retry` or `manual_retry`.
    pub(super) kind: &'static str,
    /// What the receiver answered, if it did.
    pub(super) status: Option<u16>,
    pub(super) at: Timestamp,
}

impl Try {
    /// Any 2xx is a taken event.
    pub(super) fn is_delivered(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// A try as it was written.
pub(super) struct Written {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) status: Option<i64>,
    pub(super) delivered: bool,
    pub(super) at: Timestamp,
}

impl From<&Try> for Written {
    fn from(one: &Try) -> Self {
        Self {
            id: one.id.clone(),
            kind: one.kind.to_owned(),
            status: one.status.map(i64::from),
            delivered: one.is_delivered(),
            at: one.at,
        }
    }
}

/// Writes a try; an event that was taken once is taken.
pub(super) fn write(tx: &mut Tx<'_>, one: &Try) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO event_tries (try_id, event_id, kind, delivered, status, tried_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        params![&one.id, &one.event_id, one.kind, one.is_delivered(), one.status, one.at],
    )?;
    if one.is_delivered() {
        tx.execute("UPDATE events SET delivered = 1 WHERE event_id = $1", params![&one.event_id])?;
    }
    Ok(())
}

/// The tries of an event, the first first.
pub(super) fn of_event(tx: &mut Tx<'_>, event_id: &str) -> Result<Vec<Written>, StoreError> {
    let rows = tx.all("SELECT * FROM event_tries WHERE event_id = $1 ORDER BY tried_at, try_id", params![event_id])?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Written, StoreError> {
    Ok(Written {
        id: row.get("try_id")?,
        kind: row.get("kind")?,
        status: row.get("status")?,
        delivered: row.get("delivered")?,
        at: row.get("tried_at")?,
    })
}
