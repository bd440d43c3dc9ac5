//! Everything that can go wrong with a payment, in one hierarchy: whose fault, what is done, who is told.
//!
//! Two tables: the codes of our own answers, and the codes of the gateway. Support reads both
//! (`florin errors`), the adapter of the gateway decides by the second. Knows no HTTP but its numbers.

mod class;
mod declines;
mod gateway;
mod own;

use crate::error::{Advice, ErrorType};

pub use class::{Duty, FailureClass};
pub use declines::Told;
pub use gateway::{CODES, GatewayCode, Meaning, reading};
pub use own::OWN;

/// One of our own error codes: what it means, and what everybody concerned does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Stable, for programs; `code` of an Error.
    pub code: &'static str,
    /// Where in the hierarchy it stands.
    pub class: FailureClass,
    /// The Error's `type`.
    pub kind: ErrorType,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// The Error's advice to whoever reads it.
    pub advice: Advice,
    /// What the shopper is told of it.
    pub told: Told,
    /// What the server does about it by itself.
    pub action: &'static str,
    /// Who has to look at it, when it lasts.
    pub duty: Duty,
}

/// Every code that an answer of ours can carry: our own, then the declines.
pub fn all() -> impl Iterator<Item = Failure> {
    OWN.iter().copied().chain(declines::all())
}

/// The entry of this code.
pub fn find(code: &str) -> Option<Failure> {
    all().find(|failure| failure.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_stands_once_and_says_what_is_done() {
        let mut seen = BTreeSet::new();
        for failure in all() {
            assert!(seen.insert(failure.code), "{} stands twice", failure.code);
            assert!(failure.action.ends_with('.') && failure.action.len() > 10, "{}", failure.code);
            assert_eq!(find(failure.code), Some(failure));
        }
        assert_eq!(find("no_such_code"), None);
    }

    #[test]
    fn every_class_of_the_hierarchy_is_used() {
        let used: BTreeSet<_> =
            all().map(|failure| failure.class).chain(CODES.iter().map(|code| code.class())).collect();
        assert_eq!(used.into_iter().collect::<Vec<_>>(), FailureClass::ALL);
    }

    #[test]
    fn only_what_may_succeed_later_is_advised_to_be_tried_again() {
        for failure in all() {
            let again = failure.advice == Advice::TryAgain;
            assert!(failure.retryable || !again, "{} advises what is said to be of no use", failure.code);
            let hard = failure.class == FailureClass::IssuerDecline && failure.advice == Advice::OtherCard;
            assert!(!(hard && failure.retryable), "{}: the same card is never tried again", failure.code);
        }
    }

    #[test]
    fn a_shopper_is_told_by_a_key_of_the_forms_texts() {
        let key = |code| find(code).and_then(|failure| failure.told.key());
        assert_eq!(key("card_not_received").as_deref(), Some("message.not_charged"));
        assert_eq!(key("insufficient_funds").as_deref(), Some("decline.insufficient_funds"));
        for told in [Told::Nothing, Told::Status] {
            assert_eq!(told.key(), None);
        }
    }

    #[test]
    fn what_is_done_about_a_decline_fits_what_the_shopper_is_advised() {
        for failure in declines::all() {
            let done = match failure.advice {
                Advice::TryAgain => "the same card",
                Advice::Authenticate => "3-D Secure",
                _ => "for another card",
            };
            assert!(failure.action.contains(done), "{}: {}", failure.code, failure.action);
        }
    }

    #[test]
    fn what_lasts_has_somebody_to_look_at_it() {
        for failure in all().filter(|failure| failure.advice == Advice::ContactSupport) {
            assert_ne!(failure.duty, Duty::Nobody, "{}", failure.code);
        }
    }
}
