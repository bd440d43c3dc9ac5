//! The handle that servers hold: opens, writes, reads, closes.

use florin_domain::mode::Mode;

use crate::engine::Engine;
use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::target::Target;
use crate::tx::Tx;
use crate::unit;

/// One database. Cheap to clone; all clones share its connections.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
}

impl Store {
    /// Opens the database, making it when missing; migrates it; checks that it is of this mode and
    /// role.
    ///
    /// # Errors
    /// A database that can't be opened, is another's, is newer than this program, or whose
    /// migration fails. It is then left as it was.
    pub async fn open(target: &Target, schema: &'static Schema, mode: Mode) -> Result<Self, OpenError> {
        let engine = Engine::open(target, schema, mode).await?;
        Ok(Self { engine })
    }

    /// Runs a unit and answers only after the commit is on disk.
    ///
    /// A unit may run more than once, next to other units in one commit: it must read no clock, make
    /// no ids and touch nothing but its `Tx`. Dropping the returned future does not take back a unit
    /// that is queued; only its answer is lost.
    ///
    /// # Errors
    /// The unit's own error, or [`StoreError`]; either way nothing of the unit is kept.
    pub async fn write<T, E>(&self, unit: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (work, answer) = unit::wrap(unit);
        self.engine.write(work).await?;
        answer.await.unwrap_or_else(|_| Err(unanswered().into()))
    }

    /// Runs a query on one snapshot that holds every write answered before.
    ///
    /// # Errors
    /// The query's own error, or [`StoreError`], also when it tries to write.
    pub async fn read<T, E>(&self, query: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (work, answer) = unit::wrap(query);
        self.engine.read(work).await?;
        answer.await.unwrap_or_else(|_| Err(unanswered().into()))
    }

    /// Finishes what waits, checkpoints, closes. Later calls, of any clone, get
    /// [`StoreError::Closed`]. Closing twice is harmless.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// The engine's thread ended with our unit in hand: a defect of ours.
fn unanswered() -> StoreError {
    StoreError::Engine("the engine ended before it answered".to_owned())
}
