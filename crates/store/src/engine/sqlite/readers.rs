//! The reading threads: each query sees one snapshot and can change nothing.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc;

use super::session::SqliteSession;
use super::{Tuning, connection};
use crate::error::OpenError;
use crate::tx::Tx;
use crate::unit::Work;

type Queue = Arc<Mutex<mpsc::Receiver<Box<dyn Work>>>>;

/// The reading threads of one file.
pub(super) struct Readers(Vec<JoinHandle<()>>);

impl Readers {
    /// Opens the connections and starts a thread for each.
    pub(super) fn start(path: &Path, tuning: Tuning, queue: mpsc::Receiver<Box<dyn Work>>) -> Result<Self, OpenError> {
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::with_capacity(tuning.readers);
        for number in 1..=tuning.readers {
            let session = connection::open_reading(path, tuning.busy)?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name(format!("florin-read-{number}"))
                .spawn(move || serve(session, &queue))
                .map_err(|error| connection::unusable(path, error))?;
            threads.push(thread);
        }
        Ok(Self(threads))
    }

    /// Waits until the queue is empty and closed and every connection with it.
    pub(super) fn join(self) {
        for thread in self.0 {
            if thread.join().is_err() {
                tracing::error!("a reading thread panicked");
            }
        }
    }
}

fn serve(mut session: SqliteSession, queue: &Queue) {
    while let Some(mut work) = next(queue) {
        match session.begin_reading() {
            Ok(()) => {
                work.run(&mut Tx::new(&mut session));
                session.abandon();
            }
            Err(error) => work.fail(error),
        }
        work.answer();
    }
}

/// Waits for a query. Idle threads queue at the lock, one at the channel.
fn next(queue: &Queue) -> Option<Box<dyn Work>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}
