//! Durable storage: re-runnable units in group commit, migrations, claims, outbox.
//!
//! Knows nothing of orders, payments or HTTP: it carries statements, and answers a write only
//! after it is on disk. Also the one home of real time and of randomness. Read the modules in
//! this order.

mod clock;
mod engine;
mod error;
mod existing;
pub mod outbox;
mod randomness;
mod row;
mod schema;
mod store;
mod target;
mod tx;
mod unit;
mod value;

pub use clock::Clock;
pub use error::{OpenError, StoreError};
pub use randomness::Randomness;
pub use row::Row;
pub use schema::{Migration, Schema};
pub use store::{Limits, Store};
pub use target::{PostgresAddress, Target, TargetError};
pub use tx::Tx;
pub use value::{FromValue, Value};
