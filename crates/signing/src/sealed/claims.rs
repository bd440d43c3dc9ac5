//! What a seal says, and whom it says it to.

use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use url::{ParseError, Url};

/// What keeps a return's seal from being taken for a seal of another purpose, should there be one.
const PURPOSE: &str = "florin return v1";

/// How a payment stood when the browser was sent back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The payment.
    pub payment: String,
    /// The merchant's order, from the payment's `metadata.order`.
    pub order: String,
    /// The gateway's attempt at that payment, the last so far.
    pub attempt: String,
    /// In minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// The intent's status, in snake case.
    pub status: String,
    /// When the browser was sent back.
    pub issued: Timestamp,
    /// From here on it is not believed; at most 15 minutes after `issued`.
    pub expires: Timestamp,
}

/// Whom a seal is for. None of it stands in the URL: both sides know it, and must agree.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// A test seal opens nothing live.
    pub mode: Mode,
    /// The merchant at the gateway.
    pub merchant_id: &'a str,
    /// The merchant's profile that the payment belongs to.
    pub profile_id: &'a str,
    /// The address given for this payment, query included, without the seal.
    pub return_address: &'a str,
}

impl Audience<'_> {
    /// Written as a list in JSON, so that no value can run into its neighbour.
    pub(super) fn assertion(&self) -> Result<String, ParseError> {
        let mut address = Url::parse(self.return_address)?;
        // A fragment never reaches a server.
        address.set_fragment(None);
        let mode = self.mode.to_string();
        let parts = [PURPOSE, &mode, self.merchant_id, self.profile_id, address.as_str()];
        Ok(serde_json::Value::from(parts.as_slice()).to_string())
    }
}
