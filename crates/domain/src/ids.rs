//! Identifiers: one type a kind, prefixed, time-ordered, with 128 random bits.
//!
//! The time comes first so that new rows land at the end of an index, where a group commit is
//! cheapest. Time and randomness are arguments.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::timestamp::Timestamp;

/// Crockford's alphabet in lower case: sorts like the number it writes, has no `i l o u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// OwnGateway takes ids of at most 64 characters; ours are 40.
const LONGEST: usize = 64;

/// The text can't be an id of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id that begins with {prefix}")]
pub struct IdError {
    /// What such an id begins with.
    pub prefix: &'static str,
}

/// Ten digits of time, then 26 of randomness.
fn write(prefix: &str, at: Timestamp, random: [u8; 16]) -> String {
    let mut text = String::with_capacity(prefix.len() + 36);
    text.push_str(prefix);
    let millis = at.as_millis().max(0).cast_unsigned();
    let random = u128::from_be_bytes(random);
    for place in (0..10).rev() {
        text.push(digit(u128::from(millis), place));
    }
    for place in (0..26).rev() {
        text.push(digit(random, place));
    }
    text
}

fn digit(number: u128, place: u32) -> char {
    char::from(ALPHABET[usize::try_from(number >> (5 * place) & 31).unwrap_or(0)])
}

/// Whether `text` has the shape of any id: the prefix, then 1 to 64 in all of `[A-Za-z0-9_-]`.
fn has_shape(text: &str, prefix: &str) -> bool {
    text.len() > prefix.len()
        && text.len() <= LONGEST
        && text.starts_with(prefix)
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// What such an id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A fresh id. `random` must come from a cryptographic source.
            pub fn new(at: Timestamp, random: [u8; 16]) -> Self {
                Self(write($prefix, at, random))
            }

            /// Takes an id somebody sent; only its shape is checked.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                if has_shape(text, $prefix) { Ok(Self(text.to_owned())) } else { Err(IdError { prefix: $prefix }) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

macro_rules! shown_in_logs {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

/// A handle lets its holder act: a log that names it would hand it on.
macro_rules! hidden_from_logs {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}…", Self::PREFIX)
            }
        }
    )*};
}

shown_in_logs! { OrderId AttemptId PaymentId EventId RefundId OperationId }
hidden_from_logs! { SessionId TokenId }

ids! {
    /// What the shop sells.
    OrderId "ord_";
    /// The browser's handle on one order. Whoever holds it may pay that order, nothing else.
    SessionId "cs_";
    /// One try to pay an order: one payment at the gateway.
    AttemptId "att_";
    /// A payment at the gateway. Ours are made by the merchant server before the gateway hears of them.
    PaymentId "pay_";
    /// A single-use stand-in for a card. A secret in motion: never logged.
    TokenId "token_";
    /// A webhook of the gateway, or an event to the shop.
    EventId "evt_";
    /// Money given back.
    RefundId "ref_";
    /// One money operation (capture, void, refund) on a payment.
    OperationId "op_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later() {
        let early = OrderId::new(Timestamp::from_millis(1_700_000_000_000), [255; 16]);
        let late = OrderId::new(Timestamp::from_millis(1_700_000_000_001), [0; 16]);
        assert!(early < late);
        assert_eq!(early.as_str().len(), 40);
    }

    #[test]
    fn all_random_bits_are_kept() {
        let at = Timestamp::from_millis(0);
        for bit in 0..128 {
            let random = (1_u128 << bit).to_be_bytes();
            assert_ne!(OrderId::new(at, random), OrderId::new(at, [0; 16]), "bit {bit} is lost");
        }
    }

    #[test]
    fn handles_do_not_print() {
        let token = TokenId::parse("token_secret").unwrap();
        let session = SessionId::parse("cs_secret").unwrap();
        assert_eq!(format!("{token:?} {session:?}"), "token_… cs_…");
    }

    #[test]
    fn a_foreign_shape_is_refused() {
        for text in ["", "ord_", "att_1", "ord_a b", "ord_ä", "ord_a/../b", "ORD_1", &format!("ord_{}", "1".repeat(61))]
        {
            assert!(OrderId::parse(text).is_err(), "{text:?}");
        }
        assert!(PaymentId::parse("pay_demo-1_A").is_ok());
    }
}
