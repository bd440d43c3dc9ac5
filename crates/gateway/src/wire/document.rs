//! Settings that are mostly kept to be shown again: known names only, each of a known kind.

use florin_store::StoreError;
use serde_json::{Map, Value};
use url::Url;

use super::ApiError;

/// What a field may hold. Null is always "not said".
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// At most so many characters.
    Text(usize),
    /// A web address of at most 2048 characters.
    Url,
    Flag,
    /// From, to.
    Number(i64, i64),
    Object,
    /// Anything; nobody here looks inside.
    Any,
}

/// A name and what it may hold.
pub(crate) type Field = (&'static str, Kind);

const LONGEST_URL: usize = 2048;

/// An object whose every field was checked. Personal or secret, so it does not print.
#[derive(Clone, Default)]
pub(crate) struct Document(Map<String, Value>);

impl From<Map<String, Value>> for Document {
    /// What was checked when it was first taken.
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl Document {
    /// Checks a body. Like a typed body that is strict it refuses unknown names, and in the same shape.
    pub(crate) fn take(body: Map<String, Value>, fields: &[Field]) -> Result<Self, ApiError> {
        for (name, value) in &body {
            let Some((name, kind)) = fields.iter().find(|(known, _)| known == name) else {
                return Err(ApiError::UnreadableBody("unknown field, or one that is not for this call".to_owned()));
            };
            check(name, *kind, value)?;
        }
        Ok(Self(body.into_iter().filter(|(_, value)| !value.is_null()).collect()))
    }

    /// The same for the calls where OwnGateway passes over names that it does not know.
    pub(crate) fn take_known(mut body: Map<String, Value>, fields: &[Field]) -> Result<Self, ApiError> {
        body.retain(|name, _| fields.iter().any(|(known, _)| known == name));
        Self::take(body, fields)
    }

    /// As it was kept.
    pub(crate) fn read(text: &str) -> Result<Self, StoreError> {
        serde_json::from_str(text).map(Self).map_err(|_| StoreError::Corrupt("a document makes no sense".to_owned()))
    }

    /// As it is kept.
    pub(crate) fn column(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// All of it, to be a part of another.
    pub(crate) fn as_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Lays newer words over these; what the newer do not say stays.
    pub(crate) fn lay_over(&mut self, newer: &Self) {
        self.0.extend(newer.0.clone());
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// All of these fields, null where nothing was said.
    pub(crate) fn shown(&self, fields: &[Field]) -> Map<String, Value> {
        let value = |name: &str| self.0.get(name).cloned().unwrap_or(Value::Null);
        fields.iter().map(|(name, _)| ((*name).to_owned(), value(name))).collect()
    }
}

fn check(name: &'static str, kind: Kind, value: &Value) -> Result<(), ApiError> {
    let is_kind = match kind {
        _ if value.is_null() => true,
        Kind::Text(_) => value.is_string(),
        Kind::Url => value.as_str().is_some_and(is_web),
        Kind::Flag => value.is_boolean(),
        Kind::Number(..) => value.is_i64(),
        Kind::Object => value.is_object(),
        Kind::Any => true,
    };
    if !is_kind {
        return Err(ApiError::UnreadableBody(format!("{name} is not {}", expected(kind))));
    }
    match (kind, value) {
        (Kind::Text(longest), Value::String(text)) => short_enough(name, text, longest),
        (Kind::Url, Value::String(text)) => short_enough(name, text, LONGEST_URL),
        (Kind::Number(from, to), number) if number.as_i64().is_some_and(|number| !(from..=to).contains(&number)) => {
            Err(ApiError::InvalidData(format!("{name} must be between {from} and {to}")))
        }
        _ => Ok(()),
    }
}

fn is_web(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text(_) => "a string",
        Kind::Url => "a web address",
        Kind::Flag => "a boolean",
        Kind::Number(..) => "an integer",
        Kind::Object => "an object",
        Kind::Any => "a value",
    }
}

fn short_enough(field: &'static str, text: &str, longest: usize) -> Result<(), ApiError> {
    match text.chars().count() {
        received if received > longest => Err(ApiError::TooLong { field, longest, received }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] =
        &[("name", Kind::Text(3)), ("url", Kind::Url), ("on", Kind::Flag), ("n", Kind::Number(1, 9))];

    fn take(body: &Value) -> Result<Document, ApiError> {
        Document::take(body.as_object().cloned().unwrap_or_default(), FIELDS)
    }

    #[test]
    fn every_field_is_known_and_of_its_kind() {
        assert!(take(&json!({ "name": "abc", "url": "https://a.example", "on": true, "n": 9 })).is_ok());
        assert!(take(&json!({ "name": null, "url": null })).is_ok());
        for body in [json!({ "nam": "a" }), json!({ "name": 1 }), json!({ "url": "file:///x" }), json!({ "on": "yes" })]
        {
            assert!(matches!(take(&body), Err(ApiError::UnreadableBody(_))), "{body}");
        }
        assert!(matches!(take(&json!({ "name": "abcd" })), Err(ApiError::TooLong { .. })));
        assert!(matches!(take(&json!({ "n": 10 })), Err(ApiError::InvalidData(_))));
    }

    #[test]
    fn what_was_not_said_is_null_and_what_is_not_said_again_stays() {
        let mut document = take(&json!({ "name": "abc", "on": true })).unwrap();
        document.lay_over(&take(&json!({ "on": false, "name": null })).unwrap());
        let shown = Value::Object(document.shown(FIELDS));
        assert_eq!(shown, json!({ "name": "abc", "url": null, "on": false, "n": null }));
    }
}
