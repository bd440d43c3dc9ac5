//! Rows and what they mean. A row that makes no sense is refused, not guessed at.

mod attempts;
mod idempotency;
mod operations;
mod orders;
mod record;
mod sessions;
mod timeline;

use florin_store::{Migration, Schema, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use attempts::{AttemptRow, Circumstances};
pub(crate) use idempotency::{IdempotencyRow, KeptAnswer, Scope};
pub(crate) use operations::{AskedBy, OperationRow};
pub(crate) use orders::{Address, Customer, Details, OrderFilter, OrderRow};
pub(crate) use record::{Applied, Fresh, News, Record, Source, save_order};
pub(crate) use sessions::SessionRow;
pub(crate) use timeline::TimelineEntry;

/// The merchant server's tables.
pub static SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[
        Migration { version: 1, name: "orders", sql: include_str!("../../migrations/0001_orders.sql") },
        Migration { version: 2, name: "operations", sql: include_str!("../../migrations/0002_operations.sql") },
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
