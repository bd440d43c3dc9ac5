//! Why a bank said no, in groups a shopper can act on. A table, so that support can read it too.
//!
//! Gateways pass on what a bank wrote; only the words below are looked for. Lost, stolen and
//! suspected cards are told like any refusal: whoever holds the card need not know.

use super::Snapshot;
use crate::error::{Advice, ErrorObject, ErrorType};
use crate::failure::CODES;

/// What a shopper is told of a refusal.
#[derive(Debug)]
pub struct Decline {
    /// For programs, as `code` and `decline_code`.
    pub code: &'static str,
    /// A sentence for the shopper.
    pub words: &'static str,
    /// What the shopper can do.
    pub advice: Advice,
    /// Any of these in what the bank wrote, in small letters.
    found_by: &'static [&'static str],
}

/// Every group of declines.
pub fn declines() -> impl Iterator<Item = &'static Decline> {
    GROUPS.iter()
}

/// The first group that is found counts; the last one is for everything else.
static GROUPS: &[Decline] = &[
    Decline {
        code: "authentication_required",
        words: "Your bank wants to confirm this payment with you. Please try again, and confirm when it asks.",
        advice: Advice::Authenticate,
        found_by: &["authentication required", "authentication is required", "challenge required", "soft decline"],
    },
    Decline {
        code: "authentication_failed",
        words: "Your bank did not confirm this payment. Try again, or use another card.",
        advice: Advice::TryAgain,
        found_by: &["3-d secure", "3ds", "authentication"],
    },
    Decline {
        code: "insufficient_funds",
        words: "There is not enough money on this card. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["insufficient", "not enough"],
    },
    Decline {
        code: "limit_exceeded",
        words: "This payment is over the limit of your card. Please use another card, or call your bank.",
        advice: Advice::OtherCard,
        found_by: &["limit exceeded", "exceeds"],
    },
    Decline {
        code: "expired_card",
        words: "Your bank says that this card has expired. Check the date, or use another card.",
        advice: Advice::TryAgain,
        found_by: &["expired card", "card expired"],
    },
    Decline {
        code: "incorrect_cvc",
        words: "Your bank says that the security code is wrong. Please check it.",
        advice: Advice::TryAgain,
        found_by: &["security code", "cvc", "cvv"],
    },
    Decline {
        code: "incorrect_number",
        words: "Your bank does not know this card number. Please check it.",
        advice: Advice::TryAgain,
        found_by: &["incorrect number", "invalid account", "no such card"],
    },
    Decline {
        code: "address_mismatch",
        words: "Your bank says that the address does not belong to this card. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["address"],
    },
    Decline {
        code: "currency_not_supported",
        words: "This card can't pay in this currency. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["currency"],
    },
    Decline {
        code: "card_not_supported",
        words: "This card is not accepted here. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["not supported", "not permitted"],
    },
    Decline {
        code: "payment_not_set_up",
        words: "Payments are not set up right here. Nothing was charged. Please tell the shop.",
        advice: Advice::ContactSupport,
        found_by: &["not configured", "invalid merchant", "no connector"],
    },
    Decline {
        code: "try_again_later",
        words: "Your bank could not take this payment just now. Please try again.",
        advice: Advice::TryAgain,
        found_by: &["try again later", "unavailable", "timed out"],
    },
    Decline {
        code: "card_declined",
        words: "Your bank declined this card. Please use another card, or call your bank.",
        advice: Advice::OtherCard,
        found_by: &[""],
    },
];

/// The group for everything else.
const LAST: usize = GROUPS.len() - 1;

/// What the shopper is told of a failed payment. `three_ds`: the bank had been asked to see the shopper.
pub(super) fn of(snapshot: &Snapshot, three_ds: bool) -> ErrorObject {
    let mut group = found(snapshot.error_message.as_deref().unwrap_or_default());
    let unified = snapshot.unified_code.as_deref().unwrap_or_default();
    if std::ptr::eq(group, &GROUPS[LAST]) {
        group = meant(unified).unwrap_or(group);
    }
    if three_ds && group.advice == Advice::Authenticate {
        // Asked for once, and not to be had: asking again would only be refused again.
        group = &GROUPS[LAST];
    }
    told(group)
}

/// Whether the bank would have this payment if it saw the shopper.
pub(super) fn wants_authentication(error: &ErrorObject) -> bool {
    error.advice == Advice::Authenticate
}

/// What the gateway's own code means, where the bank's words say nothing.
fn meant(unified: &str) -> Option<&'static Decline> {
    let decline = CODES.iter().find(|code| code.code == unified)?.decline()?;
    GROUPS.iter().find(|group| group.code == decline)
}

fn found(written: &str) -> &'static Decline {
    let written = written.to_ascii_lowercase();
    let found = GROUPS.iter().find(|group| group.found_by.iter().any(|words| written.contains(words)));
    found.unwrap_or(&GROUPS[LAST])
}

/// The shopper's part of it.
fn told(group: &Decline) -> ErrorObject {
    let mut error = ErrorObject::new(ErrorType::Declined, group.code, group.words).advise(group.advice);
    error.retryable = matches!(group.advice, Advice::TryAgain | Advice::Authenticate);
    error.decline_code = Some(group.code.to_owned());
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, code: &str) {
        assert_eq!(found(written).code, code, "{written}");
    }

    #[test]
    fn what_the_sandbox_writes_finds_its_group() {
        check("Payment declined: Insufficient funds", "insufficient_funds");
        check("Payment declined: Limit exceeded", "limit_exceeded");
        check("Payment declined: Expired card", "expired_card");
        check("Payment declined: Incorrect security code", "incorrect_cvc");
        check("Payment declined: Address mismatch", "address_mismatch");
        check("Payment declined: 3-D Secure was refused", "authentication_failed");
        check("Payment declined: Authentication required", "authentication_required");
        check("Card not supported. Please use test cards", "card_not_supported");
        check("Currency not supported by this card", "currency_not_supported");
        check("Internal Server Error from Connector, Please try again later", "try_again_later");
    }

    #[test]
    fn lost_stolen_and_suspected_cards_are_told_like_any_refusal() {
        let plain = found("Payment declined: Card declined").code;
        for written in ["Lost card", "Stolen card", "Suspected fraud", "Pick up card", ""] {
            assert_eq!(found(&format!("Payment declined: {written}")).code, plain, "{written}");
        }
    }

    #[test]
    fn what_a_code_of_the_gateway_means_is_a_group_that_there_is() {
        let meaning: Vec<_> = CODES.iter().filter(|code| code.decline().is_some()).collect();
        assert!(!meaning.is_empty());
        for code in meaning {
            assert_eq!(meant(code.code).map(|group| group.code), code.decline(), "{}", code.code);
        }
    }

    #[test]
    fn every_group_can_be_found_and_says_what_to_do() {
        for group in GROUPS {
            for words in group.found_by {
                check(words, group.code);
            }
            assert!(!group.words.is_empty() && group.advice != Advice::None);
        }
    }
}
