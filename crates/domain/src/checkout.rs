//! What the browser and the merchant server say to each other. Nothing here is secret.

use serde::{Deserialize, Serialize};

use crate::error::ErrorObject;
use crate::ids::{AttemptId, OrderId, PaymentId, TokenId};
use crate::mode::Mode;
use crate::money::Money;
use crate::order::OrderStatus;
use crate::timestamp::Timestamp;

/// How the card reaches the gateway. The provider's choice, never the browser's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CollectMode {
    /// The frame trades the card for a token; the merchant server confirms with it.
    Token,
    /// The frame confirms at the gateway itself; the merchant server only reads.
    Confirm,
    /// The provider's own fields collect the card. No adapter offers it yet.
    Hosted,
}

/// Where the challenge is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presentation {
    /// In a dialog over the shop's page.
    Dialog,
    /// By leaving the shop's page.
    Redirect,
}

/// `GET /checkout/{session}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutView {
    /// What is sold.
    pub order: OrderView,
    /// Where the order stands.
    pub status: OrderStatus,
    /// Test or live.
    pub mode: Mode,
    /// The shopper's language, when the shop said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Who sells.
    pub merchant_name: String,
}

/// What the shopper may see of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderView {
    /// The order.
    pub id: OrderId,
    /// The shop's own number for it.
    pub reference: Option<String>,
    /// One line about it.
    pub description: Option<String>,
    /// The price.
    #[serde(flatten)]
    pub price: Money,
    /// What is in it.
    pub items: Vec<Item>,
}

/// One line of the bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What it is.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The line's total, the price of all of them, in minor units of the order's currency.
    pub amount: i64,
}

/// `POST /checkout/{session}/attempts`; the body may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttemptRequest {
    /// The amount the shopper was shown, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_amount: Option<i64>,
}

/// The answer to [`AttemptRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedAttempt {
    /// The attempt to name in `pay`.
    pub attempt: AttemptId,
    /// How to hand the card over.
    pub collect: Collect,
}

/// Everything a browser needs to hand the card to the gateway. The client secret does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collect {
    /// By which of the three ways.
    pub mode: CollectMode,
    /// The gateway's origin.
    pub gateway: String,
    /// May only hand over a card, for one payment, together with the client secret.
    pub publishable_key: String,
    /// The opened, unconfirmed payment.
    pub payment_id: PaymentId,
    /// Opens this one payment to the publishable key.
    pub client_secret: String,
    /// When the gateway closes the payment.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Collect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collect")
            .field("mode", &self.mode)
            .field("payment_id", &self.payment_id)
            .finish_non_exhaustive()
    }
}

/// `POST /checkout/{session}/pay`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayRequest {
    /// From `attempts`.
    pub attempt: AttemptId,
    /// In token mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenId>,
    /// How the page would show a challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentation: Option<Presentation>,
}

/// `POST /checkout/{session}/abandon`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AbandonRequest {
    /// The attempt whose challenge the shopper gave up.
    pub attempt: AttemptId,
}

/// How a checkout stands, as the browser may know it: the one Result of `pay`, `status` and `abandon`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutResult {
    /// The discriminant.
    pub status: ResultStatus,
    /// Whether the page may say thanks. Nothing else follows from it: the shop's server reads the order.
    pub ok: bool,
    /// Which order.
    pub order: ResultOrder,
    /// The attempt this tells of, if there was one.
    pub attempt: Option<AttemptId>,
    /// What the shopper must do now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// On `declined` and `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorObject>,
    /// When to ask again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u32>,
}

/// The order a Result tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultOrder {
    /// The order.
    pub id: OrderId,
    /// The shop's own number for it.
    pub reference: Option<String>,
    /// The price.
    #[serde(flatten)]
    pub price: Money,
}

/// What the shopper must do now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Go to the bank's page.
    Redirect {
        /// Where.
        url: String,
    },
}

/// The discriminant of a [`CheckoutResult`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultStatus {
    /// The money is there.
    Paid,
    /// The money is held; the shop captures it later.
    Authorized,
    /// On its way, or with a person.
    Processing,
    /// The shopper's bank wants to see the shopper.
    RequiresAction,
    /// Bytes were sent and no answer came yet.
    Unknown,
    /// The bank said no; the order is open again.
    Declined,
    /// Nothing submitted.
    Open,
    /// The shop, or the limits, ended it.
    Canceled,
    /// Its time is over.
    Expired,
}

impl ResultStatus {
    /// Whether a page may say thanks.
    pub fn is_ok(self) -> bool {
        matches!(self, Self::Paid | Self::Authorized)
    }

    /// Whether a browser has nothing to wait for.
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::Processing | Self::Unknown)
    }
}
