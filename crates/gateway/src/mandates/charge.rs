//! Setting a mandate up with a payment, and charging by one.

use florin_domain::money::{Currency, Money};
use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};
use serde_json::{Map, Value};

use super::record::{ACTIVE, INACTIVE, Mandate, PENDING};
use crate::accounts::Profile;
use crate::customers::Customer;
use crate::gateway::Fresh;
use crate::payments::Payment;
use crate::webhooks;
use crate::wire::ApiError;

/// A mandate that a payment is to set up.
#[derive(Debug, Clone)]
pub(crate) struct NewMandate {
    id: String,
    /// How much at most: at once for a single use, in all for many.
    amount: Option<i64>,
    is_once: bool,
    currency: Option<String>,
    acceptance: Map<String, Value>,
}

impl NewMandate {
    /// Reads `mandate_data`.
    pub(crate) fn read(id: String, data: &Map<String, Value>) -> Result<Self, ApiError> {
        let unreadable = |words: &str| ApiError::UnreadableBody(format!("mandate_data: {words}"));
        let acceptance = data.get("customer_acceptance").and_then(Value::as_object);
        let acceptance = acceptance.ok_or(ApiError::MissingParam("mandate_data.customer_acceptance"))?.clone();
        let kind = data.get("mandate_type").and_then(Value::as_object);
        let kind = kind.ok_or(ApiError::MissingParam("mandate_data.mandate_type"))?;
        let (is_once, limit) = match (kind.get("single_use"), kind.get("multi_use")) {
            (Some(limit), None) => (true, Some(limit)),
            // Without an amount it has no limit.
            (None, Some(limit)) => (false, limit.get("amount").filter(|amount| !amount.is_null()).map(|_| limit)),
            _ => return Err(unreadable("mandate_type is single_use or multi_use")),
        };
        let Some(limit) = limit else { return Ok(Self { id, amount: None, is_once, currency: None, acceptance }) };
        let amount = limit.get("amount").and_then(Value::as_i64).filter(|amount| *amount > 0);
        let currency = limit.get("currency").and_then(Value::as_str).filter(|code| Currency::parse(code).is_ok());
        let currency = currency.ok_or_else(|| unreadable("an amount needs a currency"))?;
        let amount = amount.ok_or_else(|| unreadable("the amount is not more than 0"))?;
        Ok(Self { id, amount: Some(amount), is_once, currency: Some(currency.to_owned()), acceptance })
    }

    /// Writes it beside the payment that sets it up. It can be used once that payment is approved.
    pub(crate) fn insert(&self, tx: &mut Tx<'_>, payment: &mut Payment, now: Timestamp) -> Result<(), ApiError> {
        let missing = || ApiError::MissingParam("customer_id");
        let customer_id = payment.details.customer_id.clone().ok_or_else(missing)?;
        let mandate = Mandate {
            merchant_id: payment.merchant_id.clone(),
            id: self.id.clone(),
            customer_id,
            payment_method_id: payment.details.payment_method_id.clone().ok_or_else(missing)?,
            payment_id: payment.id.clone(),
            status: PENDING.to_owned(),
            amount: self.amount,
            charged: self.amount.filter(|_| !self.is_once).map(|_| 0),
            currency: self.currency.clone(),
            acceptance: self.acceptance.clone(),
            created_at: now,
        };
        mandate.insert(tx)?;
        payment.details.mandate_id = Some(mandate.id);
        Ok(())
    }
}

/// The saved card that a mandate lets a merchant charge, for so much; answers customer and card.
pub(crate) fn to_charge(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    id: &str,
    amount: Option<Money>,
) -> Result<(String, String), ApiError> {
    let mandate = Mandate::find(tx, merchant_id, id)?;
    check(&mandate, amount)?;
    Ok((mandate.customer_id, mandate.payment_method_id))
}

const TOO_MUCH: &str = "The mandate is for a smaller amount";

/// Whether so much may be charged by it.
fn check(mandate: &Mandate, amount: Option<Money>) -> Result<(), ApiError> {
    let refused = |words: &str| ApiError::Precondition(words.to_owned());
    if mandate.status != ACTIVE {
        return Err(refused("The mandate is not active"));
    }
    if let (Some(most), Some(amount)) = (mandate.amount, amount) {
        if mandate.currency.as_deref() != Some(amount.currency().code()) {
            return Err(refused("The mandate is for another currency"));
        }
        if mandate.charged.unwrap_or(0).saturating_add(amount.minor_units()) > most {
            return Err(refused(TOO_MUCH));
        }
    }
    Ok(())
}

