//! The handle that servers hold: opens, writes, reads, closes.

use std::num::NonZeroUsize;

use florin_domain::mode::Mode;

use crate::engine::Engine;
use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::target::Target;
use crate::tx::Tx;
use crate::unit;

/// How much a store does at a time. Each number is at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// SQLite: most units in one commit.
    pub units_a_commit: NonZeroUsize,
    /// PostgreSQL: connections that write. Half as many read.
    pub connections: NonZeroUsize,
}

impl Default for Limits {
    /// 64 units bound what one full disk can undo. 8 connections, and 4 that read, let a few
    /// processes share the hundred that PostgreSQL allows unless told otherwise.
    fn default() -> Self {
        Self {
            units_a_commit: const { NonZeroUsize::new(64).unwrap() },
            connections: const { NonZeroUsize::new(8).unwrap() },
        }
    }
}

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
        Self::open_with(target, schema, mode, Limits::default()).await
    }

    /// As [`Store::open`], with limits of the caller's own.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(
        target: &Target,
        schema: &'static Schema,
        mode: Mode,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        let engine = Engine::open(target, schema, mode, limits).await?;
        Ok(Self { engine })
    }

    /// Runs a unit and answers only after the commit is on disk.
    ///
    /// A unit may run more than once, next to other units in one commit: it must read no clock, make
    /// no ids and touch nothing but its `Tx`. Dropping the returned future does not take back a unit
    /// that is queued; only its answer is lost.
    ///
    /// # Errors
    /// The unit's own error, or [`StoreError`]; either way nothing of the unit is kept, but for the
    /// one case of [`StoreError::Engine`].
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
