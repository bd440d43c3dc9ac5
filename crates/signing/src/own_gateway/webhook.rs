//! The webhook's signature: HMAC-SHA512 over the exact body, in a header.
//!
//! It covers no time and re-sends repeat it, so a valid one may be old: the receiver must drop
//! events it has seen and read the payment before it believes anything.

use crate::signing_key::SigningKey;

/// The header that carries the signature.
pub const HEADER: &str = "x-webhook-signature-512";

/// The webhook is not believed. Every cause looks the same to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// There is no signature.
    #[error("the webhook is not signed")]
    Missing,
    /// The signature is none of any key of ours over this body.
    #[error("the webhook's signature is wrong")]
    WrongSignature,
}

/// Signs the exact bytes to be sent.
pub fn sign(body: &[u8], key: &SigningKey) -> String {
    key.sign(body)
}

/// Verifies the exact bytes received against the header's value; several keys during a rotation.
///
/// # Errors
/// No signature, or a wrong one.
pub fn verify(body: &[u8], signature: &str, keys: &[SigningKey]) -> Result<(), WebhookRefused> {
    if signature.is_empty() {
        return Err(WebhookRefused::Missing);
    }
    if keys.iter().any(|key| key.verifies(body, signature)) { Ok(()) } else { Err(WebhookRefused::WrongSignature) }
}
