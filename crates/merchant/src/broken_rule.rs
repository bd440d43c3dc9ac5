//! What is wrong with a field, in words that whoever wrote the request can act on.
//!
//! serde says it in Rust's words, and may quote what was sent: the reader knows that, and it may be a secret.

use crate::ApiError;

/// From serde's message about the value at `path`.
pub(crate) fn broken_rule(path: &str, message: &str) -> ApiError {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        let field = within(path, quoted);
        return ApiError::invalid("unknown_field", &field, &format!("there is no field {field}"));
    }
    if message.starts_with("missing field") {
        let field = within(path, quoted);
        return ApiError::invalid("missing_field", &field, &format!("{field} is required"));
    }
    let place = if path == "." { "the body" } else { path };
    let message = match (expected(path, message), sent(message)) {
        (Some(expected), Some(sent)) => format!("{place}: expected {expected}, got {sent}"),
        (Some(expected), None) => format!("{place}: expected {expected}"),
        (None, _) => format!("{place} has a value that is not allowed"),
    };
    ApiError::invalid("invalid_value", path, &message)
}

/// The whole path of a field: serde's leads to the object that it is in, or to itself.
fn within(path: &str, field: &str) -> String {
    match path {
        "." => field.to_owned(),
        path if path == field || path.ends_with(&format!(".{field}")) => path.to_owned(),
        object => format!("{object}.{field}"),
    }
}

/// What belongs there. The last words count: what was sent may hold the same.
fn expected(path: &str, message: &str) -> Option<String> {
    let is_integer =
        ["invalid digit", "number too", "cannot parse integer"].iter().any(|start| message.starts_with(start));
    if is_integer {
        return Some("an integer".to_owned());
    }
    // Words of our own types may quote what was sent anywhere; these of serde's quote it before the last comma.
    let is_serdes = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    if !is_serdes.iter().any(|start| message.starts_with(start)) {
        return None;
    }
    let (_, expected) = message.rsplit_once(", expected ")?;
    let expected = expected.split(" at line ").next().unwrap_or(expected);
    let is_money = path.rsplit('.').next().is_some_and(|name| name.ends_with("amount"));
    Some(match expected {
        "i64" if is_money => "an integer in minor units".to_owned(),
        "i64" | "i32" => "an integer".to_owned(),
        "u64" | "u32" | "u16" | "u8" | "usize" => "an integer, not negative".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        kind if kind.starts_with("struct ") => "an object".to_owned(),
        kind => kind.replace('`', ""),
    })
}

/// What kind of thing was sent, and nothing of it.
fn sent(message: &str) -> Option<&'static str> {
    let kinds = [
        ("string", "a string"),
        ("floating point", "a number with a fraction or an exponent"),
        ("boolean", "true or false"),
        ("null", "null"),
        ("unit", "null"),
        ("sequence", "a list"),
        ("map", "an object"),
    ];
    if message.starts_with("invalid value: integer") {
        return Some("one out of range");
    }
    let sent = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    if sent.starts_with("integer") {
        return Some("a number");
    }
    kinds.iter().find(|(kind, _)| sent.starts_with(kind)).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Basket {
        amount: i64,
        #[serde(default)]
        lines: Vec<Line>,
        #[serde(default)]
        kind: Option<Kind>,
        #[serde(default)]
        urgent: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Line {
        name: String,
        #[serde(default)]
        quantity: u32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Plain,
        Fancy,
    }

    #[track_caller]
    fn check(json: &str, field: &str, message: &str) {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, Basket>(&mut reader).unwrap_err();
        let path = error.path().to_string();
        let ApiError::Refused { error, .. } = broken_rule(&path, &error.into_inner().to_string()) else { panic!() };
        assert_eq!((error.field.as_deref(), error.message.as_str()), (Some(field), message), "{json}");
    }

    #[test]
    fn the_path_and_what_belongs_there_are_said_and_what_was_sent_is_not() {
        let amount = "amount: expected an integer in minor units, got";
        for (json, got) in [
            (r#"{"amount":"12.50, expected to be fine"}"#, "a string"),
            (r#"{"amount":12.5}"#, "a number with a fraction or an exponent"),
            (r#"{"amount":null}"#, "null"),
            (r#"{"amount":[12]}"#, "a list"),
            (r#"{"amount":{}}"#, "an object"),
            (r#"{"amount":true}"#, "true or false"),
            (r#"{"amount":9223372036854775808}"#, "one out of range"),
        ] {
            check(json, "amount", &format!("{amount} {got}"));
        }
        let line = |line: &str| format!(r#"{{"amount":1,"lines":[{{"name":"a"}},{line}]}}"#);
        check(&line(r#"{"name":7}"#), "lines[1].name", "lines[1].name: expected a string, got a number");
        let quantity = "lines[1].quantity: expected an integer, not negative, got one out of range";
        check(&line(r#"{"name":"a","quantity":-1}"#), "lines[1].quantity", quantity);
        check(&line("3"), "lines[1]", "lines[1]: expected an object, got a number");
        check(r#"{"amount":1,"lines":{}}"#, "lines", "lines: expected a list, got an object");
        check(r#"{"amount":1,"kind":"4242424242424242"}"#, "kind", "kind: expected plain or fancy");
        check(r#"{"amount":1,"urgent":"yes"}"#, "urgent", "urgent: expected true or false, got a string");
        check("[]", ".", "the body: expected an object");
        check("7", ".", "the body: expected an object, got a number");
    }

    #[test]
    fn a_field_that_is_missing_or_unknown_is_named_with_its_path() {
        check("{}", "amount", "amount is required");
        check(r#"{"amount":1,"colour":"red"}"#, "colour", "there is no field colour");
        check(r#"{"amount":1,"lines":[{}]}"#, "lines[0].name", "lines[0].name is required");
        let deep = r#"{"amount":1,"lines":[{"name":"a","colour":"red"}]}"#;
        check(deep, "lines[0].colour", "there is no field lines[0].colour");
    }

    #[test]
    fn a_query_is_spoken_of_in_the_same_words() {
        let said = |message| match broken_rule("limit", message) {
            ApiError::Refused { error, .. } => error.message,
            other => panic!("{other:?}"),
        };
        assert_eq!(said("invalid digit found in string"), "limit: expected an integer");
        assert_eq!(said("no limit is: ten, expected a secret"), "limit has a value that is not allowed");
        assert_eq!(said("something else entirely"), "limit has a value that is not allowed");
    }
}
