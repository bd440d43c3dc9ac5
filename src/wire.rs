//! What the servers answer, as far as the form reads it.
//!
//! Read property by property: deriving it would bring serde's machinery for numbers and errors,
//! some 15 KB of code for a dozen fields.

use florin_domain::checkout::{CollectMode, ResultStatus};
use florin_domain::error::Advice;
use wasm_bindgen::JsValue;

use crate::browser::{get, text};

/// `GET /checkout/{session}`: the price, in minor units of its currency.
#[derive(Debug, Clone)]
pub struct OrderAnswer {
    /// Minor units.
    pub amount: i64,
    /// Three letters.
    pub currency: String,
}

/// `POST /checkout/{session}/attempts`.
#[derive(Debug, Clone)]
pub struct AttemptAnswer {
    /// To be named in `pay`.
    pub attempt: String,
    /// How to hand the card over.
    pub collect: CollectAnswer,
}

/// How to hand the card over.
#[derive(Debug, Clone)]
pub struct CollectAnswer {
    /// By which way.
    pub mode: CollectMode,
    /// The gateway's origin; used only when the document lists it.
    pub gateway: String,
    /// Good for this handing over alone.
    pub publishable_key: String,
    /// The payment.
    pub payment_id: String,
    /// Opens this payment to the publishable key.
    pub client_secret: String,
}

/// The Result of `pay`, `status` and `abandon`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The discriminant.
    pub status: ResultStatus,
    /// The attempt this tells of.
    pub attempt: Option<String>,
    /// The bank's page, when the shopper must go there.
    pub action_url: Option<String>,
    /// On `declined` and `unknown`.
    pub error: Option<ErrorAnswer>,
    /// When to ask again.
    pub retry_after_ms: Option<u32>,
}

/// What went wrong, for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorAnswer {
    /// Stable; on a decline the group of reasons.
    pub code: String,
    /// The next step.
    pub advice: Advice,
}

/// A number without a fraction, as money is. No arithmetic is done on the float it comes as.
fn integer(from: &JsValue, name: &str) -> Option<i64> {
    let number = get(from, name).as_f64()?;
    let integer = number as i64;
    ((integer as f64).to_bits() == number.to_bits()).then_some(integer)
}

impl OrderAnswer {
    /// From the body of an answer; `None` when it is none.
    pub fn read(body: &JsValue) -> Option<Self> {
        let order = get(body, "order");
        Some(Self { amount: integer(&order, "amount")?, currency: text(&order, "currency")? })
    }
}

impl AttemptAnswer {
    /// From the body of an answer; `None` when it is none.
    pub fn read(body: &JsValue) -> Option<Self> {
        let collect = get(body, "collect");
        Some(Self {
            attempt: text(body, "attempt")?,
            collect: CollectAnswer {
                mode: mode(&text(&collect, "mode")?)?,
                gateway: text(&collect, "gateway")?,
                publishable_key: text(&collect, "publishable_key")?,
                payment_id: text(&collect, "payment_id")?,
                client_secret: text(&collect, "client_secret")?,
            },
        })
    }
}

impl Standing {
    /// From the body of an answer; `None` when it is none.
    pub fn read(body: &JsValue) -> Option<Self> {
        Some(Self {
            status: status(&text(body, "status")?)?,
            attempt: text(body, "attempt"),
            action_url: text(&get(body, "action"), "url"),
            error: ErrorAnswer::read(&get(body, "error")),
            retry_after_ms: integer(body, "retry_after_ms").and_then(|millis| u32::try_from(millis).ok()),
        })
    }
}

impl ErrorAnswer {
    /// From the object inside an Error; `None` when it is none.
    pub fn read(error: &JsValue) -> Option<Self> {
        let code = text(error, "decline_code").or_else(|| text(error, "code"))?;
        Some(Self { code, advice: advice(&text(error, "advice")?) })
    }
}

fn mode(word: &str) -> Option<CollectMode> {
    Some(match word {
        "token" => CollectMode::Token,
        "confirm" => CollectMode::Confirm,
        "hosted" => CollectMode::Hosted,
        _ => return None,
    })
}

fn status(word: &str) -> Option<ResultStatus> {
    Some(match word {
        "paid" => ResultStatus::Paid,
        "authorized" => ResultStatus::Authorized,
        "processing" => ResultStatus::Processing,
        "requires_action" => ResultStatus::RequiresAction,
        "unknown" => ResultStatus::Unknown,
        "declined" => ResultStatus::Declined,
        "open" => ResultStatus::Open,
        "canceled" => ResultStatus::Canceled,
        "expired" => ResultStatus::Expired,
        _ => return None,
    })
}

/// Advice that is not known asks for nothing.
fn advice(word: &str) -> Advice {
    match word {
        "try_again" => Advice::TryAgain,
        "other_card" => Advice::OtherCard,
        "authenticate" => Advice::Authenticate,
        "wait" => Advice::Wait,
        "contact_support" => Advice::ContactSupport,
        _ => Advice::None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    fn word(value: impl Serialize) -> String {
        serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn words_are_those_the_server_writes() {
        for known in [CollectMode::Token, CollectMode::Confirm, CollectMode::Hosted] {
            assert_eq!(mode(&word(known)), Some(known));
        }
        for known in [
            ResultStatus::Paid,
            ResultStatus::Authorized,
            ResultStatus::Processing,
            ResultStatus::RequiresAction,
            ResultStatus::Unknown,
            ResultStatus::Declined,
            ResultStatus::Open,
            ResultStatus::Canceled,
            ResultStatus::Expired,
        ] {
            assert_eq!(status(&word(known)), Some(known));
        }
        for known in [
            Advice::TryAgain,
            Advice::OtherCard,
            Advice::Authenticate,
            Advice::Wait,
            Advice::ContactSupport,
            Advice::None,
        ] {
            assert_eq!(advice(&word(known)), known);
        }
        assert_eq!((mode("x"), status("x")), (None, None));
    }
}
