//! Idempotency keys: read from a header, bound to what was asked, answered again byte by byte.
//!
//! The key is claimed in the unit of the first change. A request that changed nothing keeps nothing.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::storage::{IdempotencyRow, KeptAnswer, Scope};
use crate::{ApiError, Merchant};

const NAME: &str = "idempotency-key";

/// Longer ones name nothing that a shorter one could not.
const LONGEST: usize = 255;

/// The request's Idempotency-Key.
pub(crate) struct Key(String);

/// The same, where it may be left out.
pub(crate) struct OptionalKey(pub(crate) Option<Key>);

impl FromRequestParts<Merchant> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, merchant: &Merchant) -> Result<Self, ApiError> {
        let OptionalKey(key) = OptionalKey::from_request_parts(parts, merchant).await?;
        key.ok_or_else(|| ApiError::bad_key("idempotency_key_missing", "send an Idempotency-Key: it moves money"))
    }
}

impl FromRequestParts<Merchant> for OptionalKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Merchant) -> Result<Self, ApiError> {
        let mut values = parts.headers.get_all(NAME).iter();
        let Some(value) = values.next() else { return Ok(Self(None)) };
        let key = if values.next().is_none() { value.to_str().ok().and_then(parse) } else { None };
        let message = "Idempotency-Key must be one key of 1 to 255 visible ASCII characters";
        key.map(|key| Self(Some(Key(key)))).ok_or_else(|| ApiError::bad_key("idempotency_key_malformed", message))
    }
}

/// `abc`, or the same key as a structured field's string, `"abc"`.
fn parse(value: &str) -> Option<String> {
    let is_visible = value.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    let key = match value.strip_prefix('"') {
        Some(rest) => unquote(rest.strip_suffix('"')?)?,
        None => value.to_owned(),
    };
    (is_visible && (1..=LONGEST).contains(&key.len())).then_some(key)
}

/// A structured field escapes only quotes and backslashes.
fn unquote(inside: &str) -> Option<String> {
    let mut key = String::with_capacity(inside.len());
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return None,
            '\\' => key.push(letters.next().filter(|escaped| matches!(escaped, '"' | '\\'))?),
            plain => key.push(plain),
        }
    }
    Some(key)
}

impl Key {
    /// The key with what is asked at `route`, of `subject`: an order's id, or nothing.
    pub(crate) fn scope(
        self,
        merchant: &Merchant,
        route: &'static str,
        subject: &str,
        request: &impl Serialize,
    ) -> Result<Scope, ApiError> {
        // The parsed body, so that spelling and order of its fields do not matter.
        let body = serde_json::to_vec(request).map_err(|error| ApiError::Internal(error.to_string()))?;
        let mut digest = Sha256::new();
        digest.update(subject.as_bytes());
        digest.update([0]);
        digest.update(body);
        let fingerprint = hex::encode(digest.finalize());
        Ok(Scope { mode: merchant.settings().mode, route, key: self.0, fingerprint })
    }
}

impl Scope {
    /// An earlier request's row is this request's, or the key was used for something else.
    pub(crate) fn check(&self, earlier: &IdempotencyRow) -> Result<(), ApiError> {
        if earlier.fingerprint == self.fingerprint {
            return Ok(());
        }
        let message = "this Idempotency-Key was used for another request; use a new one";
        Err(ApiError::invalid("idempotency_key_reused", "Idempotency-Key", message))
    }
}

impl KeptAnswer {
    /// What will be answered, now and again.
    pub(crate) fn of(status: StatusCode, body: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_string(body).map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(Self { status: status.as_u16(), body })
    }

    /// The answer to the request that brought it about.
    pub(crate) fn first(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response()
    }

    /// The same answer to the same request again.
    pub(crate) fn again(self) -> Response {
        let mut response = self.first();
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_quoted_key_is_the_same_key() {
        assert_eq!(parse("abc").as_deref(), Some("abc"));
        assert_eq!(parse(r#""abc""#).as_deref(), Some("abc"));
        assert_eq!(parse(r#""a\"b\\c""#).as_deref(), Some(r#"a"b\c"#));
        assert_eq!(parse("8e03978e-40d5-43dd-bc93-6894a57f9324").map(|key| key.len()), Some(36));
        assert!(parse(&"k".repeat(255)).is_some());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = "k".repeat(256);
        for value in
            ["", r#""""#, r#"""#, r#""abc"#, r#""a"b""#, r#""a\b""#, r#""a\"#, r#""abc";v=1"#, "ä", "a\tb", &long]
        {
            assert_eq!(parse(value), None, "{value:?}");
        }
    }
}
