//! What a payment request says that changes nothing here and is shown again, by name.

use florin_domain::card::{CardNumber, brand_of};
use florin_domain::country::is_country;
use serde_json::Value;

use super::ApiError;

/// What such a field may hold, as far as OwnGateway looks.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Flag,
    Text,
    Country,
    OneOf(&'static [&'static str]),
    Any,
}

/// Every name there is.
const SHAPES: &[(&str, Shape)] = &[
    ("business_country", Shape::Country),
    ("business_label", Shape::Text),
    ("business_sub_label", Shape::Text),
    (
        "payment_experience",
        Shape::OneOf(&[
            "redirect_to_url",
            "invoke_sdk_client",
            "display_qr_code",
            "one_click",
            "link_wallet",
            "invoke_payment_app",
            "display_wait_screen",
            "collect_otp",
        ]),
    ),
    ("allowed_payment_method_types", Shape::Any),
    ("connector_metadata", Shape::Any),
    ("feature_metadata", Shape::Any),
    ("surcharge_details", Shape::Any),
    ("frm_metadata", Shape::Any),
    ("force_3ds_challenge", Shape::Flag),
    ("is_iframe_redirection_enabled", Shape::Flag),
    ("payment_channel", Shape::Text),
    ("enable_partial_authorization", Shape::Flag),
    ("enable_overcapture", Shape::Flag),
    ("is_stored_credential", Shape::Flag),
    ("mit_category", Shape::Text),
    ("billing_descriptor", Shape::Any),
    ("installment_options", Shape::Any),
    ("installment_data", Shape::Any),
    ("partner_merchant_identifier_details", Shape::Any),
    ("tokenization", Shape::Text),
];

/// What a browser knows better than its merchant; the rest is not a browser's to say.
const OF_BROWSERS: &[&str] = &["payment_experience", "installment_data"];

/// Every name, in the order in which they are shown.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|(name, _)| *name)
}

pub(super) fn is_a_browsers(name: &str) -> bool {
    OF_BROWSERS.contains(&name)
}

/// Refuses another shape, like a body that does not parse, and a card number wherever it hides: all of it is kept.
pub(super) fn check(name: &str, value: &Value) -> Result<(), ApiError> {
    let shape = SHAPES.iter().find(|(known, _)| *known == name).map_or(Shape::Any, |(_, shape)| *shape);
    let expected = match shape {
        Shape::Flag if !value.is_boolean() => Some("a boolean".to_owned()),
        Shape::Text if !value.is_string() => Some("a string".to_owned()),
        Shape::Country if !value.as_str().is_some_and(is_country) => Some("a two-letter code of a country".to_owned()),
        Shape::OneOf(words) if !value.as_str().is_some_and(|word| words.contains(&word)) => {
            Some(format!("one of {}", words.join(", ")))
        }
        _ => None,
    };
    if let Some(expected) = expected {
        return Err(ApiError::UnreadableBody(format!("{name} is not {expected}")));
    }
    if holds_card_number(value) {
        return Err(ApiError::InvalidData(format!("{name} holds what looks like a card number")));
    }
    Ok(())
}

/// From so many digits on a number is a card's, if it begins like one and its check digit fits.
const SHORTEST_NUMBER: usize = 12;

fn holds_card_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => has_card_number(&number.to_string()),
        Value::String(text) => has_card_number(text),
        Value::Array(items) => items.iter().any(holds_card_number),
        Value::Object(fields) => fields.iter().any(|(name, value)| has_card_number(name) || holds_card_number(value)),
    }
}

/// Digits may be grouped by one sign between two of them.
fn has_card_number(text: &str) -> bool {
    let mut run = String::new();
    let mut gap = 0;
    let is_card = |run: &str| run.len() >= SHORTEST_NUMBER && brand_of(run).is_some() && CardNumber::parse(run).is_ok();
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            run.push(letter);
            gap = 0;
        } else {
            gap += 1;
        }
        if letter.is_alphabetic() || gap > 1 {
            if is_card(&run) {
                return true;
            }
            run.clear();
        }
    }
    is_card(&run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_is_found_however_it_is_written() {
        for text in ["4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "card: 4242.4242.4242.4242!"] {
            assert!(has_card_number(text), "{text}");
        }
        for text in ["", "42", "4242424242424241", "order 2026-06-25 10:00", "42424242424a24242", "1764567890123"] {
            assert!(!has_card_number(text), "{text}");
        }
    }
}
