//! The issuer: pretended, and decided by the card number alone. Knows no payment and no merchant.

mod cards;
mod bins;
mod issuer;
mod pending;

use florin_domain::card::CardNumber;
use florin_domain::payment::{DeclineReason, Verdict};

pub(crate) use bins::bank_of;
pub(crate) use cards::{TABLE as TEST_CARDS, TestCard};
pub(crate) use issuer::{Answer, Conduct, Issuer, RefundConduct, ThreeDs};
pub(crate) use pending::{expect_payment, expect_refund, run};

/// The names of the dummy connectors of OwnGateway; there is no processor behind any other name.
pub(crate) const NAMES: [&str; 7] =
    ["phonypay", "fauxpay", "pretendpay", "stripe_test", "adyen_test", "checkout_test", "paypal_test"];

/// Asks the issuer of this card.
pub(crate) fn ask(number: &CardNumber) -> Issuer {
    let row = cards::TABLE.iter().find(|row| row.number == number.expose());
    row.map_or(UNKNOWN, |row| row.issuer)
}

/// There is no issuer behind any other card; as before, a challenge comes first if one was asked for.
const UNKNOWN: Issuer = Issuer {
    answer: Answer::Now(Verdict::Declined(DeclineReason::UnsupportedCard)),
    three_ds: ThreeDs::WhenAsked,
    capture_fails: false,
    refund: RefundConduct::AtOnce,
    disputes: false,
    hangs_for: None,
};

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
        DeclineReason::InsufficientFunds => ("DC_08", "Payment declined: Insufficient funds", REFUSED),
        DeclineReason::LimitExceeded => ("DC_08", "Payment declined: Limit exceeded", REFUSED),
        DeclineReason::SuspectedFraud => ("DC_08", "Payment declined: Suspected fraud", REFUSED),
        DeclineReason::ExpiredCard => ("DC_08", "Payment declined: Expired card", REFUSED),
        DeclineReason::IncorrectCode => ("DC_08", "Payment declined: Incorrect security code", REFUSED),
        DeclineReason::AddressMismatch => ("DC_08", "Payment declined: Address mismatch", REFUSED),
        DeclineReason::AuthenticationRejected => ("DC_08", "Payment declined: 3-D Secure was rejected", REFUSED),
        DeclineReason::AuthenticationRequired => ("DC_08", "Payment declined: Authentication required", REFUSED),
        DeclineReason::RejectedByMerchant => ("DC_08", "Payment declined: Rejected by the merchant", OTHER),
        DeclineReason::CaptureFailed => ("DC_08", "Payment declined: Capture failed", OTHER),
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
    fn there_is_a_card_for_every_reason_but_those_that_need_none() {
        // Said by others than the issuer: the sandbox, the shopper, the merchant, a capture; or before its verdict.
        let needs_none = [
            DeclineReason::UnsupportedCard,
            DeclineReason::ChallengeRefused,
            DeclineReason::AuthenticationRequired,
            DeclineReason::RejectedByMerchant,
            DeclineReason::CaptureFailed,
        ];
        for reason in DeclineReason::ALL.iter().filter(|reason| !needs_none.contains(reason)) {
            let has_card = cards::TABLE.iter().any(|row| row.issuer.answer == Answer::Now(Verdict::Declined(*reason)));
            assert!(has_card, "{reason}");
        }
    }

    #[test]
    fn an_issuer_that_hangs_still_waits_for_the_merchant() {
        let waits = |row: &&cards::TestCard| matches!(row.issuer.answer, Answer::Review(_));
        let issuer = cards::TABLE.iter().find(waits).unwrap().issuer;
        assert_eq!(issuer.that_hangs(std::time::Duration::from_secs(1)), issuer);
    }

    #[test]
    fn a_card_outside_the_table_is_not_supported() {
        let issuer = ask(&CardNumber::parse("4012888888881881").unwrap());
        assert_eq!(issuer.answer, Answer::Now(Verdict::Declined(DeclineReason::UnsupportedCard)));
        assert_eq!(decline_on_wire(DeclineReason::UnsupportedCard).code, "DC_04");
    }
}
