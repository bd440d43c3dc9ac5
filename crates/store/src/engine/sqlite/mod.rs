//! SQLite: one thread writes in group commit, a few read.
//!
//! Two processes may open one file: `BEGIN IMMEDIATE` and the busy timeout put their commits one
//! after the other, so neither overwrites the other unseen. They do not share a group.

mod connection;
#[cfg(test)]
mod group_tests;
mod readers;
mod session;
mod statement;
mod writer;

use std::path::Path;
use std::time::Duration;

use florin_domain::mode::Mode;

use super::handle::{Engine, Start};
use super::queue::Queue;
use crate::error::OpenError;
use crate::schema::Schema;
use crate::store::Limits;
use readers::Readers;
use writer::Writer;

/// Limits of the engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// Most units in one commit: bounds what one full disk can undo.
    group_units: usize,
    /// A group takes no more units after this long, so that its first caller is not kept waiting.
    group_time: Duration,
    /// Callers that may wait in a queue; further ones wait to get into it.
    queue: usize,
    /// Reading threads.
    readers: usize,
    /// How long a statement waits for another process. Shorter than any caller's own deadline.
    busy: Duration,
    /// Pages the file may grow to; none means as far as the disk goes.
    max_pages: Option<u32>,
}

impl From<Limits> for Tuning {
    fn from(limits: Limits) -> Self {
        Self {
            group_units: limits.units_a_commit.get(),
            group_time: Duration::from_millis(5),
            queue: 1024,
            readers: 3,
            busy: Duration::from_secs(5),
            max_pages: None,
        }
    }
}

/// Opens one file and starts its threads.
pub(super) async fn open(
    path: &Path,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
) -> Result<Engine, OpenError> {
    let file = path.to_owned();
    let start = Start { name: "florin-write", queue: tuning.queue, place: path.display().to_string() };
    let open = move |writes, reads| {
        let writing = connection::open_writing(&file, schema, mode, tuning)?;
        let readers = Readers::start(&file, tuning, reads)?;
        Ok(move || serve(Writer::new(writing, tuning), writes, readers))
    };
    Engine::start(start, open).await
}

/// Says whether the file is ours as it stands; neither makes nor changes it.
pub(super) fn check(path: &Path, schema: &'static Schema, mode: Mode) -> Result<(), OpenError> {
    connection::check(path, schema, mode, Tuning::from(Limits::default()).busy)
}

/// The writing thread's life. Readers leave first, so that the checkpoint finds nobody in its way.
fn serve(mut writer: Writer, queue: Queue, readers: Readers) {
    writer.run(queue);
    readers.join();
    writer.checkpoint();
}
