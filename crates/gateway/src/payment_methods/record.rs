//! A saved card as a row.

use std::collections::BTreeSet;

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde_json::{Value, json};

use crate::customers::Customer;
use crate::vault::{self, SealedCard};
use crate::wire::ApiError;
use crate::wire::card::CardSummary;
use crate::wire::document::Document;

/// Made, and waiting for the browser to bring the card.
pub(super) const AWAITING_DATA: &str = "awaiting_data";
/// May be charged.
pub(super) const ACTIVE: &str = "active";
/// Kept for a payment that is not approved yet.
pub(super) const INACTIVE: &str = "inactive";

/// A saved card, or the place for one.
#[derive(Clone)]
pub(super) struct Saved {
    pub(super) merchant_id: String,
    pub(super) id: String,
    pub(super) customer_id: String,
    pub(super) status: String,
    pub(super) card_id: Option<String>,
    pub(super) card: Option<CardSummary>,
    pub(super) details: Document,
    pub(super) client_secret: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) last_used_at: Timestamp,
}

impl Saved {
    pub(super) fn find(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let row = tx.first(
            "SELECT * FROM payment_methods WHERE merchant_id = $1 AND payment_method_id = $2",
            params![merchant_id, id],
        )?;
        Ok(Self::read(&row.ok_or(ApiError::NotFound("payment method"))?)?)
    }

    /// The same, and no other unit changes this customer's cards until this one has ended.
    pub(super) fn hold(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let customer_id = Self::find(tx, merchant_id, id)?.customer_id;
        Customer::hold(tx, merchant_id, &customer_id)?;
        Self::find(tx, merchant_id, id)
    }

