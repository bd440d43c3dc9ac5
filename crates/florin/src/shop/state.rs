//! What the shop's handlers share.

use std::sync::Arc;

use florin_store::{Clock, Randomness};

use super::merchant::MerchantClient;
use super::webhooks::{Inbox, ShopSecret};

/// What the shop is told from outside.
pub(crate) struct ShopSettings {
    /// Its own origin.
    pub(crate) url: String,
    /// The frame host's origin.
    pub(crate) frame_url: String,
    /// How cards are collected; shown in the demo's drawer.
    pub(crate) collect_mode: String,
    /// Its merchant server.
    pub(crate) merchant: MerchantClient,
    /// Proves that events are the merchant server's.
    pub(crate) secret: ShopSecret,
}

/// The shop. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Inner>);

struct Inner {
    settings: ShopSettings,
    inbox: Inbox,
    clock: Clock,
    randomness: Randomness,
}

impl Shop {
    /// Opens the shop, with an empty inbox.
    pub(crate) fn new(settings: ShopSettings, clock: Clock, randomness: Randomness) -> Self {
        Self(Arc::new(Inner { settings, inbox: Inbox::default(), clock, randomness }))
    }

    pub(super) fn settings(&self) -> &ShopSettings {
        &self.0.settings
    }

    pub(super) fn merchant(&self) -> &MerchantClient {
        &self.0.settings.merchant
    }

    pub(super) fn inbox(&self) -> &Inbox {
        &self.0.inbox
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(super) fn randomness(&self) -> &Randomness {
        &self.0.randomness
    }
}
