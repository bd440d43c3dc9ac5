//! Paying with a saved card, and saving the card of a payment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use florin_domain::ids::TokenId;
use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use super::create::keys;
use super::record::{self, ACTIVE, INACTIVE, Saved};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::payments::Payment;
use crate::vault::{self, TOKEN_VALID_FOR};
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
}

/// Opens the card for a payment of this customer; answers which it is.
pub(crate) async fn card_of(
    gateway: &Gateway,
    merchant_id: &str,
    customer_id: Option<&str>,
    wish: Wish,
) -> Result<(Card, String), ApiError> {
    let now = gateway.clock.now();
    let id = match wish {
        Wish::Token(token) => gateway.saved_tokens.find(merchant_id, &token, now).ok_or(ApiError::TokenExpired)?,
        Wish::Id(id) => id,
    };
    let keys = keys(gateway)?.clone();
    let (merchant, customer) = (merchant_id.to_owned(), customer_id.map(str::to_owned));
    let opened = gateway.store.read(move |tx| {
        let saved = Saved::find(tx, &merchant, &id)?;
        // Another customer's card is as good as none.
        if saved.status != ACTIVE || customer.as_ref() != Some(&saved.customer_id) {
            return Err(ApiError::NotFound("payment method"));
        }
        let card_id = saved.card_id.as_deref().ok_or(ApiError::NotFound("payment method"))?;
        let card = vault::read_card(tx, &keys, &merchant, card_id)?;
        Ok((card.ok_or(ApiError::NotFound("payment method"))?, saved.id))
    });
    opened.await
}

/// Keeps a payment's card for its customer, to be used once the payment is approved.
pub(crate) async fn keep(
    gateway: &Gateway,
    merchant_id: &str,
    customer_id: &str,
    card: &Card,
) -> Result<String, ApiError> {
    let now = gateway.clock.now();
    let sealed = vault::seal_card(keys(gateway)?, merchant_id, card, now, &gateway.randomness)?;
    let id = gateway.id("pm_");
    let place = Saved {
        merchant_id: merchant_id.to_owned(),
        id: id.clone(),
        customer_id: customer_id.to_owned(),
        status: INACTIVE.to_owned(),
        card_id: None,
        card: None,
        details: Document::default(),
        client_secret: None,
        created_at: now,
        last_used_at: now,
    };
    let unit = move |tx: &mut Tx<'_>| {
        Customer::find(tx, &place.merchant_id, &place.customer_id)?;
        let mut saved = place.clone();
        saved.take(tx, &sealed, INACTIVE)?;
        saved.insert(tx)?;
        Ok::<_, ApiError>(())
    };
    gateway.store.write(unit).await?;
    Ok(id)
}

/// Destroys a card whose payment did not come about.
pub(crate) async fn forget(gateway: &Gateway, merchant_id: &str, id: &str) -> Result<(), ApiError> {
    let (merchant, id) = (merchant_id.to_owned(), id.to_owned());
    gateway.store.write(move |tx| Ok(drop_inactive(tx, &merchant, &id)?)).await
}

/// Lets a payment's card be used again once the payment is approved, and destroys it when it is not.
pub(crate) fn settle(tx: &mut Tx<'_>, payment: &Payment, now: Timestamp) -> Result<(), StoreError> {
    let Some(id) = &payment.details.payment_method_id else { return Ok(()) };
    match payment.state {
        PaymentState::Authorized { .. } | PaymentState::Captured { .. } | PaymentState::PartlyCaptured { .. } => {
            tx.execute(
                "UPDATE payment_methods SET status = 'active', last_used_at = $3
                 WHERE merchant_id = $1 AND payment_method_id = $2",
                params![&payment.merchant_id, id, now],
            )?;
            Ok(())
        }
        PaymentState::Declined { .. } | PaymentState::Cancelled | PaymentState::Expired => {
            drop_inactive(tx, &payment.merchant_id, id)
        }
        _ => Ok(()),
    }
}

fn drop_inactive(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<(), StoreError> {
    match Saved::find(tx, merchant_id, id) {
        Ok(saved) if saved.status == INACTIVE => record::delete(tx, &saved),
        Ok(_) | Err(ApiError::NotFound(_)) => Ok(()),
        Err(error) => Err(StoreError::Corrupt(error.to_string())),
    }
}
