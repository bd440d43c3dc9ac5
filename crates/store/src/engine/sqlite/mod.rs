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
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use florin_domain::mode::Mode;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::store::Limits;
use crate::unit::Work;
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

/// A handle on the threads of one file.
#[derive(Clone)]
pub(crate) struct Sqlite {
    /// None once closed.
    queues: Arc<Mutex<Option<Queues>>>,
    /// True once the writer has closed the file.
    closed: watch::Receiver<bool>,
}

#[derive(Clone)]
struct Queues {
    writes: mpsc::Sender<Box<dyn Work>>,
    reads: mpsc::Sender<Box<dyn Work>>,
}

impl Sqlite {
    pub(crate) async fn open(
        path: &Path,
        schema: &'static Schema,
        mode: Mode,
        tuning: Tuning,
    ) -> Result<Self, OpenError> {
        let (writes, write_queue) = mpsc::channel(tuning.queue);
        let (reads, read_queue) = mpsc::channel(tuning.queue);
        let (report, opened) = oneshot::channel();
        let (closing, closed) = watch::channel(false);
        let file = path.to_owned();
        let life = move || {
            match open_all(&file, schema, mode, tuning, read_queue) {
                Ok((writer, readers)) => {
                    let _ = report.send(Ok(()));
                    serve(writer, write_queue, readers);
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            }
            let _ = closing.send(true);
        };
        std::thread::Builder::new()
            .name("florin-write".to_owned())
            .spawn(life)
            .map_err(|error| connection::unusable(path, error))?;
        opened.await.map_err(|_| connection::unusable(path, "its thread ended while opening"))??;
        Ok(Self { queues: Arc::new(Mutex::new(Some(Queues { writes, reads }))), closed })
    }

    pub(crate) async fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.writes.send(work).await.map_err(|_| StoreError::Closed)
    }

    pub(crate) async fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.reads.send(work).await.map_err(|_| StoreError::Closed)
    }

    /// Lets both queues run empty, then waits for the file to be closed.
    pub(crate) async fn close(&self) {
        drop(self.queues.lock().unwrap_or_else(PoisonError::into_inner).take());
        // An error means the writer is gone, which is what is waited for.
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    fn queues(&self) -> Result<Queues, StoreError> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }
}

fn open_all(
    path: &Path,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
    read_queue: mpsc::Receiver<Box<dyn Work>>,
) -> Result<(Writer, Readers), OpenError> {
    let writing = connection::open_writing(path, schema, mode, tuning)?;
    let readers = Readers::start(path, tuning, read_queue)?;
    Ok((Writer::new(writing, tuning), readers))
}

/// The writing thread's life. Readers leave first, so that the checkpoint finds nobody in its way.
fn serve(mut writer: Writer, queue: mpsc::Receiver<Box<dyn Work>>, readers: Readers) {
    writer.run(queue);
    readers.join();
    writer.checkpoint();
}