    /// What may be charged, the one used last first.
    pub(super) fn of_customer(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<Vec<Self>, StoreError> {
        let rows = tx.all(
            "SELECT * FROM payment_methods WHERE merchant_id = $1 AND customer_id = $2 AND status = 'active'
             ORDER BY last_used_at DESC, payment_method_id DESC",
            params![merchant_id, customer_id],
        )?;
        let mut fingerprints = BTreeSet::new();
        let all = rows.iter().map(Self::read).collect::<Result<Vec<_>, _>>()?;
        // A browser may have brought a card that was there: it is offered once.
        let mut is_new = |saved: &Self| {
            saved.details.text("card_fingerprint").is_none_or(|print| fingerprints.insert(print.to_owned()))
        };
        Ok(all.into_iter().filter(|saved| is_new(saved)).collect())
    }

    /// The active one of the same customer that holds the same number.
    pub(super) fn same_card(tx: &mut Tx<'_>, like: &Self, fingerprint: &str) -> Result<Option<Self>, StoreError> {
        let row = tx.first(
            "SELECT payment_methods.* FROM payment_methods
             JOIN vault_cards ON vault_cards.merchant_id = payment_methods.merchant_id
                 AND vault_cards.card_id = payment_methods.card_id
             WHERE payment_methods.merchant_id = $1 AND payment_methods.customer_id = $2
                 AND payment_methods.status = 'active' AND vault_cards.fingerprint = $3
             ORDER BY payment_methods.last_used_at DESC, payment_methods.payment_method_id DESC",
            params![&like.merchant_id, &like.customer_id, fingerprint],
        )?;
        row.as_ref().map(Self::read).transpose()
    }

    pub(super) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "INSERT INTO payment_methods (merchant_id, payment_method_id, customer_id, status, card_id, card, details,
                 client_secret, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            params![
                &self.merchant_id,
                &self.id,
                &self.customer_id,
                &self.status,
                &self.card_id,
                self.card_column()?,
                self.details.column(),
                &self.client_secret,
                self.created_at,
                self.last_used_at,
            ],
        )?;
        Ok(())
    }

    /// Writes what may change: the card, its status, what is said beside it.
    pub(super) fn update(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE payment_methods SET status = $3, card_id = $4, card = $5, details = $6, last_used_at = $7
             WHERE merchant_id = $1 AND payment_method_id = $2",
            params![
                &self.merchant_id,
                &self.id,
                &self.status,
                &self.card_id,
                self.card_column()?,
                self.details.column(),
                self.last_used_at,
            ],
        )?;
        Ok(())
    }

    /// An approved payment used it: from now on it may be charged, and what the shopper typed of it is right.
    pub(super) fn used(
        mut self,
        tx: &mut Tx<'_>,
        card: Option<&CardSummary>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        (self.status, self.last_used_at) = (ACTIVE.to_owned(), now);
        if let (Some(card_id), Some(card)) = (&self.card_id, card.filter(|card| Some(*card) != self.card.as_ref())) {
            vault::resummarize(tx, &self.merchant_id, card_id, card)?;
            self.card = Some(card.clone());
        }
        self.update(tx)
    }

    /// Puts a card behind it, in this unit.
    pub(super) fn take(&mut self, tx: &mut Tx<'_>, card: &SealedCard, status: &str) -> Result<(), StoreError> {
        self.card_id = Some(vault::store_card(tx, card)?);
        self.card = Some(card.summary.clone());
        self.details.set("card_fingerprint", card.fingerprint.clone());
        self.status = status.to_owned();
        Ok(())
    }

    /// The same card was brought again, with what is said of it now.
    pub(super) fn renew(&mut self, tx: &mut Tx<'_>, newer: &Self, card: &CardSummary) -> Result<(), StoreError> {
        self.details.lay_over(&newer.details);
        self.last_used_at = newer.last_used_at;
        if let Some(card_id) = &self.card_id {
            vault::resummarize(tx, &self.merchant_id, card_id, card)?;
        }
        self.card = Some(card.clone());
        self.update(tx)
    }

    fn card_column(&self) -> Result<Option<String>, StoreError> {
        let text = self.card.as_ref().map(serde_json::to_string).transpose();
        text.map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let card: Option<String> = row.get("card")?;
        let card = card.map(|text| serde_json::from_str(&text)).transpose();
        Ok(Self {
            merchant_id: row.get("merchant_id")?,
            id: row.get("payment_method_id")?,
            customer_id: row.get("customer_id")?,
            status: row.get("status")?,
            card_id: row.get("card_id")?,
            card: card.map_err(|_| StoreError::Corrupt("payment_methods.card makes no sense".to_owned()))?,
            details: Document::read(&row.get::<String>("details")?)?,
            client_secret: row.get("client_secret")?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }

    /// The payment method as its own routes show it.
    pub(super) fn show(&self) -> Value {
        json!({
            "merchant_id": self.merchant_id,
            "customer_id": self.customer_id,
            "payment_method_id": self.id,
            "payment_method": "card",
            "payment_method_type": self.details.text("payment_method_type"),
            "card": self.card_on_wire(),
            "recurring_enabled": self.status == ACTIVE,
            "installment_payment_enabled": false,
            "payment_experience": null,
            "metadata": self.details.value("metadata"),
            "created": self.created_at,
            "last_used_at": self.last_used_at,
            "client_secret": if self.status == AWAITING_DATA { self.client_secret.as_deref() } else { None },
            "status": self.status,
        })
    }

    pub(super) fn card_on_wire(&self) -> Value {
        let Some(card) = &self.card else { return Value::Null };
        json!({
            "scheme": card.network,
            "issuer_country": null,
            "last4_digits": card.last4,
            "expiry_month": card.exp_month,
            "expiry_year": card.exp_year,
            "card_token": null,
            "card_holder_name": card.holder_name,
            "card_fingerprint": self.details.text("card_fingerprint"),
            "nick_name": self.details.text("nick_name"),
            "card_network": card.network,
            "card_isin": card.isin,
            "card_issuer": null,
            "card_type": "CREDIT",
            "saved_to_locker": true,
        })
    }
}

/// What may be shown of a saved card; null when it is gone.
pub(crate) fn card_shown(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Value, StoreError> {
    match Saved::find(tx, merchant_id, id) {
        Ok(saved) => Ok(saved.card_on_wire()),
        Err(ApiError::NotFound(_)) => Ok(Value::Null),
        Err(error) => Err(StoreError::Corrupt(error.to_string())),
    }
}

/// Forgets one, and destroys its card.
pub(super) fn delete(tx: &mut Tx<'_>, saved: &Saved) -> Result<(), StoreError> {
    if let Some(card_id) = &saved.card_id {
        vault::delete_card(tx, &saved.merchant_id, card_id)?;
    }
    tx.execute(
        "DELETE FROM payment_methods WHERE merchant_id = $1 AND payment_method_id = $2",
        params![&saved.merchant_id, &saved.id],
    )?;
    tx.execute(
        "UPDATE customers SET default_payment_method_id = NULL
         WHERE merchant_id = $1 AND customer_id = $2 AND default_payment_method_id = $3",
        params![&saved.merchant_id, &saved.customer_id, &saved.id],
    )?;
    Ok(())
}

/// Forgets all of a customer's, whatever their status.
pub(crate) fn delete_all(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<(), StoreError> {
    let rows = tx.all(
        "SELECT * FROM payment_methods WHERE merchant_id = $1 AND customer_id = $2",
        params![merchant_id, customer_id],
    )?;
    rows.iter().try_for_each(|row| delete(tx, &Saved::read(row)?))
}
