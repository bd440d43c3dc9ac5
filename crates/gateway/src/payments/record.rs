//! A payment as a row: read back into its state, or refused when the row makes no sense.

use std::time::Duration;

use florin_domain::money::Money;
use florin_domain::order::CaptureMethod;
use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::{Deserialize, Serialize};

use super::columns::{captured_column, corrupt, from_json, json_column, money, state, verdict_column};
use super::details::Details;
use crate::connector::Conduct;
use crate::wire::card::CardSummary;

/// Which payment: ids are unique within a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PaymentKey {
    pub(crate) merchant_id: String,
    pub(crate) payment_id: String,
}

/// The card that was last submitted, as far as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) card: CardSummary,
    pub(crate) transaction_id: String,
    /// What its issuer will be like later.
    #[serde(default)]
    pub(crate) conduct: Conduct,
}

/// A payment. Holds its client secret, so it does not print.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) merchant_id: String,
    pub(crate) id: String,
    pub(crate) profile_id: String,
    version: i64,
    pub(crate) amount: Money,
    pub(crate) capture: CaptureMethod,
    /// `manual_multiple`: what is held is taken in several parts.
    pub(crate) multiple: bool,
    pub(crate) state: PaymentState,
    pub(crate) refund_count: i64,
    pub(crate) client_secret: String,
    /// Counts from 1: the attempt that is, or would be, running.
    pub(crate) attempt_count: i64,
    pub(crate) attempt: Option<Attempt>,
    pub(crate) details: Details,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// When the session ends: unconfirmed payments, and challenges, end then.
    pub(crate) expires_at: Timestamp,
    pub(crate) captured_at: Option<Timestamp>,
    /// When the issuer lets go what is held.
    pub(crate) capture_before: Option<Timestamp>,
}

