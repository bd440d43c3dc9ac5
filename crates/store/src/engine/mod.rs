//! The engines behind the one API.

mod postgres;
mod sqlite;
mod verb;

use florin_domain::mode::Mode;

use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::store::Limits;
use crate::target::Target;
use crate::unit::Work;

#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Engine {
    pub(crate) async fn open(
        target: &Target,
        schema: &'static Schema,
        mode: Mode,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        match target {
            Target::Sqlite(path) => {
                let engine = sqlite::Sqlite::open(path, schema, mode, limits.into()).await?;
                Ok(Self::Sqlite(engine))
            }
            Target::Postgres(address) => {
                let engine = postgres::Postgres::open(address, schema, mode, limits.into()).await?;
                Ok(Self::Postgres(engine))
            }
        }
    }

    /// Queues a unit. Its caller is answered after the commit.
    pub(crate) async fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.write(work).await,
            Self::Postgres(engine) => engine.write(work).await,
        }
    }

    /// Queues a query.
    pub(crate) async fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(engine) => engine.read(work).await,
            Self::Postgres(engine) => engine.read(work).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(engine) => engine.close().await,
            Self::Postgres(engine) => engine.close().await,
        }
    }
}
