//! Bad days on demand, for tests: lost answers, wrong amounts, webhooks out of order, time.
//!
//! All of it is in memory and behind the admin key; a restart forgets it.

mod cards;
mod clock;
mod counts;
mod disputes;
mod faults;
mod form;
mod intake;
mod page;
mod webhooks;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::http::{HeaderMap, header};
use counts::Counts;
use faults::Fault;
use tokio::sync::Notify;

use crate::gateway::Gateway;

pub(crate) use cards::cards;
pub(crate) use clock::advance;
pub use clock::resume_clock;
pub(crate) use counts::requests;
pub(crate) use disputes::order as order_dispute;
pub(crate) use faults::{add_fault, clear_faults, list_faults, one_fault, remove_fault};
pub(crate) use form::submit as submit_form;
pub(crate) use intake::{BadDay, bad_day, bring_bad_day, intake};
pub(crate) use page::{show as show_page, stylesheet as page_stylesheet};
pub(crate) use webhooks::{WebhookDay, WebhookMode, set_webhooks, show_webhooks};

/// What the sandbox was told. Cheap to clone; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Sandbox {
    orders: Arc<Mutex<Orders>>,
    pending_bell: Arc<Notify>,
    form_token: Arc<OnceLock<String>>,
}

#[derive(Default)]
struct Orders {
    faults: Vec<Fault>,
    counts: Counts,
    webhooks: WebhookDay,
    webhooks_by_payment: HashMap<String, WebhookDay>,
}

impl Sandbox {
    /// How webhooks are sent now.
    pub(crate) fn webhook_mode(&self) -> WebhookMode {
        self.lock().webhooks.mode
    }

    /// How the webhooks of this payment or refund are sent now.
    pub(crate) fn webhook_day(&self, object_id: &str) -> WebhookDay {
        let orders = self.lock();
        orders.webhooks_by_payment.get(object_id).copied().unwrap_or(orders.webhooks)
    }

    /// Rung when the pretended processor may owe an answer.
    pub(crate) fn pending_bell(&self) -> &Notify {
        &self.pending_bell
    }

    /// What the open page's forms carry; none where they need the admin key, and none for a page that a
    /// browser knows by another name: a foreign name that leads here could read it.
    fn form_token(&self, gateway: &Gateway, headers: &HeaderMap) -> Option<String> {
        let our_host = gateway.settings.public_url.split_once("://").map(|(_, host)| host);
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let is_open = gateway.settings.open_sandbox_page && host.is_some() && host == our_host;
        let make = || hex::encode(gateway.randomness.bytes::<16>());
        is_open.then(|| self.form_token.get_or_init(make).clone())
    }

    fn lock(&self) -> MutexGuard<'_, Orders> {
        // Nothing panics between two halves of a change.
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
