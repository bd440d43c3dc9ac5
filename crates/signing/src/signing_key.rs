//! A key of OwnGateway's hash: text whose UTF-8 bytes key HMAC-SHA512.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha512;

/// A payment response hash key. Never empty; never printed; wiped when dropped.
#[derive(Clone)]
pub struct SigningKey(SecretString);

/// The key can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SigningKeyError {
    /// An empty key signs what anybody can sign.
    #[error("a signing key must not be empty")]
    Empty,
}

impl SigningKey {
    /// Takes the key as the gateway shows it.
    ///
    /// # Errors
    /// An empty key, or one of white space alone.
    pub fn new(key: impl Into<SecretString>) -> Result<Self, SigningKeyError> {
        let key = key.into();
        if key.expose_secret().trim().is_empty() { Err(SigningKeyError::Empty) } else { Ok(Self(key)) }
    }

    /// The lowercase hex of HMAC-SHA512 over `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        hex::encode(self.mac(message).finalize().into_bytes())
    }

    /// Whether `signature` is 128 lowercase hex digits and right; in constant time.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        // One spelling alone: a signature that can be rewritten can be counted twice.
        let is_hex = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut bytes = [0; 64];
        is_hex && hex::decode_to_slice(signature, &mut bytes).is_ok() && self.mac(message).verify_slice(&bytes).is_ok()
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha512> {
        Hmac::new_from_slice(self.0.expose_secret().as_bytes())
            .expect("HMAC takes keys of any length")
            .chain_update(message)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hollow_key_is_refused() {
        for hollow in ["", " ", "\n\t"] {
            assert_eq!(SigningKey::new(hollow).unwrap_err(), SigningKeyError::Empty);
        }
    }

    #[test]
    fn a_key_does_not_print() {
        let key = SigningKey::new("hunter2hunter2").unwrap();
        assert!(!format!("{key:?} {key:#?}").contains("hunter2"));
    }

    #[test]
    fn only_the_one_spelling_of_the_right_signature_verifies() {
        let key = SigningKey::new("k").unwrap();
        let right = key.sign(b"message");
        assert_eq!(right.len(), 128);
        assert!(key.verifies(b"message", &right));
        assert!(!key.verifies(b"massage", &right));
        let short = &right[..126];
        for wrong in
            ["", "00", &right.to_uppercase(), short, &format!("{right}00"), &format!(" {right}"), &"é".repeat(64)]
        {
            assert!(!key.verifies(b"message", wrong), "{wrong:?}");
        }
    }
}
