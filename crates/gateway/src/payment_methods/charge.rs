//! Paying with a saved card, and saving the card of a payment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use florin_domain::ids::TokenId;
use florin_domain::money::Money;
use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};

use super::create::keys;
use super::record::{self, ACTIVE, INACTIVE, Saved};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::mandates;
use crate::payments::Payment;
use crate::vault::{self, SealedCard, TOKEN_VALID_FOR};
use crate::wire::ApiError;
use crate::wire::card::Card;
use crate::wire::document::Document;

/// The tokens of listed cards, in memory: a restart forgets them, and a list makes new ones.
#[derive(Clone, Default)]
pub(crate) struct SavedTokens(Arc<Mutex<HashMap<String, Token>>>);

#[derive(Clone)]
struct Token {
    merchant_id: String,
    payment_method_id: String,
    expires_at: Timestamp,
}

impl SavedTokens {
    /// A fresh token for a saved card.
    pub(super) fn issue(&self, gateway: &Gateway, saved: &Saved) -> String {
        let now = gateway.clock.now();
        let id = TokenId::new(now, gateway.randomness.bytes()).as_str().to_owned();
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, token| now < token.expires_at);
        let token = Token {
            merchant_id: saved.merchant_id.clone(),
            payment_method_id: saved.id.clone(),
            expires_at: now.plus(TOKEN_VALID_FOR),
        };
        tokens.insert(id.clone(), token);
        id
    }

    fn find(&self, merchant_id: &str, token: &str, now: Timestamp) -> Option<String> {
        let tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = tokens.get(token).filter(|token| token.merchant_id == merchant_id && now < token.expires_at);
        found.map(|token| token.payment_method_id.clone())
    }
}

/// Which saved card is to pay.
pub(crate) enum Wish {
    /// A token of a list.
    Token(String),
    /// The card by its name; the merchant charges without the shopper.
    Id(String),
    /// The card that a mandate is for.
    Mandate(String),
}

/// A saved card, opened for a payment.
pub(crate) struct Opened {
    pub(crate) card: Card,
    pub(crate) payment_method_id: String,
    pub(crate) mandate_id: Option<String>,
}

/// Opens the card for a payment of this customer, and of so much where that is known.
pub(crate) async fn card_of(
    gateway: &Gateway,
    merchant_id: &str,
    customer_id: Option<&str>,
    wish: Wish,
    amount: Option<Money>,
) -> Result<Opened, ApiError> {
    let now = gateway.clock.now();
    let wish = match wish {
        Wish::Token(token) => {
            Wish::Id(gateway.saved_tokens.find(merchant_id, &token, now).ok_or(ApiError::TokenExpired)?)
        }
        by_name => by_name,
    };
    let keys = keys(gateway)?.clone();
    let (merchant, customer) = (merchant_id.to_owned(), customer_id.map(str::to_owned));
    let opened = gateway.store.read(move |tx| {
        let (owner, id, mandate_id) = match &wish {
            Wish::Mandate(mandate) => {
                let (owner, id) = mandates::to_charge(tx, &merchant, mandate, amount)?;
                (customer.clone().unwrap_or(owner), id, Some(mandate.clone()))
            }
            Wish::Id(id) | Wish::Token(id) => (customer.clone().unwrap_or_default(), id.clone(), None),
        };
        let saved = Saved::find(tx, &merchant, &id)?;
        // Another customer's card is as good as none.
        if saved.status != ACTIVE || owner != saved.customer_id {
            return Err(ApiError::NotFound("payment method"));
        }
        let card_id = saved.card_id.as_deref().ok_or(ApiError::NotFound("payment method"))?;
        let card = vault::read_card(tx, &keys, &merchant, card_id)?.ok_or(ApiError::NotFound("payment method"))?;
        Ok(Opened { card, payment_method_id: saved.id, mandate_id })
    });
    opened.await
}

/// A payment's card that is to be kept for its customer: sealed, and ready for the payment's own unit, so
/// that no card is ever kept without its payment.
#[derive(Clone)]
pub(crate) struct Keepsake {
    place: Saved,
    sealed: SealedCard,
}

impl Keepsake {
    /// Seals a card. It is used once its payment is approved.
    pub(crate) fn seal(gateway: &Gateway, merchant_id: &str, customer_id: &str, card: &Card) -> Result<Self, ApiError> {
        let now = gateway.clock.now();
        let sealed = vault::seal_card(keys(gateway)?, merchant_id, card, now, &gateway.randomness)?;
        let place = Saved {
            merchant_id: merchant_id.to_owned(),
            id: gateway.id("pm_"),
            customer_id: customer_id.to_owned(),
            status: INACTIVE.to_owned(),
            card_id: None,
            card: None,
            details: Document::default(),
            client_secret: None,
            created_at: now,
            last_used_at: now,
        };
        Ok(Self { place, sealed })
    }

    /// Stores it; answers as which saved card, which is the earlier one when the customer has this card.
    pub(crate) fn store(&self, tx: &mut Tx<'_>) -> Result<String, ApiError> {
        let mut saved = self.place.clone();
        Customer::find(tx, &saved.merchant_id, &saved.customer_id)?;
        if let Some(earlier) = Saved::same_card(tx, &saved, &self.sealed.fingerprint)? {
            return Ok(earlier.id);
        }
        saved.take(tx, &self.sealed, INACTIVE)?;
        saved.insert(tx)?;
        Ok(saved.id)
    }
}

/// Lets a payment's card be used again when the payment comes to be approved, and destroys it when it comes
/// to nothing. What happens to the payment after that says nothing new of the card. Without `before` its
/// card was submitted in this unit.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    before: Option<&Payment>,
    after: &Payment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(id) = &after.details.payment_method_id else { return Ok(()) };
    let approved = is_approved(after.state);
    if before.is_some_and(|before| is_approved(before.state) == approved) {
        return Ok(());
    }
    match approved {
        Some(true) => record::used(tx, &after.merchant_id, id, after.card(), now),
        Some(false) => drop_inactive(tx, &after.merchant_id, id),
        None => Ok(()),
    }
}

/// None while nobody knows, and once it no longer matters.
fn is_approved(state: PaymentState) -> Option<bool> {
    match state {
        PaymentState::Authorized { .. } | PaymentState::Captured { .. } | PaymentState::PartlyCaptured { .. } => {
            Some(true)
        }
        PaymentState::Declined { .. } | PaymentState::Cancelled | PaymentState::Expired => Some(false),
        _ => None,
    }
}

fn drop_inactive(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<(), StoreError> {
    match Saved::find(tx, merchant_id, id) {
        Ok(saved) if saved.status == INACTIVE => record::delete(tx, &saved),
        Ok(_) | Err(ApiError::NotFound(_)) => Ok(()),
        Err(error) => Err(StoreError::Corrupt(error.to_string())),
    }
}
