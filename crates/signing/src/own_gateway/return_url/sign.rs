//! The gateway's side: appends what happened, signs everything, appends the signature.

use std::borrow::Cow;

use url::Url;

use super::{ALGORITHM, SIGNATURE, SIGNATURE_ALGORITHM};
use crate::signing_key::SigningKey;

/// What the gateway tells in the URL. Prints nothing: it holds a client secret.
pub struct ReturnParams {
    /// The intent's status, in snake case.
    pub status: String,
    /// The payment.
    pub payment_id: String,
    /// Lets a browser read this payment.
    pub client_secret: String,
    /// In minor units; left out where the profile posts.
    pub amount: Option<i64>,
    /// Whether the merchant may try the same payment again.
    pub manual_retry_allowed: bool,
}

/// The return address can't be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It is not an absolute URL.
    #[error("the return address is not a URL: {0}")]
    NotAUrl(#[from] url::ParseError),
}

/// The URL to send the browser to. Parameters of `base_return_url` stay, first and signed.
///
/// # Errors
/// A base that is not an absolute URL.
pub fn sign(base_return_url: &str, params: &ReturnParams, key: &SigningKey) -> Result<String, SignError> {
    let mut url = Url::parse(base_return_url)?;
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("status", &params.status)
            .append_pair("payment_id", &params.payment_id)
            .append_pair("payment_intent_client_secret", &params.client_secret);
        if let Some(amount) = params.amount {
            query.append_pair("amount", &amount.to_string());
        }
        query.append_pair("manual_retry_allowed", if params.manual_retry_allowed { "true" } else { "false" });
    }
    let signature = key.sign(signed_text(&url).as_bytes());
    url.query_pairs_mut().append_pair(SIGNATURE, &signature).append_pair(SIGNATURE_ALGORITHM, ALGORITHM);
    Ok(url.into())
}

/// All parameters, decoded, sorted by name and value, joined without escaping.
fn signed_text(url: &Url) -> String {
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = url.query_pairs().collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
