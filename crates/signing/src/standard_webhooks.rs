//! Standard Webhooks 1.0.0, symmetric: what the merchant server signs for the shop.
//!
//! Stricter than the specification's own libraries where they are lenient: an id without `.` (else
//! `a.1` at 2 and `a` at `1.2` sign the same bytes), a timestamp in one spelling, base64 in one
//! spelling.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT};
use florin_domain::timestamp::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretSlice};
use sha2::Sha256;

/// How far a webhook's time may be from ours, either way, in seconds. Source: the specification's
/// libraries.
pub const TOLERANCE_SECONDS: u64 = 300;

/// Secrets have 24 to 64 bytes. Source: the specification.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

const SECRET_PREFIX: &str = "whsec_";

/// Signs for one receiver. Never printed; wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretSlice<u8>);

/// The text is not a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It does not begin with `whsec_`.
    #[error("a webhook secret begins with {SECRET_PREFIX}")]
    WrongPrefix,
    /// What follows is not base64.
    #[error("a webhook secret is {SECRET_PREFIX} and base64")]
    NotBase64,
    /// It is too short to be safe, or longer than the specification allows.
    #[error("a webhook secret has 24 to 64 bytes")]
    WrongLength,
}

impl Secret {
    /// Reads `whsec_` and base64, padded or not.
    ///
    /// # Errors
    /// Anything else, and fewer than 24 or more than 64 bytes.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(SECRET_PREFIX).ok_or(SecretError::WrongPrefix)?;
        let bytes = STANDARD_PAD_INDIFFERENT.decode(encoded).map_err(|_| SecretError::NotBase64)?;
        let secret = SecretSlice::from(bytes);
        if SECRET_BYTES.contains(&secret.expose_secret().len()) {
            Ok(Self(secret))
        } else {
            Err(SecretError::WrongLength)
        }
    }

    fn mac(&self, id: &str, seconds: &str, body: &[u8]) -> Hmac<Sha256> {
        Hmac::new_from_slice(self.0.expose_secret())
            .expect("HMAC takes keys of any length")
            .chain_update(id)
            .chain_update(".")
            .chain_update(seconds)
            .chain_update(".")
            .chain_update(body)
    }
}

impl FromStr for Secret {
    type Err = SecretError;

    fn from_str(text: &str) -> Result<Self, SecretError> {
        Self::parse(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The three headers as received; an absent one is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'a> {
    /// `webhook-id`: the same over all tries.
    pub id: &'a str,
    /// `webhook-timestamp`: when this try was made, in whole seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or more, separated by spaces.
    pub signature: &'a str,
}

/// The webhook can't be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The id is empty, too long, or holds `.`, a space or what no header may hold.
    #[error("a webhook id is 1 to 256 visible ASCII characters without '.'")]
    WrongId,
    /// The time lies before 1970.
    #[error("a webhook's time lies after 1970")]
    WrongTime,
}

/// The webhook is not believed. Every cause looks the same to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// A header is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The id could be read in two ways.
    #[error("webhook-id is malformed")]
    WrongId,
    /// The time is not a whole number of seconds.
    #[error("webhook-timestamp is malformed")]
    WrongTime,
    /// It was sent too long ago.
    #[error("the webhook is too old")]
    TooOld,
    /// It was sent too far in the future.
    #[error("the webhook is from the future")]
    TooNew,
    /// No `v1` signature is one of any secret of ours.
    #[error("the webhook's signature is wrong")]
    WrongSignature,
}

/// The value of `webhook-signature`: `v1,` and base64. `seconds` is the value of
/// `webhook-timestamp`. During a rotation, sign with both secrets and join with a space.
///
/// # Errors
/// An id that could be read in two ways, or a time before 1970.
pub fn sign(id: &str, seconds: i64, body: &[u8], secret: &Secret) -> Result<String, SignError> {
    if !is_id(id) {
        return Err(SignError::WrongId);
    }
    if seconds < 0 {
        return Err(SignError::WrongTime);
    }
    let mac = secret.mac(id, &seconds.to_string(), body).finalize().into_bytes();
    Ok(format!("v1,{}", STANDARD.encode(mac)))
}

/// Verifies the exact bytes received; several secrets during a rotation.
///
/// # Errors
/// A missing or malformed header, a time more than five minutes from `now`, or no right signature.
pub fn verify(headers: &Headers<'_>, body: &[u8], now: Timestamp, secrets: &[Secret]) -> Result<(), WebhookRefused> {
    for (name, value) in
        [("webhook-id", headers.id), ("webhook-timestamp", headers.timestamp), ("webhook-signature", headers.signature)]
    {
        if value.is_empty() {
            return Err(WebhookRefused::Missing(name));
        }
    }
    if !is_id(headers.id) {
        return Err(WebhookRefused::WrongId);
    }
    check_time(headers.timestamp, now)?;
    let candidates: Vec<Vec<u8>> = headers.signature.split(' ').filter_map(read_v1).collect();
    let is_right = |secret: &Secret| {
        let mac = secret.mac(headers.id, headers.timestamp, body);
        candidates.iter().any(|candidate| mac.clone().verify_slice(candidate).is_ok())
    };
    if secrets.iter().any(is_right) { Ok(()) } else { Err(WebhookRefused::WrongSignature) }
}

fn is_id(id: &str) -> bool {
    (1..=256).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

fn check_time(text: &str, now: Timestamp) -> Result<(), WebhookRefused> {
    // One spelling alone: what parses but reads back otherwise, such as +1 or 01, is refused.
    let sent: i64 = text.parse().map_err(|_| WebhookRefused::WrongTime)?;
    if sent < 0 || sent.to_string() != text {
        return Err(WebhookRefused::WrongTime);
    }
    let now = now.as_millis().div_euclid(1000);
    if sent.saturating_add_unsigned(TOLERANCE_SECONDS) < now {
        Err(WebhookRefused::TooOld)
    } else if now.saturating_add_unsigned(TOLERANCE_SECONDS) < sent {
        Err(WebhookRefused::TooNew)
    } else {
        Ok(())
    }
}

/// The bytes of a `v1` signature; other versions are somebody else's.
fn read_v1(signature: &str) -> Option<Vec<u8>> {
    STANDARD.decode(signature.strip_prefix("v1,")?).ok()
}
