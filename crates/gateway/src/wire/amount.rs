//! Amounts as requests say them: the order's own, what comes on top of it, and a part to capture.

use florin_domain::money::{Currency, LARGEST_MINOR_UNITS, Money};
use florin_domain::order::CaptureMethod;
use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};

use super::ApiError;

/// The largest amount, in the words OwnGateway refuses more with.
const AMOUNT_TOO_LARGE: &str = "amount should not be more than 999999999";

/// Less than nothing is no amount: it is refused like a body that does not parse.
pub(super) fn not_below_nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Option::<i64>::deserialize(deserializer)? {
        Some(amount) if amount < 0 => Err(D::Error::invalid_value(Unexpected::Signed(amount), &"an amount from 0 on")),
        amount => Ok(amount),
    }
}

/// Refuses a part to capture that could not be captured later. One that could be decides nothing yet: the
/// capture says its own amount.
pub(crate) fn check_part(part: Option<i64>, amount: Money, method: CaptureMethod) -> Result<(), ApiError> {
    let Some(part) = part else { return Ok(()) };
    if part > amount.minor_units() {
        return Err(ApiError::InvalidFormat { field: "amount_to_capture", expected: "at most the amount" });
    }
    if part < 0 || (part == 0 && !amount.is_zero()) {
        return Err(ApiError::InvalidFormat { field: "amount_to_capture", expected: "more than 0" });
    }
    if method == CaptureMethod::Automatic && part != amount.minor_units() {
        let words = "amount_to_capture must be equal to amount when capture_method is automatic";
        return Err(ApiError::Precondition(words.to_owned()));
    }
    Ok(())
}

/// What is paid beside the order itself, in minor units.
pub(crate) fn extras(shipping_cost: Option<i64>, order_tax_amount: Option<i64>) -> i64 {
    shipping_cost.unwrap_or(0).saturating_add(order_tax_amount.unwrap_or(0))
}

/// An order's amount and what is paid beside it. Neither the order nor all of it may be more than OwnGateway takes.
fn total(amount: i64, extras: i64, currency: Currency) -> Result<Money, ApiError> {
    money(amount, currency)?;
    money(amount.saturating_add(extras), currency)
}

/// The same; of an order that is to keep a card rather than to charge it the amount may be nothing.
pub(crate) fn total_of(amount: i64, extras: i64, currency: Currency, sets_up: bool) -> Result<Money, ApiError> {
    match amount {
        0 if sets_up && extras == 0 => Ok(Money::zero(currency)),
        0 if sets_up => money(extras, currency),
        _ => total(amount, extras, currency),
    }
}

/// More than nothing, at most what OwnGateway takes.
pub(crate) fn money(amount: i64, currency: Currency) -> Result<Money, ApiError> {
    match amount {
        ..=0 => Err(ApiError::InvalidFormat { field: "amount", expected: "more than 0" }),
        1..=LARGEST_MINOR_UNITS => {
            Money::new(amount, currency).map_err(|error| ApiError::Precondition(error.to_string()))
        }
        _ => Err(ApiError::Precondition(AMOUNT_TOO_LARGE.to_owned())),
    }
}
