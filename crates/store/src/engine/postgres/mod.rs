//! PostgreSQL: a bounded number of threads, each unit on a connection of its own.
//!
//! Any number of processes may share a database: what keeps their units apart is PostgreSQL, and
//! compare-and-swap.

mod dialect;
mod doubt;
mod failure;
mod numeric;
mod opening;
mod session;
mod tls;
mod wire;
mod workers;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use florin_domain::mode::Mode;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::{OpenError, StoreError};
use crate::schema::Schema;
use crate::store::Limits;
use crate::target::PostgresAddress;
use crate::unit::Work;
use workers::{Kind, Shared};

/// Limits of the engine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tuning {
    /// Threads and connections that write.
    pub(crate) writers: usize,
    /// Threads and connections that read.
    pub(crate) readers: usize,
    /// Callers that may wait in a queue; further ones wait to get into it.
    pub(crate) queue: usize,
    /// How long a statement waits for another process's row. Shorter than any caller's own deadline.
    pub(crate) lock: Duration,
    /// How long the server may take for one answer before the connection counts as lost.
    pub(crate) deadline: Duration,
}

impl From<Limits> for Tuning {
    fn from(limits: Limits) -> Self {
        Self {
            writers: limits.connections.get(),
            readers: limits.connections.get().div_ceil(2),
            queue: 1024,
            lock: Duration::from_secs(5),
            deadline: Duration::from_secs(15),
        }
    }
}

/// A handle on the threads of one database.
#[derive(Clone)]
pub(crate) struct Postgres {
    /// None once closed.
    queues: Arc<Mutex<Option<Queues>>>,
    /// True once every connection is closed.
    closed: watch::Receiver<bool>,
}

#[derive(Clone)]
struct Queues {
    writes: mpsc::Sender<Box<dyn Work>>,
    reads: mpsc::Sender<Box<dyn Work>>,
}

impl Postgres {
    pub(crate) async fn open(
        address: &PostgresAddress,
        schema: &'static Schema,
        mode: Mode,
        tuning: Tuning,
    ) -> Result<Self, OpenError> {
        let (writes, write_queue) = mpsc::channel(tuning.queue);
        let (reads, read_queue) = mpsc::channel(tuning.queue);
        let (report, opened) = oneshot::channel();
        let (closing, closed) = watch::channel(false);
        let shared = Arc::new(Shared {
            address: address.clone(),
            role: schema.role,
            tuning,
            turns: RwLock::new(()),
            idle: Mutex::default(),
        });
        // A thread of its own: what it does must not block the caller's.
        let life = move || {
            let started = opening::migrate(&shared.address, schema, mode, tuning)
                .and_then(|()| start_all(&shared, write_queue, read_queue));
            match started {
                Ok(threads) => {
                    let _ = report.send(Ok(()));
                    threads.into_iter().for_each(join);
                    shared.close_idle();
                }
                Err(error) => {
                    let _ = report.send(Err(error));
                }
            }
            let _ = closing.send(true);
        };
        let name = "florin-postgres".to_owned();
        thread::Builder::new().name(name).spawn(life).map_err(|error| opening::unusable(address, error))?;
        opened.await.map_err(|_| opening::unusable(address, "its thread ended while opening"))??;
        Ok(Self { queues: Arc::new(Mutex::new(Some(Queues { writes, reads }))), closed })
    }

    pub(crate) async fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.writes.send(work).await.map_err(|_| StoreError::Closed)
    }

    pub(crate) async fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        self.queues()?.reads.send(work).await.map_err(|_| StoreError::Closed)
    }

    /// Lets both queues run empty, then waits for the connections to be closed.
    pub(crate) async fn close(&self) {
        drop(self.queues.lock().unwrap_or_else(PoisonError::into_inner).take());
        // An error means the threads are gone, which is what is waited for.
        let _ = self.closed.clone().wait_for(|closed| *closed).await;
    }

    fn queues(&self) -> Result<Queues, StoreError> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or(StoreError::Closed)
    }
}

fn start_all(
    shared: &Arc<Shared>,
    writes: mpsc::Receiver<Box<dyn Work>>,
    reads: mpsc::Receiver<Box<dyn Work>>,
) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let tuning = shared.tuning;
    let unusable = |error: std::io::Error| opening::unusable(&shared.address, error);
    let mut threads = workers::start(shared, Kind::Units, tuning.writers, writes).map_err(unusable)?;
    threads.extend(workers::start(shared, Kind::Queries, tuning.readers, reads).map_err(unusable)?);
    Ok(threads)
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a thread of the database panicked");
    }
}
