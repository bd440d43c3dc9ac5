//! The gateway as its handlers and workers hold it.

use std::sync::Arc;

use florin_domain::ids::EventId;
use florin_domain::timestamp::Timestamp;
use florin_store::{Clock, Migration, Randomness, Schema, Store};
use tokio::sync::Notify;

use crate::sandbox::Sandbox;
use crate::settings::Settings;
use crate::vault::Vault;

/// What the gateway keeps in its database.
pub static SCHEMA: Schema = Schema {
    role: "gateway",
    migrations: &[Migration { version: 1, name: "payments", sql: include_str!("../migrations/0001_payments.sql") }],
};

/// A sandbox gateway. Cheap to clone; clones share everything, the cards in memory included.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) settings: Arc<Settings>,
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) randomness: Randomness,
    pub(crate) vault: Vault,
    pub(crate) sandbox: Sandbox,
    /// Rung when something was put into the outbox, or a webhook mode was set.
    pub(crate) outbox_bell: Arc<Notify>,
}

/// What a unit must not make for itself: the time and an id for the event it may cause.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    pub(crate) now: Timestamp,
    pub(crate) event: EventId,
}

impl Gateway {
    /// A gateway over an opened store.
    pub fn new(settings: Settings, store: Store, clock: Clock, randomness: Randomness) -> Self {
        Self {
            settings: Arc::new(settings),
            store,
            clock,
            vault: Vault::default(),
            sandbox: Sandbox::default(),
            randomness,
            outbox_bell: Arc::new(Notify::new()),
        }
    }

    pub(crate) fn fresh(&self) -> Fresh {
        let now = self.clock.now();
        Fresh { now, event: EventId::new(now, self.randomness.bytes()) }
    }
}
