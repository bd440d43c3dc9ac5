//! A unit with its waiting caller, its types hidden, so that units of all kinds share a queue.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::tx::Tx;

/// How often a unit that lost a swap runs again.
pub(crate) const RERUNS: u32 = 5;

/// What one run of a unit came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Its changes stand.
    Kept,
    /// Its changes must go.
    Failed,
    /// Its changes must go; another run may succeed.
    LostSwap,
}

/// What an engine sees of a unit and its caller.
pub(crate) trait Work: Send {
    /// Runs it and remembers the result; an earlier result is forgotten.
    fn run(&mut self, tx: &mut Tx<'_>) -> Ended;
    /// Remembers this error as the result.
    fn fail(&mut self, error: StoreError);
    /// Tells the caller the result. A caller that went away misses nothing but the answer.
    fn answer(self: Box<Self>);
}

struct Unit<F, T, E> {
    run: F,
    result: Result<T, E>,
    caller: oneshot::Sender<Result<T, E>>,
}

/// Wraps a unit; the receiver gets its result.
pub(crate) fn wrap<F, T, E>(run: F) -> (Box<dyn Work>, oneshot::Receiver<Result<T, E>>)
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    let not_run = Err(E::from(StoreError::Engine("the unit was not run".to_owned())));
    (Box::new(Unit { run, result: not_run, caller }), answer)
}

impl<F, T, E> Work for Unit<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Ended {
        // Safe to go on after a panic: whatever the unit did to the database is rolled back, and
        // what it captured is its caller's.
        match catch_unwind(AssertUnwindSafe(|| (self.run)(tx))) {
            Ok(result) => {
                let ended = match &result {
                    Ok(_) => Ended::Kept,
                    Err(error) if tx.has_lost_swap() || is_lost_swap(error) => Ended::LostSwap,
                    Err(_) => Ended::Failed,
                };
                self.result = result;
                ended
            }
            Err(_) => {
                self.result = Err(StoreError::UnitPanicked.into());
                Ended::Failed
            }
        }
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Err(error.into());
    }

    fn answer(self: Box<Self>) {
        // The caller may have gone; the unit stands or falls without it.
        let _ = self.caller.send(self.result);
    }
}

/// A unit whose error type is [`StoreError`] itself may return the plain value.
fn is_lost_swap<E: 'static>(error: &E) -> bool {
    matches!((error as &dyn Any).downcast_ref(), Some(StoreError::LostSwap))
}