/// A mandate was used for so much; not when another call used up or revoked it first, and not when the
/// payment has come to more than it allows since.
pub(crate) fn spent(tx: &mut Tx<'_>, merchant_id: &str, id: &str, amount: Money) -> Result<(), ApiError> {
    let mandate = Mandate::find(tx, merchant_id, id)?;
    check(&mandate, Some(amount))?;
    // One for many uses is written too, as it was: so it is not revoked beside this.
    let is_once = mandate.amount.is_some() && mandate.charged.is_none();
    let after = if is_once { INACTIVE } else { ACTIVE };
    if !Mandate::turn(tx, merchant_id, id, ACTIVE, after)? {
        return Err(ApiError::Precondition("The mandate is not active".to_owned()));
    }
    let is_within = mandate.charged.is_none() || Mandate::charge(tx, merchant_id, id, amount.minor_units())?;
    if is_within { Ok(()) } else { Err(ApiError::Precondition(TOO_MUCH.to_owned())) }
}

/// Counts anew what a payment spends of its mandate: more once more is held, less once less is to be taken.
pub(crate) fn recount(tx: &mut Tx<'_>, before: &Payment, payment: &mut Payment) -> Result<(), ApiError> {
    let Some(id) = payment.details.mandate_id.clone() else { return Ok(()) };
    let counted = match payment.details.counted_on_mandate {
        None => counted_once(tx, before, &id)?,
        counted => counted,
    };
    let Some(counted) = counted else { return Ok(()) };
    let spends = spends(payment);
    if spends == counted {
        return Ok(());
    }
    // The customer first, as everybody does who holds both.
    match Customer::hold(tx, &payment.merchant_id, payment.details.customer_id.as_deref().unwrap_or_default()) {
        Ok(_) | Err(ApiError::CustomerRedacted | ApiError::NotFound(_)) => {}
        Err(error) => return Err(error),
    }
    let mandate = Mandate::find(tx, &payment.merchant_id, &id)?;
    let Some(most) = mandate.amount else { return Ok(()) };
    let is_within = match mandate.charged {
        // For a single use: what came to nothing was none.
        None if spends == 0 => {
            Mandate::turn(tx, &payment.merchant_id, &id, INACTIVE, ACTIVE)?;
            true
        }
        None => spends <= most,
        Some(_) => Mandate::charge(tx, &payment.merchant_id, &id, spends.saturating_sub(counted))?,
    };
    if !is_within {
        return Err(ApiError::Precondition(TOO_MUCH.to_owned()));
    }
    payment.details.counted_on_mandate = Some(spends);
    Ok(())
}

/// What an older version had counted of a payment, without writing it there: all of it, of every payment that a
/// mandate paid and whose card was taken.
fn counted_once(tx: &mut Tx<'_>, before: &Payment, id: &str) -> Result<Option<i64>, ApiError> {
    let was_paid_by_it = before.details.mandate_id.as_deref() == Some(id) && spends(before) > 0;
    if !was_paid_by_it {
        return Ok(None);
    }
    match Mandate::find(tx, &before.merchant_id, id) {
        Ok(mandate) => Ok((mandate.payment_id != before.id).then(|| before.amount.minor_units())),
        Err(ApiError::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a payment takes or may still take, in minor units. What is refunded later was taken all the same.
fn spends(payment: &Payment) -> i64 {
    match payment.state {
        PaymentState::Declined { .. }
        | PaymentState::Cancelled
        | PaymentState::CancelledPostCapture { .. }
        | PaymentState::Expired => 0,
        PaymentState::Captured { captured, .. } => captured.minor_units(),
        PaymentState::AwaitingCard
        | PaymentState::AwaitingConfirmation
        | PaymentState::AwaitingChallenge { .. }
        | PaymentState::Processing { .. }
        | PaymentState::AwaitingMerchant { .. }
        | PaymentState::Authorized { .. }
        | PaymentState::PartlyCaptured { .. } => payment.amount.minor_units(),
    }
}

/// Lets a mandate be used once the payment that sets it up is approved, and drops it when it is not.
pub(crate) fn settle(tx: &mut Tx<'_>, payment: &Payment, profile: &Profile, fresh: &Fresh) -> Result<(), StoreError> {
    let Some(id) = &payment.details.mandate_id else { return Ok(()) };
    let is_approved = matches!(
        payment.state,
        PaymentState::Authorized { .. } | PaymentState::Captured { .. } | PaymentState::PartlyCaptured { .. }
    );
    if is_approved && Mandate::turn(tx, &payment.merchant_id, id, PENDING, ACTIVE)? {
        let shown = super::operations::show_for_event(tx, &payment.merchant_id, id)?;
        webhooks::tell_mandate(tx, &payment.merchant_id, (id, "mandate_active"), &shown, profile, fresh)?;
    }
    if matches!(payment.state, PaymentState::Declined { .. } | PaymentState::Cancelled | PaymentState::Expired) {
        let sql = "DELETE FROM mandates WHERE merchant_id = $1 AND mandate_id = $2 AND status = 'pending'";
        tx.execute(sql, params![&payment.merchant_id, id])?;
    }
    Ok(())
}
