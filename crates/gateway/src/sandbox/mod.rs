//! Bad days on demand, for tests: lost answers, wrong amounts, webhooks out of order, time.
//!
//! All of it is in memory and behind the admin key; a restart forgets it.

mod clock;
mod counts;
mod faults;
mod intake;
mod webhooks;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use counts::Counts;
use faults::Fault;

pub(crate) use clock::advance;
pub(crate) use counts::requests;
pub(crate) use faults::{add_fault, clear_faults, list_faults, one_fault, remove_fault};
pub(crate) use intake::intake;
pub(crate) use webhooks::{WebhookMode, set_webhooks, show_webhooks};

/// What the sandbox was told. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Sandbox(Arc<Mutex<Orders>>);

#[derive(Default)]
struct Orders {
    faults: Vec<Fault>,
    counts: Counts,
    webhooks: WebhookMode,
}

impl Sandbox {
    /// How webhooks are sent now.
    pub(crate) fn webhook_mode(&self) -> WebhookMode {
        self.lock().webhooks
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        // Nothing panics between two halves of a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
