//! Why a bank said no, in groups a shopper can act on. A table, so that support can read it too.
//!
//! Gateways pass on what a bank wrote; only the words below are looked for. Lost, stolen and
//! suspected cards are told like any refusal: whoever holds the card need not know.

use crate::error::{Advice, ErrorObject, ErrorType};

/// What a shopper is told of a refusal.
struct Group {
    /// For programs, as `code` and `decline_code`.
    code: &'static str,
    /// A sentence for the shopper.
    words: &'static str,
    advice: Advice,
    /// Any of these in what the bank wrote, in small letters.
    found_by: &'static [&'static str],
}

/// The first group that is found counts; the last one is for everything else.
const GROUPS: &[Group] = &[
    Group {
        code: "authentication_failed",
        words: "Your bank did not confirm this payment. Try again, or use another card.",
        advice: Advice::TryAgain,
        found_by: &["3-d secure", "3ds", "authentication"],
    },
    Group {
        code: "insufficient_funds",
        words: "There is not enough money on this card. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["insufficient", "not enough"],
    },
    Group {
        code: "limit_exceeded",
        words: "This payment is over the limit of your card. Please use another card, or call your bank.",
        advice: Advice::OtherCard,
        found_by: &["limit exceeded", "exceeds"],
    },
    Group {
        code: "expired_card",
        words: "Your bank says that this card has expired. Check the date, or use another card.",
        advice: Advice::TryAgain,
        found_by: &["expired card", "card expired"],
    },
    Group {
        code: "incorrect_cvc",
        words: "Your bank says that the security code is wrong. Please check it.",
        advice: Advice::TryAgain,
        found_by: &["security code", "cvc", "cvv"],
    },
    Group {
        code: "incorrect_number",
        words: "Your bank does not know this card number. Please check it.",
        advice: Advice::TryAgain,
        found_by: &["incorrect number", "invalid account", "no such card"],
    },
    Group {
        code: "address_mismatch",
        words: "Your bank says that the address does not belong to this card. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["address"],
    },
    Group {
        code: "card_not_supported",
        words: "This card is not accepted here. Please use another card.",
        advice: Advice::OtherCard,
        found_by: &["not supported", "not permitted"],
    },
    Group {
        code: "try_again_later",
        words: "Your bank could not take this payment just now. Please try again.",
        advice: Advice::TryAgain,
        found_by: &["try again later", "unavailable", "timed out"],
    },
    Group {
        code: "card_declined",
        words: "Your bank declined this card. Please use another card, or call your bank.",
        advice: Advice::OtherCard,
        found_by: &[""],
    },
];

/// The shopper's part of what the bank wrote.
pub(super) fn told(written: &str) -> ErrorObject {
    let written = written.to_ascii_lowercase();
    let found = GROUPS.iter().find(|group| group.found_by.iter().any(|words| written.contains(words)));
    let group = found.unwrap_or(&GROUPS[GROUPS.len() - 1]);
    let mut error = ErrorObject::new(ErrorType::Declined, group.code, group.words).advise(group.advice);
    error.retryable = group.advice == Advice::TryAgain;
    error.decline_code = Some(group.code.to_owned());
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, code: &str) {
        assert_eq!(told(written).code, code, "{written}");
    }

    #[test]
    fn what_the_sandbox_writes_finds_its_group() {
        check("Payment declined: Insufficient funds", "insufficient_funds");
        check("Payment declined: Limit exceeded", "limit_exceeded");
        check("Payment declined: Expired card", "expired_card");
        check("Payment declined: Incorrect security code", "incorrect_cvc");
        check("Payment declined: Address mismatch", "address_mismatch");
        check("Payment declined: 3-D Secure was refused", "authentication_failed");
        check("Card not supported. Please use test cards", "card_not_supported");
        check("Internal Server Error from Connector, Please try again later", "try_again_later");
    }

    #[test]
    fn lost_stolen_and_suspected_cards_are_told_like_any_refusal() {
        let plain = told("Payment declined: Card declined");
        for written in ["Lost card", "Stolen card", "Suspected fraud", "Pick up card", ""] {
            assert_eq!(told(&format!("Payment declined: {written}")), plain, "{written}");
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
