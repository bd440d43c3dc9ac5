//! A payment's columns, and what they come to: a state, an amount. A row that makes no sense is refused.

use florin_domain::money::{Currency, Money};
use florin_domain::order::CaptureMethod;
use florin_domain::payment::{DeclineReason, IntentStatus, PaymentState, Verdict};
use florin_store::{Row, StoreError, Value};
use serde::{Deserialize, Serialize};

pub(super) fn state(row: &Row, amount: Money, capture: CaptureMethod) -> Result<PaymentState, StoreError> {
    let status: String = row.get("status")?;
    let status = IntentStatus::parse(&status).map_err(|_| corrupt("status"))?;
    let verdict = row.get::<Option<String>>("verdict")?.map(|name| verdict_of(&name)).transpose()?;
    let captured = money(row, "captured")?;
    match (status, verdict) {
        (IntentStatus::RequiresPaymentMethod, None) => Ok(PaymentState::AwaitingCard),
        (IntentStatus::RequiresConfirmation, None) => Ok(PaymentState::AwaitingConfirmation),
        (IntentStatus::RequiresCustomerAction, Some(verdict)) => {
            Ok(PaymentState::AwaitingChallenge { amount, capture, verdict })
        }
        (IntentStatus::Processing, Some(verdict)) => Ok(PaymentState::Processing { amount, capture, verdict }),
        (IntentStatus::RequiresMerchantAction, Some(verdict)) => {
            Ok(PaymentState::AwaitingMerchant { amount, capture, verdict })
        }
        (IntentStatus::RequiresCapture, None) => Ok(PaymentState::Authorized { amount }),
        (IntentStatus::PartiallyCapturedAndCapturable, None) if !captured.is_zero() => {
            Ok(PaymentState::PartlyCaptured { authorized: amount, captured })
        }
        (IntentStatus::CancelledPostCapture, None) => {
            Ok(PaymentState::CancelledPostCapture { authorized: amount, captured })
        }
        (IntentStatus::Succeeded, None) if captured == amount => {
            Ok(PaymentState::Captured { authorized: amount, captured })
        }
        (IntentStatus::PartiallyCaptured, None) if !captured.is_zero() => {
            Ok(PaymentState::Captured { authorized: amount, captured })
        }
        (IntentStatus::Failed, Some(Verdict::Declined(reason))) => Ok(PaymentState::Declined { reason }),
        (IntentStatus::Cancelled, None) => Ok(PaymentState::Cancelled),
        (IntentStatus::Expired, None) => Ok(PaymentState::Expired),
        _ => Err(corrupt("status")),
    }
}

const APPROVED: &str = "approved";

pub(super) fn verdict_column(state: PaymentState) -> Option<&'static str> {
    match state {
        PaymentState::AwaitingChallenge { verdict: Verdict::Approved, .. }
        | PaymentState::Processing { verdict: Verdict::Approved, .. }
        | PaymentState::AwaitingMerchant { verdict: Verdict::Approved, .. } => Some(APPROVED),
        PaymentState::AwaitingChallenge { verdict: Verdict::Declined(reason), .. }
        | PaymentState::Processing { verdict: Verdict::Declined(reason), .. }
        | PaymentState::AwaitingMerchant { verdict: Verdict::Declined(reason), .. }
        | PaymentState::Declined { reason } => Some(reason.as_str()),
        _ => None,
    }
}

fn verdict_of(name: &str) -> Result<Verdict, StoreError> {
    if name == APPROVED {
        return Ok(Verdict::Approved);
    }
    DeclineReason::parse(name).map(Verdict::Declined).ok_or_else(|| corrupt("verdict"))
}

pub(super) fn captured_column(state: PaymentState) -> i64 {
    match state {
        PaymentState::PartlyCaptured { captured, .. }
        | PaymentState::Captured { captured, .. }
        | PaymentState::CancelledPostCapture { captured, .. } => captured.minor_units(),
        _ => 0,
    }
}

pub(super) fn money(row: &Row, column: &'static str) -> Result<Money, StoreError> {
    let currency: String = row.get("currency")?;
    let currency = Currency::parse(&currency).map_err(|_| corrupt("currency"))?;
    Money::new(row.get(column)?, currency).map_err(|_| corrupt(column))
}

pub(super) fn json_column<T: Serialize>(value: &T) -> Result<Value, StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Value::Text(text))
}

pub(super) fn from_json<'a, T: Deserialize<'a>>(text: &'a str, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| corrupt(column))
}

pub(super) fn corrupt(column: &str) -> StoreError {
    StoreError::Corrupt(format!("payments.{column} makes no sense"))
}
