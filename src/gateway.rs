//! The two calls to the gateway: the only place from which a card leaves the form.

use wasm_bindgen::JsValue;

use crate::browser::{get, info, json, object};
use crate::entry::{Card, Field};
use crate::fetch::{Lost, send};
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

/// Trades the card for a token that pays this one payment. Charges nothing.
pub(crate) async fn token(to: &CollectAnswer, card: &Card) -> Result<String, Trouble> {
    let request =
        object(&[("client_secret", to.client_secret.as_str().into()), ("card", body(card)), ("browser_info", info())]);
    let url = [&to.gateway, "/tokens"].concat();
    let reply = send(&url, Some(&to.publishable_key), json(&request), ANSWER_WITHIN_MS).await;
    match reply {
        Ok(reply) if reply.is_ok() => get(&reply.body, "token").as_string().ok_or(Trouble::Lost),
        Ok(reply) if (400..500).contains(&reply.status) => Err(refused(&reply.body)),
        Ok(_) | Err(Lost) => Err(Trouble::Lost),
    }
}

/// Confirms the payment at the gateway. Its answer is not believed: the merchant server reads.
pub(crate) async fn confirm(to: &CollectAnswer, card: &Card) -> Result<(), Trouble> {
    let request = object(&[
        ("client_secret", to.client_secret.as_str().into()),
        ("payment_method", "card".into()),
        ("payment_method_data", object(&[("card", body(card))])),
        ("browser_info", info()),
    ]);
    let url = [&to.gateway, "/payments/", &to.payment_id, "/confirm"].concat();
    let reply = send(&url, Some(&to.publishable_key), json(&request), ANSWER_WITHIN_MS).await;
    match reply {
        Ok(reply) if reply.is_ok() => Ok(()),
        // 422 is a lock, not a verdict.
        Ok(reply) if (400..500).contains(&reply.status) && reply.status != 422 => Err(refused(&reply.body)),
        Ok(_) | Err(Lost) => Err(Trouble::Lost),
    }
}

fn body(card: &Card) -> JsValue {
    object(&[
        ("card_number", card.number.expose().into()),
        ("card_exp_month", card.expiry.month_text().into()),
        ("card_exp_year", card.expiry.year_text().into()),
        ("card_cvc", card.code.expose().into()),
        ("card_holder_name", card.name.as_str().into()),
    ])
}

fn refused(body: &JsValue) -> Trouble {
    let error = get(body, "error");
    let text = |name| get(&error, name).as_string().unwrap_or_default();
    field(&text("code"), &text("message")).map_or(Trouble::Refused, Trouble::Field)
}

/// What a refusal calls a field; the first that it says counts.
static SPOKEN_OF: [(&str, Field); 6] = [
    ("cvc", Field::Code),
    ("expir", Field::Expiry),
    ("card_exp", Field::Expiry),
    ("holder", Field::Name),
    ("card number", Field::Number),
    ("card_number", Field::Number),
];

/// Which field a refusal speaks of. A card number that fails to parse is refused as bad JSON (IR_06).
fn field(code: &str, message: &str) -> Option<Field> {
    if !matches!(code, "IR_06" | "IR_07" | "IR_16") {
        return None;
    }
    // A search in bytes: that of `str` is a kilobyte of code.
    let says =
        |word: &str| message.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
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
            ("IR_09", "The client_secret provided does not match", None),
        ] {
            assert_eq!(field(code, message), expected, "{message}");
        }
    }
}
