//! `GET /v1/events`: the shop's events while it is being written, in test mode alone.
//!
//! Reads what was written for the shop, delivered or not, and changes none of it. Events are numbered when they
//! are first looked for: their times and ids don't say which of them became visible first. None is passed over, and
//! whoever waits is told of one within [`LOOK_THROUGH_ALL_EVERY`] of its commit, however long that took; a second
//! or so where it took less than [`LATE`].

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::ids::EventId;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::{Deserialize, Serialize};

use crate::extract::{Search, Shop};
use crate::{ApiError, Merchant};

/// Asks for nothing but where the newest event stands.
const LATEST: &str = "latest";

/// As for `status`.
const LONGEST_WAIT_SECONDS: u64 = 20;

/// Another process may have written the event: looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Events in one unit of numbering: the first listener after a year of sales must not hold up the sales.
const AT_ONCE: i64 = 1000;

/// Most looks of a request that waits are for events that were made since, or whose commit came late by less than
/// this.
const LATE: Duration = Duration::from_secs(5 * 60);

/// The others, and the first, look through all.
const LOOK_THROUGH_ALL_EVERY: Duration = Duration::from_secs(5);

/// Before all events.
const EVER: Timestamp = Timestamp::from_millis(0);

/// Which events, the oldest first.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListEvents {
    /// The last one seen, or `latest`.
    after: Option<String>,
    limit: Option<u32>,
    /// Seconds to wait for the next.
    wait: Option<u64>,
}

/// Some events, and where to go on.
#[derive(Debug, Serialize)]
pub(crate) struct Events {
    data: Vec<EventSent>,
    cursor: Option<EventId>,
}

/// An event as it was, or would be, sent.
#[derive(Debug, Serialize)]
struct EventSent {
    id: EventId,
    #[serde(rename = "type")]
    kind: String,
    created_at: Timestamp,
    body: String,
}

/// `GET /v1/events`
pub(crate) async fn events(
    _: Shop,
    State(merchant): State<Merchant>,
    Search(query): Search<ListEvents>,
) -> Result<Json<Events>, ApiError> {
    let (limit, wait) = (query.limit.unwrap_or(10), query.wait.unwrap_or(0));
    if !(1..=100).contains(&limit) {
        return Err(ApiError::invalid("limit_out_of_range", "limit", "limit must be 1 to 100"));
    }
    if wait > LONGEST_WAIT_SECONDS {
        return Err(ApiError::invalid("wait_out_of_range", "wait", "wait must be 0 to 20 seconds"));
    }
    if query.after.as_deref() == Some(LATEST) {
        number(&merchant, EVER).await?;
        let cursor = merchant.store().read(|tx| Ok::<_, ApiError>(newest(tx)?)).await?;
        return Ok(Json(Events { data: Vec::new(), cursor }));
    }
    let after = query.after.as_deref().map(EventId::parse).transpose();
    let after = after.map_err(|_| ApiError::invalid("invalid_value", "after", "not an event id"))?;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(wait);
    let (mut look_from, mut through_all_at) = (EVER, tokio::time::Instant::now());
    loop {
        let woken = merchant.woken();
        let began = merchant.clock().now();
        if tokio::time::Instant::now() >= through_all_at {
            (look_from, through_all_at) = (EVER, tokio::time::Instant::now() + LOOK_THROUGH_ALL_EVERY);
        }
        number(&merchant, look_from).await?;
        look_from = began.minus(LATE);
        let from = after.clone();
        let data = merchant.store().read(move |tx| since(tx, from.as_ref(), limit)).await?;
        if !data.is_empty() || tokio::time::Instant::now() >= deadline {
            let cursor = data.last().map(|event| event.id.clone()).or(after);
            return Ok(Json(Events { data, cursor }));
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep_until(deadline.min(tokio::time::Instant::now() + LOOK_EVERY)) => {}
        }
    }
}

/// Gives every event since `from` that has no place one after all that have one, the oldest first.
async fn number(merchant: &Merchant, mut from: Timestamp) -> Result<(), ApiError> {
    while merchant.store().read(move |tx| Ok::<_, ApiError>(is_one_without(tx, from)?)).await? {
        from = merchant.store().write(move |tx| Ok::<_, ApiError>(place(tx, from)?)).await?;
    }
    Ok(())
}

fn is_one_without(tx: &mut Tx<'_>, from: Timestamp) -> Result<bool, StoreError> {
    let one = "SELECT o.id FROM outbox o
         WHERE o.created_at >= $1 AND NOT EXISTS (SELECT 1 FROM listening l WHERE l.event_id = o.id) LIMIT 1";
    Ok(tx.first(one, params![from])?.is_some())
}

/// One unit of numbering; says up to when it came.
fn place(tx: &mut Tx<'_>, from: Timestamp) -> Result<Timestamp, StoreError> {
    // Whoever numbers holds the gate until its commit: places become visible in their own order, without gaps
    // that somebody fills once a listener has passed.
    tx.execute(
        "INSERT INTO listening (position, event_id) VALUES (0, '') ON CONFLICT (position) DO UPDATE SET event_id = ''",
        params![],
    )?;
    let placed = tx.execute(
        "INSERT INTO listening (position, event_id)
         SELECT (SELECT MAX(position) FROM listening) + ROW_NUMBER() OVER (ORDER BY n.created_at, n.id), n.id
         FROM (SELECT o.id, o.created_at FROM outbox o
               WHERE o.created_at >= $1 AND NOT EXISTS (SELECT 1 FROM listening l WHERE l.event_id = o.id)
               ORDER BY o.created_at, o.id LIMIT $2) n",
        params![from, AT_ONCE],
    )?;
    if placed == 0 {
        return Ok(from);
    }
    let last =
        "SELECT o.created_at FROM listening l JOIN outbox o ON o.id = l.event_id ORDER BY l.position DESC LIMIT 1";
    tx.first(last, params![])?.map_or(Ok(from), |row| row.get("created_at"))
}

fn newest(tx: &mut Tx<'_>) -> Result<Option<EventId>, StoreError> {
    let newest = "SELECT event_id FROM listening WHERE position > 0 ORDER BY position DESC LIMIT 1";
    tx.first(newest, params![])?.map(|row| row.get("event_id")).transpose()
}

fn since(tx: &mut Tx<'_>, after: Option<&EventId>, limit: u32) -> Result<Vec<EventSent>, ApiError> {
    let position: i64 = match after {
        None => 0,
        Some(id) => {
            let row = tx.first("SELECT position FROM listening WHERE event_id = $1", params![id])?;
            let row = row.ok_or_else(|| ApiError::invalid("invalid_value", "after", "there is no such event"))?;
            row.get("position")?
        }
    };
    let rows = tx.all(
        "SELECT o.id, o.kind, o.created_at, o.payload FROM listening l JOIN outbox o ON o.id = l.event_id
         WHERE l.position > $1 ORDER BY l.position LIMIT $2",
        params![position, limit],
    )?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn read(row: &Row) -> Result<EventSent, StoreError> {
    Ok(EventSent {
        id: row.get("id")?,
        kind: row.get("kind")?,
        created_at: row.get("created_at")?,
        body: row.get("payload")?,
    })
}
