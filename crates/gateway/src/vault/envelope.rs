//! Sealing one card: a random data key for it, and a master key around that.
//!
//! A data key seals one message only, so its random nonce can't repeat. What is authenticated beside
//! the ciphertext names the vault's version, the merchant, the card and the field (and, around the
//! data key, the master key's version): no row, field or merchant can stand in for another.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use florin_store::Randomness;
use zeroize::Zeroizing;

use super::keys::{KEY_BYTES, Key, VaultKeys};

/// Written into what is authenticated; another layout gets another number.
const VAULT_VERSION: u32 = 1;

const NONCE_BYTES: usize = 12;

/// A number is padded to the longest there is and a bit, so that its length does not show.
const PADDED: usize = 24;

/// Which card: a number sealed for one opens for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) merchant_id: &'a str,
    pub(super) card_id: &'a str,
}

/// A sealed number, as it is stored: nonce before ciphertext, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The version of the master key around the data key.
    pub(super) kid: u32,
    pub(super) wrapped_key: String,
    pub(super) sealed: String,
}

/// It does not open. Says no more: whoever tampers learns nothing, and an operator reads the kid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum EnvelopeError {
    #[error("a stored card is wrapped by master key {0}, which is not configured")]
    NoSuchKey(u32),
    #[error("a stored card does not open")]
    DoesNotOpen,
    #[error("a card could not be sealed")]
    NotSealed,
}

/// Fresh bytes for one wrapping: made outside the unit that stores it.
#[derive(Clone, Copy)]
pub(super) struct WrapNonce([u8; NONCE_BYTES]);

impl WrapNonce {
    pub(super) fn new(randomness: &Randomness) -> Self {
        Self(randomness.bytes())
    }
}

/// Seals a number under a data key of its own, wrapped by the newest master key.
pub(super) fn seal(
    keys: &VaultKeys,
    place: Place<'_>,
    number: &str,
    randomness: &Randomness,
) -> Result<Envelope, EnvelopeError> {
    let data_key: Key = Zeroizing::new(randomness.bytes());
    let mut padded = Zeroizing::new([0_u8; PADDED]);
    padded.get_mut(..number.len()).ok_or(EnvelopeError::NotSealed)?.copy_from_slice(number.as_bytes());
    let sealed = encrypt(&data_key, randomness.bytes(), &*padded, &authenticated(place, "number", None))?;
    let kid = keys.newest();
    let wrapped_key = wrap(keys, place, kid, &data_key, WrapNonce::new(randomness))?;
    Ok(Envelope { kid, wrapped_key, sealed })
}

/// The number inside.
pub(super) fn open(
    keys: &VaultKeys,
    place: Place<'_>,
    envelope: &Envelope,
) -> Result<Zeroizing<String>, EnvelopeError> {
    let data_key = unwrap(keys, place, envelope.kid, &envelope.wrapped_key)?;
    let padded = decrypt(&data_key, &envelope.sealed, &authenticated(place, "number", None))?;
    let digits = padded.split(|byte| *byte == 0).next().unwrap_or_default();
    let number = std::str::from_utf8(digits).map_err(|_| EnvelopeError::DoesNotOpen)?;
    Ok(Zeroizing::new(number.to_owned()))
}

/// The data key in a new wrapping. The number stays sealed.
pub(super) fn rewrap(
    keys: &VaultKeys,
    place: Place<'_>,
    kid: u32,
    wrapped_key: &str,
    nonce: WrapNonce,
) -> Result<(u32, String), EnvelopeError> {
    let data_key = unwrap(keys, place, kid, wrapped_key)?;
    let newest = keys.newest();
    Ok((newest, wrap(keys, place, newest, &data_key, nonce)?))
}

fn wrap(
    keys: &VaultKeys,
    place: Place<'_>,
    kid: u32,
    data_key: &Key,
    nonce: WrapNonce,
) -> Result<String, EnvelopeError> {
    let master = keys.master(kid).ok_or(EnvelopeError::NoSuchKey(kid))?;
    encrypt(master, nonce.0, data_key.as_slice(), &authenticated(place, "data_key", Some(kid)))
}

fn unwrap(keys: &VaultKeys, place: Place<'_>, kid: u32, wrapped_key: &str) -> Result<Key, EnvelopeError> {
    let master = keys.master(kid).ok_or(EnvelopeError::NoSuchKey(kid))?;
    let opened = decrypt(master, wrapped_key, &authenticated(place, "data_key", Some(kid)))?;
    let mut key = Key::default();
    if opened.len() != KEY_BYTES {
        return Err(EnvelopeError::DoesNotOpen);
    }
    key.copy_from_slice(&opened);
    Ok(key)
}

/// Each part with its length before it, so that no two lists of parts look alike.
fn authenticated(place: Place<'_>, field: &str, kid: Option<u32>) -> Vec<u8> {
    let mut bytes = b"florin vault".to_vec();
    bytes.extend(VAULT_VERSION.to_be_bytes());
    for part in [place.merchant_id, place.card_id, field] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes.push(u8::from(kid.is_some()));
    bytes.extend(kid.unwrap_or(0).to_be_bytes());
    bytes
}

fn encrypt(key: &Key, nonce: [u8; NONCE_BYTES], plain: &[u8], beside: &[u8]) -> Result<String, EnvelopeError> {
    let cipher = Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| EnvelopeError::NotSealed)?;
    let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: beside });
    let sealed = sealed.map_err(|_| EnvelopeError::NotSealed)?;
    Ok(hex::encode([nonce.as_slice(), &sealed].concat()))
}

