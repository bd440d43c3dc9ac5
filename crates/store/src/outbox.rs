//! Events on their way out: written with the change they tell of, sent by whoever holds the lease.
//!
//! Knows neither addresses nor HTTP. Correctness rests on `epoch`, not on clocks: a lease only says
//! who should try; a claim that was overtaken can settle nothing.

use std::fmt;
use std::time::Duration;

use florin_domain::ids::EventId;
use florin_domain::timestamp::Timestamp;

use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::schema::Migration;
use crate::tx::Tx;

/// Part of every role's database.
///
/// `due_at` is when to try next; while a claim holds the row it is when the lease ends, so an
/// abandoned row becomes due by itself.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "outbox",
        sql: "
        CREATE TABLE outbox (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            payload TEXT NOT NULL,
            context TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
            tries BIGINT NOT NULL,
            epoch BIGINT NOT NULL,
            created_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL,
            settled_at BIGINT
        );
        CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'waiting';
    ",
    },
    // What was delivered long ago is removed by its age, next to millions that were not.
    Migration {
        version: 2,
        name: "outbox_purge",
        sql: "CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state = 'delivered'",
    },
];

/// An event to be sent.
pub struct NewDelivery {
    /// Its id, the same over all tries.
    pub id: EventId,
    /// What happened, such as `payment_succeeded`.
    pub kind: String,
    /// The exact bytes to send.
    pub payload: String,
    /// JSON for the sender's own use.
    pub context: String,
    /// When to try first; kept as [`Delivery::created_at`] as well.
    pub due_at: Timestamp,
}

/// An event in the hands of one sender until its lease ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the same over all tries.
    pub id: EventId,
    /// What happened, such as `payment_succeeded`.
    pub kind: String,
    /// The exact bytes to send.
    pub payload: String,
    /// JSON for the sender's own use.
    pub context: String,
    /// How often it was claimed, this claim included.
    pub tries: u32,
    /// When it was first due.
    pub created_at: Timestamp,
    /// Which claim this is. Settling needs the latest.
    pub epoch: i64,
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered,
    /// Try again then.
    RetryAt(Timestamp),
    /// No more tries.
    GivenUp,
}

/// Writes an event, in the unit of the change it tells of.
///
/// # Errors
/// [`StoreError::Constraint`] when the id was used before.
pub fn enqueue(tx: &mut Tx<'_>, delivery: &NewDelivery) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO outbox (id, kind, payload, context, state, tries, epoch, created_at, due_at)
         VALUES ($1, $2, $3, $4, 'waiting', 0, 0, $5, $5)",
        params![&delivery.id, &delivery.kind, &delivery.payload, &delivery.context, delivery.due_at],
    )?;
    Ok(())
}

/// Takes at most `limit` events that are due and held by nobody, the longest due first; holds each
/// until `now` + `lease`.
///
/// # Errors
/// Whatever the engine says.
pub fn claim(tx: &mut Tx<'_>, now: Timestamp, lease: Duration, limit: u32) -> Result<Vec<Delivery>, StoreError> {
    let due = tx.all(
        "SELECT id, kind, payload, context, tries, created_at, epoch FROM outbox
         WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT $2
         FOR UPDATE SKIP LOCKED",
        params![now, limit],
    )?;
    let mut claimed = Vec::with_capacity(due.len());
    for row in &due {
        let mut delivery = read(row)?;
        // The swap decides who has it, should another writer have read the same row.
        let touched = tx.execute(
            "UPDATE outbox SET epoch = epoch + 1, tries = tries + 1, due_at = $1
             WHERE id = $2 AND epoch = $3 AND state = 'waiting'",
            params![now.plus(lease), &delivery.id, delivery.epoch],
        )?;
        if touched == 1 {
            delivery.epoch += 1;
            delivery.tries = delivery.tries.saturating_add(1);
            claimed.push(delivery);
        }
    }
    Ok(claimed)
}

fn read(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: row.get("payload")?,
        context: row.get("context")?,
        tries: row.get("tries")?,
        created_at: row.get("created_at")?,
        epoch: row.get("epoch")?,
    })
}

/// Records how a try ended. Answers whether the claim still held; if another has taken the event
/// since, or it was settled before, nothing changes.
///
/// # Errors
/// Whatever the engine says.
pub fn settle(tx: &mut Tx<'_>, delivery: &Delivery, outcome: Outcome, now: Timestamp) -> Result<bool, StoreError> {
    let (state, due_at, settled_at) = match outcome {
        Outcome::Delivered => ("delivered", now, Some(now)),
        Outcome::RetryAt(moment) => ("waiting", moment, None),
        Outcome::GivenUp => ("given_up", now, Some(now)),
    };
    // A new epoch ends the claim: after RetryAt the same claim must not settle a second time.
    let touched = tx.execute(
        "UPDATE outbox SET state = $1, due_at = $2, settled_at = $3, epoch = epoch + 1
         WHERE id = $4 AND epoch = $5 AND state = 'waiting'",
        params![state, due_at, settled_at, &delivery.id, delivery.epoch],
    )?;
    Ok(touched == 1)
}

/// Keeps the sender's own words with an event for its next try. Changes nothing for a claim that was overtaken.
///
/// # Errors
/// Whatever the engine says.
pub fn remember(tx: &mut Tx<'_>, delivery: &Delivery, context: &str) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE outbox SET context = $1 WHERE id = $2 AND epoch = $3 AND state = 'waiting'",
        params![context, &delivery.id, delivery.epoch],
    )
    .map(|_| ())
}

/// When the next event is due or the next lease ends; none when nothing waits.
///
/// # Errors
/// Whatever the engine says.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.first("SELECT MIN(due_at) AS due_at FROM outbox WHERE state = 'waiting'", params![])?;
    row.map_or(Ok(None), |row| row.get("due_at"))
}

/// Shows no payload and no context: both hold what shoppers and shops wrote.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("tries", &self.tries)
            .field("epoch", &self.epoch)
            .finish_non_exhaustive()
    }
}
