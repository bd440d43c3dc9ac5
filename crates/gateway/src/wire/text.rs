//! Text that is checked, or wiped, as it is read.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use url::Url;
use zeroize::Zeroizing;

use super::ApiError;

/// OwnGateway's longest id.
pub(crate) const LONGEST_ID: usize = 64;

/// OwnGateway's longest return URL.
const LONGEST_URL: usize = 2048;

/// Text that nobody may see: wiped when dropped, never printed, and never quoted by the parser.
pub(crate) struct SecretText(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Secret;

        impl Visitor<'_> for Secret {
            type Value = SecretText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretText, E> {
                Ok(SecretText(Zeroizing::new(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Secret)
    }
}

/// An absolute web address.
#[derive(Debug, Clone)]
pub(crate) struct WebUrl(pub(crate) String);

impl<'de> Deserialize<'de> for WebUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let url = Url::parse(&text).map_err(|_| de::Error::custom("not an absolute URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(de::Error::custom("not a web address"));
        }
        Ok(Self(text))
    }
}

/// Refuses an id that OwnGateway would not take: one that is too long by its length, any other like a body that
/// does not parse.
pub(crate) fn check_id(field: &'static str, id: &str) -> Result<(), ApiError> {
    check_length(field, id, LONGEST_ID)?;
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if id.is_empty() || !is_plain {
        return Err(ApiError::UnreadableBody(format!("{field} is not 1 to 64 letters, digits, _ and -")));
    }
    Ok(())
}

/// Refuses a return URL that is too long.
pub(crate) fn check_url(field: &'static str, url: &WebUrl) -> Result<(), ApiError> {
    check_length(field, &url.0, LONGEST_URL)
}

/// Refuses text that is too long.
pub(crate) fn check_length(field: &'static str, text: &str, longest: usize) -> Result<(), ApiError> {
    match text.chars().count() {
        received if received > longest => Err(ApiError::TooLong { field, longest, received }),
        _ => Ok(()),
    }
}