/// How long an issuer holds money, and how long one that was asked to hold it longer.
const HELD_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
pub(super) const HELD_LONGER_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many payments are in memory at a time while their customer is forgotten.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// What a new payment is made of.
pub(crate) struct NewPayment {
    pub(crate) key: PaymentKey,
    pub(crate) profile_id: String,
    pub(crate) amount: Money,
    pub(crate) capture: CaptureMethod,
    pub(crate) multiple: bool,
    pub(crate) client_secret: String,
    pub(crate) details: Details,
    pub(crate) now: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl Payment {
    /// An unconfirmed payment without a card.
    pub(crate) fn open(new: NewPayment) -> Self {
        Self {
            merchant_id: new.key.merchant_id,
            id: new.key.payment_id,
            profile_id: new.profile_id,
            version: 1,
            amount: new.amount,
            capture: new.capture,
            multiple: new.multiple,
            state: PaymentState::AwaitingCard,
            refund_count: 0,
            client_secret: new.client_secret,
            attempt_count: 1,
            attempt: None,
            details: new.details,
            created_at: new.now,
            updated_at: new.now,
            expires_at: new.expires_at,
            captured_at: None,
            capture_before: None,
        }
    }

    /// Notes until when money is held that was not held before.
    pub(super) fn note_hold(&mut self, before: Option<PaymentState>, now: Timestamp) {
        let was_held = before.is_some_and(|before| before.held() > 0);
        if self.state.held() > 0 && !was_held {
            let longer = self.details.request_extended_authorization == Some(true);
            self.capture_before = Some(now.plus(if longer { HELD_LONGER_FOR } else { HELD_FOR }));
        }
    }

    pub(crate) fn key(&self) -> PaymentKey {
        PaymentKey { merchant_id: self.merchant_id.clone(), payment_id: self.id.clone() }
    }

    /// What the order itself costs, in minor units: all that is paid, without what comes on top of it.
    pub(crate) fn order_amount(&self) -> i64 {
        self.amount.minor_units().saturating_sub(self.details.extras())
    }

    /// `pay_x_1`, as OwnGateway names attempts.
    pub(crate) fn attempt_id(&self) -> String {
        format!("{}_{}", self.id, self.attempt_count)
    }

    pub(crate) fn card(&self) -> Option<&CardSummary> {
        self.attempt.as_ref().map(|attempt| &attempt.card)
    }

    pub(crate) fn conduct(&self) -> Conduct {
        self.attempt.as_ref().map_or_else(Conduct::default, |attempt| attempt.conduct)
    }

    pub(crate) fn session_is_over(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }

    pub(crate) fn find(tx: &mut Tx<'_>, key: &PaymentKey) -> Result<Option<Self>, StoreError> {
        let row = tx.first(
            "SELECT * FROM payments WHERE merchant_id = $1 AND payment_id = $2",
            params![&key.merchant_id, &key.payment_id],
        )?;
        row.as_ref().map(Self::read).transpose()
    }

    /// The payment whose running attempt this is; none when several merchants use this id.
    pub(crate) fn find_by_attempt(tx: &mut Tx<'_>, attempt_id: &str) -> Result<Option<Self>, StoreError> {
        match tx.all("SELECT * FROM payments WHERE attempt_id = $1", params![attempt_id])?.as_slice() {
            [row] => Self::read(row).map(Some),
            _ => Ok(None),
        }
    }

    /// Forgets who a customer was: of their payments the money and the id remain.
    pub(crate) fn forget_customer(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<(), StoreError> {
        let mut last = String::new();
        loop {
            let rows = tx.all(
                "SELECT * FROM payments WHERE merchant_id = $1 AND customer_id = $2 AND payment_id > $3
                 ORDER BY payment_id LIMIT $4",
                params![merchant_id, customer_id, &last, FORGOTTEN_AT_ONCE],
            )?;
            for row in &rows {
                let mut payment = Self::read(row)?;
                payment.details.forget_customer();
                payment.attempt.iter_mut().for_each(|attempt| attempt.card.holder_name = None);
                payment.save(tx)?;
                last = payment.id;
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    /// Writes a new payment; false when the id is taken.
    pub(crate) fn insert(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let touched = tx.execute(
            "INSERT INTO payments (merchant_id, payment_id, profile_id, version, status, amount, currency,
                 capture_method, verdict, captured, refunded, refund_count, client_secret, attempt_count, attempt_id,
                 attempt, details, created_at, updated_at, expires_at, captured_at, multiple_captures, customer_id,
                 capture_before, extras)
             VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21, $22)
             ON CONFLICT DO NOTHING",
            params![
                &self.merchant_id,
                &self.id,
                &self.profile_id,
                self.state.status().as_str(),
                self.amount.minor_units(),
                self.amount.currency().code(),
                self.capture.as_str(),
                verdict_column(self.state),
                captured_column(self.state),
                &self.client_secret,
                self.attempt_count,
                self.attempt_id(),
                json_column(&self.attempt)?,
                json_column(&self.details)?,
                self.created_at,
                self.updated_at,
                self.expires_at,
                self.captured_at,
                self.multiple,
                &self.details.customer_id,
                self.capture_before,
                self.details.extras(),
            ],
        )?;
        Ok(touched == 1)
    }

    /// Writes a changed payment, unless somebody else has changed it since it was read. Refunds
    /// have their own statement.
    pub(crate) fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.swap(
            "UPDATE payments SET version = version + 1, status = $4, amount = $5, currency = $6,
                 capture_method = $7, verdict = $8, captured = $9, attempt_count = $10, attempt_id = $11,
                 attempt = $12, details = $13, updated_at = $14, expires_at = $15, captured_at = $16,
                 multiple_captures = $17, customer_id = $18, capture_before = $19, extras = $20
             WHERE merchant_id = $1 AND payment_id = $2 AND version = $3",
            params![
                &self.merchant_id,
                &self.id,
                self.version,
                self.state.status().as_str(),
                self.amount.minor_units(),
                self.amount.currency().code(),
                self.capture.as_str(),
                verdict_column(self.state),
                captured_column(self.state),
                self.attempt_count,
                self.attempt_id(),
                json_column(&self.attempt)?,
                json_column(&self.details)?,
                self.updated_at,
                self.expires_at,
                self.captured_at,
                self.multiple,
                &self.details.customer_id,
                self.capture_before,
                self.details.extras(),
            ],
        )
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let amount = money(row, "amount")?;
        let capture_name: String = row.get("capture_method")?;
        let capture = CaptureMethod::parse(&capture_name).ok_or_else(|| corrupt("capture_method"))?;
        Ok(Self {
            merchant_id: row.get("merchant_id")?,
            id: row.get("payment_id")?,
            profile_id: row.get("profile_id")?,
            version: row.get("version")?,
            amount,
            capture,
            multiple: row.get("multiple_captures")?,
            state: state(row, amount, capture)?,
            refund_count: row.get("refund_count")?,
            client_secret: row.get("client_secret")?,
            attempt_count: row.get("attempt_count")?,
            attempt: from_json(row.get::<Option<String>>("attempt")?.as_deref().unwrap_or("null"), "attempt")?,
            details: from_json(&row.get::<String>("details")?, "details")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            expires_at: row.get("expires_at")?,
            captured_at: row.get("captured_at")?,
            capture_before: row.get("capture_before")?,
        })
    }
}
