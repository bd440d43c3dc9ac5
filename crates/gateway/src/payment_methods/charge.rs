//! Paying with a saved card.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use florin_domain::ids::TokenId;
use florin_domain::money::Money;
use florin_domain::timestamp::Timestamp;

use super::create::keys;
use super::record::{ACTIVE, Saved};
use crate::gateway::Gateway;
use crate::mandates;
use crate::vault::{self, TOKEN_VALID_FOR};
use crate::wire::ApiError;
use crate::wire::card::Card;

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
