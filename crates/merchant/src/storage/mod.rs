//! Rows and what they mean. A row that makes no sense is refused, not guessed at.

mod attempts;
mod idempotency;
mod inbox;
mod operations;
mod orders;
mod record;
mod replay;
mod rounds;
mod sessions;
mod timeline;
mod tries;

use florin_store::{Migration, Schema, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use attempts::{AttemptRow, Circumstances};
pub(crate) use idempotency::{IdempotencyRow, KeptAnswer, Scope};
pub(crate) use inbox::{Arrival, InboxRow, purge_event_log, put_in_inbox};
pub(crate) use operations::{AskedBy, OperationRow};
pub(crate) use orders::{Address, CLOSING_FOR, CLOSING_STILL_FOR, Customer, Details, HeldOff, OrderFilter, OrderRow};
pub(crate) use record::{Applied, Fresh, News, Record, Source, save_order};
pub(crate) use replay::replay;
pub use replay::{Direction, MOST_REPLAYED, Replayed, Selection};
pub(crate) use rounds::{is_round_due, take_round};
pub(crate) use sessions::SessionRow;
pub(crate) use timeline::TimelineEntry;
pub(crate) use tries::{is_under_attack, network_must_wait, purge_networks};

/// The merchant server's tables.
pub static SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[
        Migration { version: 1, name: "orders", sql: include_str!("../../migrations/0001_orders.sql") },
        Migration { version: 2, name: "operations", sql: include_str!("../../migrations/0002_operations.sql") },
        Migration { version: 3, name: "limits and log", sql: include_str!("../../migrations/0003_limits_and_log.sql") },
        Migration { version: 4, name: "rounds", sql: include_str!("../../migrations/0004_sweeps.sql") },
        Migration { version: 5, name: "keys", sql: include_str!("../../migrations/0005_keys.sql") },
        Migration { version: 6, name: "authentication", sql: include_str!("../../migrations/0006_authentication.sql") },
        Migration { version: 7, name: "listening", sql: include_str!("../../migrations/0007_listening.sql") },
        Migration { version: 8, name: "asked again", sql: include_str!("../../migrations/0008_asked_again.sql") },
        Migration { version: 9, name: "closing", sql: include_str!("../../migrations/0009_closing.sql") },
        Migration { version: 10, name: "as opened", sql: include_str!("../../migrations/0010_as_opened.sql") },
        Migration { version: 11, name: "clock", sql: include_str!("../../migrations/0011_clock.sql") },
    ],
};

/// A column holds something that no version of ours wrote.
fn senseless(column: &str) -> StoreError {
    StoreError::Corrupt(format!("{column} makes no sense"))
}

fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(error.to_string()))
}

fn from_json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| senseless(column))
}
