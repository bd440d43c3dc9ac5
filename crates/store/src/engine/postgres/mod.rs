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

use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use florin_domain::mode::Mode;

use super::handle::{self, Engine, Start};
use super::queue::Queue;
use crate::error::OpenError;
use crate::schema::Schema;
use crate::store::Limits;
use crate::target::PostgresAddress;
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

/// Starts the threads of one database.
pub(super) async fn open(
    address: &PostgresAddress,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
) -> Result<Engine, OpenError> {
    let shared = Arc::new(Shared {
        address: address.clone(),
        role: schema.role,
        tuning,
        turns: RwLock::new(()),
        idle: Mutex::default(),
    });
    let start = Start { name: "florin-postgres", queue: tuning.queue, place: address.to_string() };
    let open = move |writes, reads| {
        opening::migrate(&shared.address, schema, mode, tuning)?;
        let threads = start_all(&shared, writes, reads)?;
        Ok(move || {
            threads.into_iter().for_each(join);
            shared.close_idle();
        })
    };
    Engine::start(start, open).await
}

/// Says whether the role's schema is ours as it stands; neither makes nor changes it.
pub(super) fn check(address: &PostgresAddress, schema: &'static Schema, mode: Mode) -> Result<(), OpenError> {
    opening::check(address, schema, mode, Limits::default().into())
}

fn start_all(shared: &Arc<Shared>, writes: Queue, reads: Queue) -> Result<Vec<JoinHandle<()>>, OpenError> {
    let tuning = shared.tuning;
    let unusable = |error: std::io::Error| handle::unusable(&shared.address, error);
    let mut threads = workers::start(shared, Kind::Units, tuning.writers, writes).map_err(unusable)?;
    threads.extend(workers::start(shared, Kind::Queries, tuning.readers, reads).map_err(unusable)?);
    Ok(threads)
}

fn join(thread: JoinHandle<()>) {
    if thread.join().is_err() {
        tracing::error!("a thread of the database panicked");
    }
}
