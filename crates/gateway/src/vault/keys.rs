//! The vault's keys, from configuration: master keys by version, and one for fingerprints.
//!
//! Knows no card. Keys wipe themselves and can't be printed.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// AES-256 and HMAC-SHA256.
pub(super) const KEY_BYTES: usize = 32;

pub(super) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Keys of the vault. The master key with the highest version wraps; the others still unwrap, until
/// everything they wrapped has been wrapped again.
#[derive(Clone)]
pub struct VaultKeys(Arc<Keys>);

struct Keys {
    fingerprint: Key,
    masters: BTreeMap<u32, Key>,
    newest: u32,
}

/// Why these are no keys of a vault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultKeysError {
    /// Not 64 hexadecimal digits.
    #[error("{0} must be 64 hexadecimal digits: 32 random bytes")]
    NotAKey(String),
    /// All bytes alike: a placeholder, not a secret.
    #[error("{0} is a placeholder, not a random key")]
    Placeholder(String),
    /// Nothing could be wrapped.
    #[error("the vault needs at least one master key")]
    NoMasterKey,
    /// Two keys of one version.
    #[error("master key {0} is there twice")]
    TwoOfOneVersion(u32),
    /// One secret in two roles.
    #[error("{0} and {1} are the same secret")]
    SameSecret(String, String),
}

impl VaultKeys {
    /// `masters` are pairs of version and key. Each key is 64 hexadecimal digits.
    ///
    /// # Errors
    /// See [`VaultKeysError`].
    pub fn new(fingerprint: &SecretString, masters: &[(u32, SecretString)]) -> Result<Self, VaultKeysError> {
        let mut named = vec![("the fingerprint key".to_owned(), parse("the fingerprint key", fingerprint)?)];
        let mut by_version = BTreeMap::new();
        for (version, text) in masters {
            let name = format!("master key {version}");
            let key = parse(&name, text)?;
            if let Some((twin, _)) = named.iter().find(|(_, other)| **other == *key) {
                return Err(VaultKeysError::SameSecret(twin.clone(), name));
            }
            if by_version.insert(*version, key.clone()).is_some() {
                return Err(VaultKeysError::TwoOfOneVersion(*version));
            }
            named.push((name, key));
        }
        let newest = *by_version.keys().next_back().ok_or(VaultKeysError::NoMasterKey)?;
        let (_, fingerprint) = named.swap_remove(0);
        Ok(Self(Arc::new(Keys { fingerprint, masters: by_version, newest })))
    }

    /// The version that wraps.
    pub(super) fn newest(&self) -> u32 {
        self.0.newest
    }

    pub(super) fn master(&self, version: u32) -> Option<&Key> {
        self.0.masters.get(&version)
    }

    pub(super) fn fingerprint(&self) -> &Key {
        &self.0.fingerprint
    }
}

impl fmt::Debug for VaultKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("VaultKeys").field(&self.0.masters.keys().collect::<Vec<_>>()).finish()
    }
}

fn parse(name: &str, text: &SecretString) -> Result<Key, VaultKeysError> {
    let mut key = Key::default();
    hex::decode_to_slice(text.expose_secret(), key.as_mut_slice())
        .map_err(|_| VaultKeysError::NotAKey(name.to_owned()))?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err(VaultKeysError::Placeholder(name.to_owned()));
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0101010101010101010101010101010101010101010101010101010101010102";
    const TWO: &str = "0101010101010101010101010101010101010101010101010101010101010103";

    fn keys(fingerprint: &str, masters: &[(u32, &str)]) -> Result<VaultKeys, VaultKeysError> {
        let masters: Vec<_> = masters.iter().map(|(version, key)| (*version, SecretString::from(*key))).collect();
        VaultKeys::new(&SecretString::from(fingerprint), &masters)
    }

    #[test]
    fn the_highest_version_wraps_whatever_the_order() {
        const THREE: &str = "0101010101010101010101010101010101010101010101010101010101010104";
        let keys = keys(ONE, &[(7, TWO), (2, THREE)]).unwrap();
        assert_eq!(keys.newest(), 7);
        assert!(keys.master(2).is_some() && keys.master(1).is_none());
        assert_eq!(format!("{keys:?}"), "VaultKeys([2, 7])");
    }

    #[test]
    fn keys_that_protect_nothing_are_refused() {
        use VaultKeysError as Refused;
        let name = |name: &str| name.to_owned();
        assert_eq!(keys(ONE, &[]).unwrap_err(), Refused::NoMasterKey);
        assert_eq!(keys("", &[(1, ONE)]).unwrap_err(), Refused::NotAKey(name("the fingerprint key")));
        assert_eq!(keys(ONE, &[(1, &TWO[2..])]).unwrap_err(), Refused::NotAKey(name("master key 1")));
        assert_eq!(keys(ONE, &[(1, &"0".repeat(64))]).unwrap_err(), Refused::Placeholder(name("master key 1")));
        let same = Refused::SameSecret(name("the fingerprint key"), name("master key 1"));
        assert_eq!(keys(ONE, &[(1, ONE)]).unwrap_err(), same);
        let same = Refused::SameSecret(name("master key 1"), name("master key 2"));
        assert_eq!(keys(ONE, &[(1, TWO), (2, TWO)]).unwrap_err(), same);
    }
}
