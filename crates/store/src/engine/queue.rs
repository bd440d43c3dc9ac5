//! A queue of units or queries, of one thread or of several.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::unit::Work;

/// The end that one thread serves. It is closed when no sender is left.
pub(super) type Queue = mpsc::Receiver<Box<dyn Work>>;

/// The end that several threads serve.
#[derive(Clone)]
pub(super) struct SharedQueue(Arc<Mutex<Queue>>);

impl SharedQueue {
    pub(super) fn new(queue: Queue) -> Self {
        Self(Arc::new(Mutex::new(queue)))
    }

    /// Waits for work; none once the queue is closed and empty. Idle threads wait at the lock, one of them
    /// at the channel.
    pub(super) fn next(&self) -> Option<Box<dyn Work>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
    }
}