fn decrypt(key: &Key, text: &str, beside: &[u8]) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let refused = EnvelopeError::DoesNotOpen;
    let bytes = hex::decode(text).map_err(|_| refused)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(refused)?;
    let cipher = Aes256Gcm::new_from_slice(key.as_slice()).map_err(|_| refused)?;
    let plain = cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: beside });
    plain.map(Zeroizing::new).map_err(|_| refused)
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    const NUMBER: &str = "4242424242424242";
    const HERE: Place<'_> = Place { merchant_id: "merchant_1", card_id: "card_1" };

    fn keys(versions: &[u8]) -> VaultKeys {
        let key = |byte: u8| SecretString::from(hex::encode([[byte; 31].as_slice(), &[byte ^ 1]].concat()));
        let masters: Vec<_> = versions.iter().map(|version| (u32::from(*version), key(*version))).collect();
        VaultKeys::new(&key(200), &masters).unwrap()
    }

    fn sealed(keys: &VaultKeys, place: Place<'_>) -> Envelope {
        seal(keys, place, NUMBER, &Randomness::system()).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_and_shows_neither_digits_nor_length() {
        let keys = keys(&[1]);
        for number in ["00000000", NUMBER, "0000000000000000000"] {
            let envelope = seal(&keys, HERE, number, &Randomness::system()).unwrap();
            assert_eq!(*open(&keys, HERE, &envelope).unwrap(), number);
            assert_eq!(envelope.sealed.len(), 2 * (NONCE_BYTES + PADDED + 16));
            assert!(!format!("{envelope:?}").contains(&hex::encode(number)));
        }
        assert_ne!(sealed(&keys, HERE), sealed(&keys, HERE), "a data key and a nonce of its own each time");
    }

    #[test]
    fn an_envelope_opens_in_its_own_place_alone() {
        let keys = keys(&[1]);
        let envelope = sealed(&keys, HERE);
        let elsewhere = [
            Place { merchant_id: "merchant_2", ..HERE },
            Place { card_id: "card_2", ..HERE },
            // The same letters, cut elsewhere.
            Place { merchant_id: "merchant_1c", card_id: "ard_1" },
        ];
        for place in elsewhere {
            assert_eq!(open(&keys, place, &envelope), Err(EnvelopeError::DoesNotOpen), "{place:?}");
            let moved = rewrap(&keys, place, envelope.kid, &envelope.wrapped_key, WrapNonce([0; 12]));
            assert_eq!(moved, Err(EnvelopeError::DoesNotOpen), "{place:?}");
        }
    }

    #[test]
    fn halves_of_two_envelopes_do_not_fit_and_fields_do_not_stand_for_each_other() {
        let keys = keys(&[1]);
        let (one, other) = (sealed(&keys, HERE), sealed(&keys, Place { card_id: "card_2", ..HERE }));
        let swapped = Envelope { sealed: other.sealed.clone(), ..one.clone() };
        assert_eq!(open(&keys, HERE, &swapped), Err(EnvelopeError::DoesNotOpen));
        let swapped = Envelope { wrapped_key: other.wrapped_key, ..one.clone() };
        assert_eq!(open(&keys, HERE, &swapped), Err(EnvelopeError::DoesNotOpen));
        let swapped = Envelope { sealed: one.wrapped_key.clone(), ..one };
        assert_eq!(open(&keys, HERE, &swapped), Err(EnvelopeError::DoesNotOpen));
    }

    #[test]
    fn any_one_changed_bit_keeps_it_shut() {
        let keys = keys(&[1]);
        let envelope = sealed(&keys, HERE);
        let flipped = |text: &str, place: usize, bit: u8| {
            let mut bytes = hex::decode(text).unwrap();
            bytes[place] ^= 1 << bit;
            hex::encode(bytes)
        };
        for bit in 0..8 {
            for place in 0..envelope.sealed.len() / 2 {
                let spoiled = Envelope { sealed: flipped(&envelope.sealed, place, bit), ..envelope.clone() };
                assert_eq!(open(&keys, HERE, &spoiled), Err(EnvelopeError::DoesNotOpen));
            }
            for place in 0..envelope.wrapped_key.len() / 2 {
                let wrapped_key = flipped(&envelope.wrapped_key, place, bit);
                let spoiled = Envelope { wrapped_key, ..envelope.clone() };
                assert_eq!(open(&keys, HERE, &spoiled), Err(EnvelopeError::DoesNotOpen));
            }
        }
        for text in ["", "00", "zz", &envelope.sealed[..20]] {
            let spoiled = Envelope { sealed: text.to_owned(), ..envelope.clone() };
            assert_eq!(open(&keys, HERE, &spoiled), Err(EnvelopeError::DoesNotOpen), "{text:?}");
        }
    }

    #[test]
    fn a_new_master_key_takes_over_without_touching_the_card() {
        let (old, both, new) = (keys(&[1]), keys(&[1, 2]), keys(&[2]));
        let envelope = sealed(&old, HERE);
        assert_eq!(open(&new, HERE, &envelope), Err(EnvelopeError::NoSuchKey(1)));
        let (kid, wrapped_key) = rewrap(&both, HERE, 1, &envelope.wrapped_key, WrapNonce([7; 12])).unwrap();
        let moved = Envelope { kid, wrapped_key, sealed: envelope.sealed.clone() };
        assert_eq!(kid, 2);
        assert_eq!(*open(&new, HERE, &moved).unwrap(), NUMBER);
        assert_eq!(open(&old, HERE, &moved), Err(EnvelopeError::NoSuchKey(2)));
        // A row that claims another key's version is not believed.
        let lying = Envelope { kid: 1, ..moved };
        assert_eq!(open(&both, HERE, &lying), Err(EnvelopeError::DoesNotOpen));
    }
}
