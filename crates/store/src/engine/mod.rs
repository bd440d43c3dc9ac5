//! The engines behind the one API.

mod handle;
mod postgres;
mod queue;
mod sqlite;
mod verb;

use florin_domain::mode::Mode;

use crate::error::OpenError;
use crate::schema::Schema;
use crate::store::Limits;
use crate::target::Target;
pub(crate) use handle::Engine;

impl Engine {
    pub(crate) async fn open(
        target: &Target,
        schema: &'static Schema,
        mode: Mode,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        match target {
            Target::Sqlite(path) => sqlite::open(path, schema, mode, limits.into()).await,
            Target::Postgres(address) => postgres::open(address, schema, mode, limits.into()).await,
        }
    }

    /// Says why [`Engine::open`] would refuse the database, make it or change it; does none of that.
    pub(crate) fn check(target: &Target, schema: &'static Schema, mode: Mode) -> Result<(), OpenError> {
        match target {
            Target::Sqlite(path) => sqlite::check(path, schema, mode),
            Target::Postgres(address) => postgres::check(address, schema, mode),
        }
    }
}
