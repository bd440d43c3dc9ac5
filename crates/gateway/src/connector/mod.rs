//! The issuer: pretended, and decided by the card number alone. Knows no payment and no merchant.

mod cards;

use florin_domain::card::CardNumber;
use florin_domain::payment::{DeclineReason, Verdict};

/// The name under which the dummy connector answers.
pub(crate) const NAME: &str = "fauxpay";

/// What this card's issuer is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Issuer {
    /// What it says.
    pub(crate) verdict: Verdict,
    /// Whether it wants to see the shopper even if the merchant does not ask.
    pub(crate) wants_challenge: bool,
}

/// Asks the issuer of this card.
pub(crate) fn ask(number: &CardNumber) -> Issuer {
    let row = cards::TABLE.iter().find(|row| row.number == number.expose());
    row.map_or(Issuer { verdict: Verdict::Declined(DeclineReason::UnsupportedCard), wants_challenge: false }, |row| {
        row.issuer
    })
}

/// What a decline looks like on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeclineOnWire {
    /// `error_code`
    pub(crate) code: &'static str,
    /// `error_message`
    pub(crate) message: &'static str,
    /// `unified_code`
    pub(crate) unified_code: &'static str,
    /// `unified_message`
    pub(crate) unified_message: &'static str,
}

const REFUSED: (&str, &str) = ("UE_1000", "The card's bank refused the payment");
const UNREACHABLE: (&str, &str) = ("UE_3000", "The card's bank could not answer");
const OTHER: (&str, &str) = ("UE_9000", "Something went wrong");

/// The code and the words for a reason.
pub(crate) fn decline_on_wire(reason: DeclineReason) -> DeclineOnWire {
    let (code, message, unified) = match reason {
        DeclineReason::CardDeclined => ("DC_08", "Payment declined: Card declined", REFUSED),
        DeclineReason::LostCard => ("DC_08", "Payment declined: Lost card", REFUSED),
        DeclineReason::StolenCard => ("DC_08", "Payment declined: Stolen card", REFUSED),
        DeclineReason::IssuerUnavailable => {
            ("DC_08", "Payment declined: Internal Server Error from Connector, Please try again later", UNREACHABLE)
        }
        DeclineReason::UnsupportedCard => ("DC_04", "Card not supported. Please use test cards", OTHER),
        DeclineReason::ChallengeRefused => ("DC_08", "Payment declined: 3-D Secure was refused", REFUSED),
    };
    DeclineOnWire { code, message, unified_code: unified.0, unified_message: unified.1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_test_card_is_a_real_card_number_and_stands_once() {
        for row in cards::TABLE {
            assert!(CardNumber::parse(row.number).is_ok(), "{}", row.number);
            assert_eq!(cards::TABLE.iter().filter(|other| other.number == row.number).count(), 1, "{}", row.number);
        }
    }

    #[test]
    fn a_card_outside_the_table_is_not_supported() {
        let issuer = ask(&CardNumber::parse("4012888888881881").unwrap());
        assert_eq!(issuer.verdict, Verdict::Declined(DeclineReason::UnsupportedCard));
        assert_eq!(decline_on_wire(DeclineReason::UnsupportedCard).code, "DC_04");
    }
}
