//! The handle on an engine's threads: two queues, and the word that everything is closed. Knows no engine.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::{mpsc, oneshot, watch};

use super::queue::Queue;
use crate::error::{OpenError, StoreError};
use crate::unit::Work;

/// An open database. Cheap to clone; all clones share its threads.
#[derive(Clone)]
pub(crate) struct Engine {
    /// None once closed.
    queues: Arc<Mutex<Option<Queues>>>,
    /// True once the engine has closed everything.
    closed: watch::Receiver<bool>,
}

#[derive(Clone)]
struct Queues {
    writes: mpsc::Sender<Box<dyn Work>>,
    reads: mpsc::Sender<Box<dyn Work>>,
}

/// How an engine is started.
pub(super) struct Start {
    /// Its thread is called so.
    pub(super) name: &'static str,
    /// Callers that may wait in a queue; further ones wait to get into it.
    pub(super) queue: usize,
    /// The database, for errors.
    pub(super) place: String,
}

impl Engine {
    /// Starts an engine on a thread of its own, for what it does must not block the caller's. `open` gets
    /// the queues of units and of queries, and answers what serves them until both are closed and empty.
    pub(super) async fn start<S: FnOnce()>(
        start: Start,
        open: impl FnOnce(Queue, Queue) -> Result<S, OpenError> + Send + 'static,
    ) -> Result<Self, OpenError> {
        let (writes, write_queue) = mpsc::channel(start.queue);
        let (reads, read_queue) = mpsc::channel(start.queue);
        let (report, opened) = oneshot::channel();
        let (closing, closed) = watch::channel(false);
        let life = move || {
            match open(write_queue, read_queue) {
                Ok(serve) => {
                    let _ = report.send(Ok(()));
                    serve();
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            }
            let _ = closing.send(true);
        };
        let spawned = thread::Builder::new().name(start.name.to_owned()).spawn(life);
        spawned.map_err(|error| unusable(&start.place, error))?;
        opened.await.map_err(|_| unusable(&start.place, "its thread ended while opening"))??;
        Ok(Self { queues: Arc::new(Mutex::new(Some(Queues { writes, reads }))), closed })
    }

    /// Queues a unit. Its caller is answered after the commit.
    pub(crate) async fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.writes.send(work).await.map_err(|_| StoreError::Closed)
    }

    /// Queues a query.
    pub(crate) async fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.reads.send(work).await.map_err(|_| StoreError::Closed)
    }

    /// Lets both queues run empty, then waits for everything to be closed.
    pub(crate) async fn close(&self) {
        drop(self.queues.lock().unwrap_or_else(PoisonError::into_inner).take());
        // An error means the threads are gone, which is what is waited for.
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    fn queues(&self) -> Result<Queues, StoreError> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }
}

/// That the database can't be used, and why.
pub(super) fn unusable(place: &impl Display, reason: impl Display) -> OpenError {
    OpenError::Unusable { place: place.to_string(), reason: reason.to_string() }
}
