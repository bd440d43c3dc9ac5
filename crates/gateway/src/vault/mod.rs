//! The vault: cards in memory, each for one payment and at most 15 minutes; and cards that a shopper
//! wants to be kept, sealed on disk.
//!
//! The only place besides a request where a card number exists. What is in memory reaches no disk:
//! after a restart every token is refused and nothing is charged. Knows no issuer, so a token says
//! nothing about whether its card would be approved.

mod tokens;
mod stored;
mod envelope;
mod fingerprint;
mod keys;
mod rotate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use florin_domain::ids::TokenId;
use florin_domain::timestamp::Timestamp;
use serde_json::{Map, Value};

use crate::payments::PaymentKey;
use crate::wire::ApiError;
use crate::wire::card::Card;

pub use keys::{VaultKeys, VaultKeysError};
pub use rotate::{Rotation, rotate};
pub(crate) use stored::{SealedCard, delete_card, read_card, resummarize, seal_card, store_card};
pub(crate) use tokens::create as create_token;

/// Long enough to press a button twice, short enough that a leaked token is soon useless.
pub(crate) const TOKEN_VALID_FOR: Duration = Duration::from_secs(15 * 60);

/// A card with what the browser said beside it.
#[derive(Clone)]
pub(crate) struct HeldCard {
    pub(crate) card: Card,
    pub(crate) browser_info: Option<Map<String, Value>>,
    pub(crate) billing: Option<Value>,
    pub(crate) expires_at: Timestamp,
}

/// The cards of one payment.
struct Drawer {
    tokens: HashMap<String, HeldCard>,
    /// The card put beside a payment that is not confirmed yet.
    attached: Option<HeldCard>,
    /// Tokens ever made for this payment.
    made: u32,
    /// When the payment's session ends, and the drawer with it.
    closes_at: Timestamp,
}

/// All cards. Cheap to clone; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Vault(Arc<Mutex<HashMap<PaymentKey, Drawer>>>);

impl Vault {
    /// Keeps a card under a fresh token, unless this payment has had `limit` of them.
    pub(crate) fn put(
        &self,
        payment: PaymentKey,
        token: &TokenId,
        held: HeldCard,
        limit: u32,
        closes_at: Timestamp,
    ) -> Result<(), ApiError> {
        let mut drawers = self.lock();
        let drawer = drawers.entry(payment).or_insert_with(|| Drawer::empty(closes_at));
        if drawer.made >= limit {
            return Err(ApiError::TooManyTokens);
        }
        drawer.made += 1;
        drawer.closes_at = drawer.closes_at.max(closes_at);
        drawer.tokens.insert(token.as_str().to_owned(), held);
        Ok(())
    }

    /// Keeps a card beside an unconfirmed payment; an earlier one is wiped.
    pub(crate) fn attach(&self, payment: PaymentKey, held: HeldCard, closes_at: Timestamp) {
        let mut drawers = self.lock();
        let drawer = drawers.entry(payment).or_insert_with(|| Drawer::empty(closes_at));
        drawer.closes_at = drawer.closes_at.max(closes_at);
        drawer.attached = Some(held);
    }

    /// The card of a token, for this payment only.
    pub(crate) fn find(&self, payment: &PaymentKey, token: &str, now: Timestamp) -> Result<HeldCard, ApiError> {
        let drawers = self.lock();
        let held = drawers.get(payment).and_then(|drawer| drawer.tokens.get(token));
        held.filter(|held| now < held.expires_at).cloned().ok_or(ApiError::TokenExpired)
    }

    /// The card put beside this payment.
    pub(crate) fn attached(&self, payment: &PaymentKey, now: Timestamp) -> Option<HeldCard> {
        let drawers = self.lock();
        let held = drawers.get(payment).and_then(|drawer| drawer.attached.as_ref());
        held.filter(|held| now < held.expires_at).cloned()
    }

    /// Wipes every card of a payment that was submitted or has ended. How many tokens it had is
    /// remembered until its session is over.
    pub(crate) fn wipe(&self, payment: &PaymentKey) {
        if let Some(drawer) = self.lock().get_mut(payment) {
            drawer.tokens.clear();
            drawer.attached = None;
        }
    }

    /// Wipes what is past its time; answers when the next is.
    pub(crate) fn sweep(&self, now: Timestamp) -> Option<Timestamp> {
        let mut drawers = self.lock();
        drawers.retain(|_, drawer| now < drawer.closes_at);
        for drawer in drawers.values_mut() {
            drawer.tokens.retain(|_, held| now < held.expires_at);
            drawer.attached.take_if(|held| now >= held.expires_at);
        }
        let ends = drawers.values().flat_map(Drawer::ends);
        ends.min()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PaymentKey, Drawer>> {
        // No code panics while it holds the lock in a way that leaves a drawer half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drawer {
    fn empty(closes_at: Timestamp) -> Self {
        Self { tokens: HashMap::new(), attached: None, made: 0, closes_at }
    }

    fn ends(&self) -> impl Iterator<Item = Timestamp> {
        let cards = self.tokens.values().chain(&self.attached).map(|held| held.expires_at);
        cards.chain([self.closes_at])
    }
}
