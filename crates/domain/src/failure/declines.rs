//! The declines in the hierarchy, and what shoppers are told.

use super::{Duty, Failure, FailureClass};
use crate::error::{Advice, ErrorType};
use crate::flow::declines;

/// What the shopper is told of a failure, by the key of a sentence that every language of the form has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing: no shopper meets it.
    Nothing,
    /// How the order stands: the form asks for its status, and says that.
    Status,
    /// A message of the form's.
    Message(&'static str),
    /// The sentence of a decline.
    Decline(&'static str),
}

impl Told {
    /// The key, if the shopper is told.
    pub fn key(self) -> Option<String> {
        match self {
            Self::Nothing | Self::Status => None,
            Self::Message(key) => Some(format!("message.{key}")),
            Self::Decline(code) => Some(format!("decline.{code}")),
        }
    }
}

pub(super) fn all() -> impl Iterator<Item = Failure> {
    declines().map(|decline| Failure {
        code: decline.code,
        class: FailureClass::IssuerDecline,
        kind: ErrorType::Declined,
        retryable: decline.advice == Advice::TryAgain || decline.advice == Advice::Authenticate,
        advice: decline.advice,
        told: Told::Decline(decline.code),
        action: action(decline.advice),
        duty: match decline.advice {
            Advice::ContactSupport => Duty::ShopSupport,
            _ => Duty::Nobody,
        },
    })
}

fn action(advice: Advice) -> &'static str {
    match advice {
        Advice::TryAgain => {
            "The order is open again; the shopper may try the same card, the server never does by itself."
        }
        Advice::Authenticate => {
            "The order is open again; the next payment asks for 3-D Secure, once, and the shopper confirms with the bank."
        }
        _ => "The order is open again for another card; this one is never tried again by itself.",
    }
}
