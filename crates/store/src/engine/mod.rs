//! The engines behind the one API. PostgreSQL will be a second variant.

mod sqlite;

use florin_domain::mode::Mode;

use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::target::Target;
use crate::unit::Work;

#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
}

impl Engine {
    pub(crate) async fn open(target: &Target, schema: &'static Schema, mode: Mode) -> Result<Self, OpenError> {
        match target {
            Target::Sqlite(path) => {
                let engine = sqlite::Sqlite::open(path, schema, mode, sqlite::Tuning::default()).await?;
                Ok(Self::Sqlite(engine))
            }
        }
    }

    /// Queues a unit. Its caller is answered after the commit.
    pub(crate) async fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.write(work).await,
        }
    }

    /// Queues a query.
    pub(crate) async fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.read(work).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(engine) => engine.close().await,
        }
    }
}
