//! The reading threads: each query sees one snapshot and can change nothing.

use std::path::Path;
use std::thread::{self, JoinHandle};

use super::session::SqliteSession;
use super::{Tuning, connection};
use crate::engine::queue::{Queue, SharedQueue};
use crate::error::OpenError;
use crate::tx::Tx;

/// The reading threads of one file.
pub(super) struct Readers(Vec<JoinHandle<()>>);

impl Readers {
    /// Opens the connections and starts a thread for each.
    pub(super) fn start(path: &Path, tuning: Tuning, queue: Queue) -> Result<Self, OpenError> {
        let queue = SharedQueue::new(queue);
        let mut threads = Vec::with_capacity(tuning.readers);
        for number in 1..=tuning.readers {
            let session = connection::open_reading(path, tuning.busy)?;
            let queue = queue.clone();
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

fn serve(mut session: SqliteSession, queue: &SharedQueue) {
    while let Some(mut work) = queue.next() {
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
