//! The gateway as its handlers and workers hold it.

use std::sync::Arc;

use florin_domain::ids::EventId;
use florin_domain::timestamp::Timestamp;
use florin_store::{Clock, Migration, Randomness, Schema, Store};
use tokio::sync::Notify;

use crate::idempotency::Running;
use crate::payment_methods::SavedTokens;
use crate::sandbox::Sandbox;
use crate::settings::Settings;
use crate::vault::Vault;

/// What the gateway keeps in its database.
pub static SCHEMA: Schema = Schema {
    role: "gateway",
    migrations: &[
        Migration { version: 1, name: "payments", sql: include_str!("../migrations/0001_payments.sql") },
        Migration { version: 2, name: "wire_api", sql: include_str!("../migrations/0002_wire_api.sql") },
        Migration {
            version: 3,
            name: "vault_and_ledger",
            sql: include_str!("../migrations/0003_vault_and_ledger.sql"),
        },
        Migration { version: 4, name: "whole_wire_api", sql: include_str!("../migrations/0004_whole_wire_api.sql") },
        Migration {
            version: 5,
            name: "mandates_of_many_uses",
            sql: include_str!("../migrations/0005_mandates_of_many_uses.sql"),
        },
        Migration { version: 6, name: "clock", sql: include_str!("../migrations/0006_clock.sql") },
        Migration { version: 7, name: "forgetting", sql: include_str!("../migrations/0007_forgetting.sql") },
    ],
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
    pub(crate) saved_tokens: SavedTokens,
    pub(crate) running: Running,
    /// Rung when something was put into the outbox, or a webhook mode was set.
    pub(crate) outbox_bell: Arc<Notify>,
}

/// What a unit must not make for itself: the time and an id for the event it may cause.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    pub(crate) now: Timestamp,
    pub(crate) event: EventId,
    /// The same change may be told of a mandate, or a dispute, beside the payment.
    pub(crate) of_mandate: EventId,
    pub(crate) of_dispute: EventId,
}

impl Gateway {
    /// A gateway over an opened store.
    pub fn new(settings: Settings, store: Store, clock: Clock, randomness: Randomness) -> Self {
        Self {
            settings: Arc::new(settings),
            store,
            clock,
            vault: Vault::default(),
            saved_tokens: SavedTokens::default(),
            running: Running::default(),
            sandbox: Sandbox::default(),
            randomness,
            outbox_bell: Arc::new(Notify::new()),
        }
    }

    /// A fresh id of a kind that has no type of its own: time first, then 128 random bits.
    pub(crate) fn id(&self, prefix: &str) -> String {
        let millis = self.clock.now().as_millis().max(0);
        format!("{prefix}{millis:011x}{}", hex::encode(self.randomness.bytes::<16>()))
    }

    /// Sixty-four characters nobody can guess.
    pub(crate) fn secret(&self) -> String {
        hex::encode(self.randomness.bytes::<32>())
    }

    /// What a browser shows for a payment or a place for a card: its id, and twenty letters and digits that nobody
    /// can guess, a hundred random bits.
    pub(crate) fn client_secret(&self, id: &str) -> String {
        const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let letters = self.randomness.bytes::<20>().map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        format!("{id}_secret_{}", letters.iter().collect::<String>())
    }

    pub(crate) fn fresh(&self) -> Fresh {
        let now = self.clock.now();
        let event = || EventId::new(now, self.randomness.bytes());
        Fresh { now, event: event(), of_mandate: event(), of_dispute: event() }
    }
}
