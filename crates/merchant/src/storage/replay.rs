//! Events once more: those of a gateway worked on again, those to the shop sent again.

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

/// Whose events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// What a gateway told us: its payments are read once more.
    FromGateway,
    /// What we told the shop: sent once more, with its id and bytes.
    ToShop,
}

/// Which events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Ids(Vec<String>),
    /// Those that came up from the first moment on, and before the second.
    Between(Timestamp, Timestamp),
}

/// An event that is replayed, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Its id; the same again.
    pub id: String,
    /// What it tells, such as `order.paid`.
    pub kind: String,
    /// When it came up.
    pub at: Timestamp,
    /// What it is about: the payment of a gateway's event, how one to the shop stood.
    pub about: String,
}

/// No more at once; the rest with the next call, from the last one's time on.
pub const MOST_REPLAYED: u32 = 10_000;

/// Lists what is selected, oldest first, and unless it is a rehearsal makes it due now.
pub(crate) fn replay(
    tx: &mut Tx<'_>,
    direction: Direction,
    selection: &Selection,
    rehearse: bool,
    now: Timestamp,
) -> Result<Vec<Replayed>, StoreError> {
    let found = match selection {
        Selection::Ids(ids) => {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let sql = match direction {
                    Direction::FromGateway => "SELECT * FROM event_log WHERE event_id = $1",
                    Direction::ToShop => "SELECT * FROM outbox WHERE id = $1",
                };
                found.extend(tx.all(sql, params![id])?);
            }
            found
        }
        Selection::Between(from, to) => {
            let sql = match direction {
                Direction::FromGateway => {
                    "SELECT * FROM event_log WHERE received_at >= $1 AND received_at < $2
                     ORDER BY received_at, event_id LIMIT $3"
                }
                Direction::ToShop => {
                    "SELECT * FROM outbox WHERE created_at >= $1 AND created_at < $2
                     ORDER BY created_at, id LIMIT $3"
                }
            };
            tx.all(sql, params![*from, *to, MOST_REPLAYED])?
        }
    };
    let mut replayed = Vec::with_capacity(found.len());
    for row in &found {
        let event = read(row, direction)?;
        if !rehearse {
            wake(tx, row, direction, &event, now)?;
        }
        replayed.push(event);
    }
    Ok(replayed)
}

fn read(row: &Row, direction: Direction) -> Result<Replayed, StoreError> {
    match direction {
        Direction::FromGateway => Ok(Replayed {
            id: row.get("event_id")?,
            kind: row.get("event_type")?,
            at: row.get("received_at")?,
            about: row.get("payment_id")?,
        }),
        Direction::ToShop => Ok(Replayed {
            id: row.get("id")?,
            kind: row.get("kind")?,
            at: row.get("created_at")?,
            about: row.get("state")?,
        }),
    }
}

/// What an event is called when it is worked on again; one of a refund stays one.
fn name_again(kind: &str) -> &'static str {
    if kind.starts_with("refund_") { "refund_replayed" } else { "replayed" }
}

/// A claim that is under way settles nothing any more: the epoch has moved on.
fn wake(tx: &mut Tx<'_>, row: &Row, direction: Direction, event: &Replayed, now: Timestamp) -> Result<(), StoreError> {
    match direction {
        Direction::FromGateway => tx.execute(
            // A name that no event has: what the order shows already must not keep it from being read.
            "INSERT INTO inbox (source, event_id, event_type, payment_id, received_at, tries, epoch, wake_at)
             VALUES ($1, $2, $5, $3, $4, 0, 0, $4)
             ON CONFLICT (source, event_id)
                 DO UPDATE SET event_type = $5, tries = 0, epoch = inbox.epoch + 1, wake_at = $4",
            params![row.get::<String>("source")?, &event.id, &event.about, now, name_again(&event.kind)],
        ),
        Direction::ToShop => tx.execute(
            "UPDATE outbox SET state = 'waiting', due_at = $2, tries = 0, settled_at = NULL, context = '',
                 epoch = epoch + 1
             WHERE id = $1",
            params![&event.id, now],
        ),
    }
    .map(|_| ())
}
