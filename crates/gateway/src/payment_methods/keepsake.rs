//! Saving the card of a payment.
//!
//! Until its payment is approved, the place a card is kept in is that payment's alone, so what becomes of
//! another payment does not touch it. With the approval it becomes the customer's; when the customer has
//! this card by then, the earlier one stays and the payment takes its name. Whoever changes the cards of a
//! customer holds the customer, so two units at once can't both find that the card is new.

use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};

use super::create::keys;
use super::record::{self, INACTIVE, Saved};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::mandates;
use crate::payments::Payment;
use crate::vault::{self, SealedCard};
use crate::wire::ApiError;
use crate::wire::card::Card;
use crate::wire::document::Document;

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
        Customer::hold(tx, &saved.merchant_id, &saved.customer_id)?;
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
    after: &mut Payment,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(id) = after.details.payment_method_id.clone() else { return Ok(()) };
    let Some(approved) = is_approved(after.state) else { return Ok(()) };
    if before.is_some_and(|before| is_approved(before.state) == Some(approved)) {
        return Ok(());
    }
    match Saved::hold(tx, &after.merchant_id, &id) {
        Ok(saved) if approved => Ok(keep(tx, saved, after, now)?),
        Ok(saved) if saved.status == INACTIVE => Ok(record::delete(tx, &saved)?),
        // Deleted meanwhile, with its customer or alone.
        Ok(_) | Err(ApiError::NotFound(_) | ApiError::CustomerRedacted) => Ok(()),
        Err(error) => Err(error),
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

fn keep(tx: &mut Tx<'_>, saved: Saved, payment: &mut Payment, now: Timestamp) -> Result<(), StoreError> {
    let saved = match earlier(tx, &saved)? {
        None => saved,
        Some(earlier) => {
            mandates::rename_card(tx, &saved.merchant_id, &saved.id, &earlier.id)?;
            record::delete(tx, &saved)?;
            payment.details.payment_method_id = Some(earlier.id.clone());
            earlier
        }
    };
    saved.used(tx, payment.card(), now)
}

/// The one that the customer has had of this card since it was put aside.
fn earlier(tx: &mut Tx<'_>, saved: &Saved) -> Result<Option<Saved>, StoreError> {
    match saved.details.text("card_fingerprint") {
        Some(fingerprint) if saved.status == INACTIVE => Saved::same_card(tx, saved, fingerprint),
        _ => Ok(None),
    }
}
