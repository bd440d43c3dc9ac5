//! A key that seals: 32 random bytes, written as PASERK writes them, `k4.local.…`.

use std::fmt;

use pasetors::keys::SymmetricKey;
use pasetors::paserk::{FormatAsPaserk, Id};
use pasetors::version4::V4;
use secrecy::{ExposeSecret, SecretString};

/// A symmetric key with its public id. Never printed; wiped when dropped.
#[derive(Clone)]
pub struct SealingKey {
    pub(super) key: SymmetricKey<V4>,
    id: String,
}

/// The key can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealingKeyError {
    /// Another kind of key, or no key.
    #[error("a sealing key is k4.local. and 32 bytes in base64url")]
    Malformed,
    /// One byte over and over is no random key.
    #[error("a sealing key must be random")]
    Hollow,
}

impl SealingKey {
    /// Takes a key as configuration holds it.
    ///
    /// # Errors
    /// Text that is no `k4.local.…`, or a key of one byte repeated.
    pub fn parse(text: impl Into<SecretString>) -> Result<Self, SealingKeyError> {
        let text = text.into();
        let key = SymmetricKey::try_from(text.expose_secret()).map_err(|_| SealingKeyError::Malformed)?;
        Self::checked(key)
    }

    /// A key of 32 bytes from a cryptographic source.
    ///
    /// # Errors
    /// One byte repeated.
    pub fn from_random(bytes: [u8; 32]) -> Result<Self, SealingKeyError> {
        Self::checked(SymmetricKey::from(&bytes).map_err(|_| SealingKeyError::Malformed)?)
    }

    fn checked(key: SymmetricKey<V4>) -> Result<Self, SealingKeyError> {
        let bytes = key.as_bytes();
        if bytes.iter().all(|byte| Some(byte) == bytes.first()) {
            return Err(SealingKeyError::Hollow);
        }
        let mut id = String::new();
        Id::from(&key).fmt(&mut id).map_err(|_| SealingKeyError::Malformed)?;
        Ok(Self { key, id })
    }

    /// `k4.lid.…`: which key this is. Public, and tells nothing of the key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// `k4.local.…`: the key itself, for a configuration file.
    pub fn to_secret(&self) -> SecretString {
        let mut text = String::new();
        self.key.fmt(&mut text).expect("writing to memory");
        SecretString::from(text)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_was_written_and_keeps_its_id() {
        let key = SealingKey::from_random(*b"0123456789abcdefghijklmnopqrstuv").unwrap();
        let again = SealingKey::parse(key.to_secret()).unwrap();
        assert_eq!(key.id(), again.id());
        assert!(key.id().starts_with("k4.lid.") && key.id().len() == 51);
    }

    #[test]
    fn what_is_no_random_key_is_refused() {
        let short = "k4.local.AAECAwQFBgc";
        for text in ["", "k4.local.", "hunter2", short, "k3.local.MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY"] {
            assert_eq!(SealingKey::parse(text).unwrap_err(), SealingKeyError::Malformed, "{text}");
        }
        assert_eq!(SealingKey::from_random([7; 32]).unwrap_err(), SealingKeyError::Hollow);
    }

    #[test]
    fn a_key_prints_its_id_alone() {
        let key = SealingKey::from_random(*b"0123456789abcdefghijklmnopqrstuv").unwrap();
        let shown = format!("{key:?} {key:#?}");
        assert!(shown.contains(key.id()) && !shown.contains("MDEyMzQ1"), "{shown}");
    }
}
