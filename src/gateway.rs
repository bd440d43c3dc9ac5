//! The call to the gateway: the only place from which a card leaves the form.

use florin_domain::card::SecurityCode;
use florin_domain::checkout::CollectMode;
use wasm_bindgen::JsValue;

use crate::browser::{get, info, object};
use crate::entry::{Card, Field};
use crate::fetch::{Lost, Reply, Sent, send};
use crate::wire::CollectAnswer;

/// As long as the merchant server gives a gateway.
const ANSWER_WITHIN_MS: u32 = 20_000;

/// How handing the card over came to nothing.
pub(crate) enum Trouble {
    /// What stands in this field was not taken; nothing happened.
    Field(Field),
    /// The gateway refused for another reason.
    Refused,
    /// No usable answer.
    Lost,
}

/// Hands the card over: by token, trades it for one that pays this one payment, and charges nothing; else
/// confirms the payment, and its answer is not believed: the merchant server reads.
pub(crate) fn hand_over(to: &CollectAnswer, card: &Card) -> Sent {
    let by_token = to.mode == CollectMode::Token;
    let path = if by_token { "/tokens".to_owned() } else { ["/payments/", &to.payment_id, "/confirm"].concat() };
    let url = [&to.gateway, path.as_str()].concat();
    send(&url, Some(&to.publishable_key), &request(to, card, by_token), ANSWER_WITHIN_MS)
}

/// What the gateway answered: the token, where it gives one.
pub(crate) fn handed_over(reply: Result<Reply, Lost>, by_token: bool) -> Result<Option<String>, Trouble> {
    match reply {
        Ok(reply) if reply.is_ok() && by_token => get(&reply.body, "token").as_string().map(Some).ok_or(Trouble::Lost),
        Ok(reply) if reply.is_ok() => Ok(None),
        // For a confirmation 422 is a lock, not a verdict.
        Ok(reply) if (400..500).contains(&reply.status) && (by_token || reply.status != 422) => {
            Err(refused(&reply.body))
        }
        Ok(_) | Err(Lost) => Err(Trouble::Lost),
    }
}

fn request(to: &CollectAnswer, card: &Card, by_token: bool) -> JsValue {
    let (card_field, data, method) = if by_token {
        (body(card), JsValue::UNDEFINED, JsValue::UNDEFINED)
    } else {
        (JsValue::UNDEFINED, object(&[("card", body(card))]), "card".into())
    };
    object(&[
        ("client_secret", to.client_secret.as_str().into()),
        ("card", card_field),
        ("payment_method", method),
        ("payment_method_data", data),
        ("browser_info", info()),
        ("billing", billing(card)),
    ])
}

fn body(card: &Card) -> JsValue {
    object(&[
        ("card_number", card.number.expose().into()),
        ("card_exp_month", card.expiry.month_text().into()),
        ("card_exp_year", card.expiry.year_text().into()),
        ("card_cvc", or_absent(card.code.as_ref().map(SecurityCode::expose))),
        ("card_holder_name", or_absent(card.name.as_deref())),
        ("card_network", or_absent(card.network)),
    ])
}

/// The address, as far as the page asks for one.
fn billing(card: &Card) -> JsValue {
    if card.postal_code.is_none() && card.country.is_none() {
        return JsValue::UNDEFINED;
    }
    let (zip, country) = (or_absent(card.postal_code.as_deref()), or_absent(card.country.as_deref()));
    object(&[("address", object(&[("zip", zip), ("country", country)]))])
}

/// Text, or what JSON leaves out.
fn or_absent(text: Option<&str>) -> JsValue {
    text.map_or(JsValue::UNDEFINED, JsValue::from_str)
}

fn refused(body: &JsValue) -> Trouble {
    let error = get(body, "error");
    let text = |name| get(&error, name).as_string().unwrap_or_default();
    field(&text("code"), &text("message")).map_or(Trouble::Refused, Trouble::Field)
}

/// What a refusal calls a field; the first that it says counts.
static SPOKEN_OF: [(&str, Field); 8] = [
    ("cvc", Field::Code),
    ("expir", Field::Expiry),
    ("card_exp", Field::Expiry),
    ("holder", Field::Name),
    ("card number", Field::Number),
    ("card_number", Field::Number),
    ("zip", Field::PostalCode),
    ("country", Field::Country),
];

/// Which field a refusal speaks of. A card number that fails to parse is refused as bad JSON (IR_06).
fn field(code: &str, message: &str) -> Option<Field> {
    if !matches!(code, "IR_04" | "IR_06" | "IR_07" | "IR_16") {
        return None;
    }
    // A search in bytes: that of `str` is a kilobyte of code.
    let says =
        |word: &str| message.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    // "…because it has status expired" speaks of the payment.
    if says("has status") {
        return None;
    }
    SPOKEN_OF.iter().find(|(word, _)| says(word)).map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_field() {
        for (code, message, expected) in [
            ("IR_16", "Invalid card_cvc length", Some(Field::Code)),
            ("IR_16", "Invalid Expiry Year", Some(Field::Expiry)),
            ("IR_16", "Card Expired", Some(Field::Expiry)),
            ("IR_06", "Json deserialize error: invalid card number", Some(Field::Number)),
            ("IR_06", "Json deserialize error: card_number is too short", Some(Field::Number)),
            ("IR_16", "You cannot confirm this payment because it has status succeeded", None),
            ("IR_16", "You cannot confirm this payment because it has status expired", None),
            ("IR_04", "Missing required param: payment_method_data.card.card_cvc", Some(Field::Code)),
            ("IR_09", "The client_secret provided does not match", None),
        ] {
            assert_eq!(field(code, message), expected, "{message}");
        }
    }
}
