//! Bodies of `POST /payments`, its update and its confirm: one shape, as OwnGateway has it.

use florin_domain::money::{Currency, LARGEST_MINOR_UNITS, Money};
use florin_domain::order::CaptureMethod;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ApiError;
use super::card::PaymentMethodData;
use super::text::{SecretText, WebUrl, check_id, check_url};

/// The largest amount, in the words OwnGateway refuses more with.
const AMOUNT_TOO_LARGE: &str = "amount should not be more than 999999999";

/// Everything a payment call may carry. An unknown name is refused rather than dropped: a misspelt
/// `capture_method` would otherwise take money at once.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PaymentsRequest {
    pub(crate) payment_id: Option<String>,
    pub(crate) merchant_id: Option<String>,
    pub(crate) profile_id: Option<String>,
    pub(crate) amount: Option<i64>,
    pub(crate) currency: Option<Currency>,
    pub(crate) capture_method: Option<CaptureOption>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) confirm: Option<bool>,
    pub(crate) session_expiry: Option<u32>,
    pub(crate) client_secret: Option<SecretText>,
    pub(crate) payment_method: Option<PaymentMethod>,
    pub(crate) payment_method_type: Option<PaymentMethodType>,
    pub(crate) payment_method_data: Option<PaymentMethodData>,
    pub(crate) payment_token: Option<SecretText>,
    pub(crate) return_url: Option<WebUrl>,
    pub(crate) description: Option<String>,
    pub(crate) customer_id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) phone_country_code: Option<String>,
    pub(crate) metadata: Option<serde_json::Map<String, Value>>,
    pub(crate) billing: Option<Value>,
    pub(crate) shipping: Option<Value>,
    pub(crate) order_details: Option<Vec<Value>>,
    pub(crate) browser_info: Option<serde_json::Map<String, Value>>,
    pub(crate) statement_descriptor_name: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) merchant_order_reference_id: Option<String>,
    pub(crate) setup_future_usage: Option<FutureUsage>,
}

/// OwnGateway's capture methods; the sandbox does the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CaptureOption {
    Automatic,
    Manual,
    ManualMultiple,
    Scheduled,
    SequentialAutomatic,
}

/// Whether the merchant asks for a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthenticationType {
    ThreeDs,
    NoThreeDs,
}

/// What pays; the sandbox does cards alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentMethod {
    Card,
}

/// What kind of card. Taken, and not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentMethodType {
    Credit,
    Debit,
}

/// Whether the card is to be kept; the sandbox keeps none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FutureUsage {
    OnSession,
    OffSession,
}

impl PaymentsRequest {
    /// Refuses what is wrong whatever the payment's state.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        for (field, id) in [("payment_id", &self.payment_id), ("customer_id", &self.customer_id)] {
            id.as_deref().map_or(Ok(()), |id| check_id(field, id))?;
        }
        self.return_url.as_ref().map_or(Ok(()), |url| check_url("return_url", url))?;
        if self.setup_future_usage == Some(FutureUsage::OffSession) {
            return Err(ApiError::NotSupported("setup_future_usage off_session"));
        }
        // 60 s to 90 days and a few hours: OwnGateway's bounds.
        if self.session_expiry.is_some_and(|seconds| !(60..=7_890_000).contains(&seconds)) {
            return Err(ApiError::InvalidData("session_expiry must be between 60 and 7890000 seconds".to_owned()));
        }
        Ok(())
    }

    /// The amount with its currency, of a request that must have both.
    pub(crate) fn money(&self) -> Result<Money, ApiError> {
        let amount = self.amount.ok_or(ApiError::MissingParam("amount"))?;
        let currency = self.currency.ok_or(ApiError::MissingParam("currency"))?;
        money(amount, currency)
    }

    /// How to capture, where the request says so.
    pub(crate) fn capture(&self) -> Result<Option<CaptureMethod>, ApiError> {
        match self.capture_method {
            None => Ok(None),
            Some(CaptureOption::Automatic) => Ok(Some(CaptureMethod::Automatic)),
            Some(CaptureOption::Manual) => Ok(Some(CaptureMethod::Manual)),
            Some(CaptureOption::ManualMultiple | CaptureOption::Scheduled | CaptureOption::SequentialAutomatic) => {
                Err(ApiError::NotSupported("this capture_method"))
            }
        }
    }

    /// Whether a card, or a token for one, is in it.
    pub(crate) fn has_card(&self) -> bool {
        self.payment_token.is_some() || self.payment_method_data.as_ref().is_some_and(|data| data.card.is_some())
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
