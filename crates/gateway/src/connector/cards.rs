//! The test cards: the one table of them. Every other card is refused as unsupported.
//!
//! Sources: the dummy connector of Hyperswitch v1 and the numbers that integrators' test suites use
//! beside it; Onerway's sandbox; the rest are ours, one for each thing that can happen.

use florin_domain::payment::{DeclineReason, Verdict};

use super::{Answer, Issuer, RefundConduct, ThreeDs};

/// A test card, what happens with it, and its issuer.
pub(crate) struct TestCard {
    pub(crate) number: &'static str,
    /// For people: what happens.
    pub(crate) title: &'static str,
    pub(crate) issuer: Issuer,
}

const PLAIN: Issuer = Issuer {
    answer: Answer::Now(Verdict::Approved),
    three_ds: ThreeDs::WhenAsked,
    capture_fails: false,
    refund: RefundConduct::AtOnce,
    disputes: false,
    hangs_for: None,
};

const fn card(number: &'static str, title: &'static str, issuer: Issuer) -> TestCard {
    TestCard { number, title, issuer }
}

const fn approved(number: &'static str) -> TestCard {
    card(number, "approved", PLAIN)
}

const fn declined(number: &'static str, title: &'static str, reason: DeclineReason) -> TestCard {
    card(number, title, Issuer { answer: Answer::Now(Verdict::Declined(reason)), ..PLAIN })
}

const fn three_ds(number: &'static str, title: &'static str, three_ds: ThreeDs, verdict: Verdict) -> TestCard {
    card(number, title, Issuer { answer: Answer::Now(verdict), three_ds, ..PLAIN })
}

const fn later(number: &'static str, title: &'static str, verdict: Verdict) -> TestCard {
    card(number, title, Issuer { answer: Answer::Later(verdict), three_ds: ThreeDs::Frictionless, ..PLAIN })
}

const fn odd(number: &'static str, title: &'static str, verdict: Verdict) -> TestCard {
    card(number, title, Issuer { answer: Answer::Review(verdict), three_ds: ThreeDs::Frictionless, ..PLAIN })
}

const fn refunds(number: &'static str, title: &'static str, refund: RefundConduct) -> TestCard {
    card(number, title, Issuer { refund, ..PLAIN })
}

/// Every card there is.
pub(crate) static TABLE: &[TestCard] = &[
    approved("4242424242424242"),
    approved("4111111111111111"),
    approved("5555555555554444"),
    approved("38000000000006"),
    approved("378282246310005"),
    approved("6011111111111117"),
    approved("5454545454545454"),
    approved("2223003122003222"),
    approved("371449635398431"),
    approved("6011000990139424"),
    approved("30569309025904"),
    approved("3566002020360505"),
    approved("4761344136141390"),
    approved("4000027891380961"),
    approved("2221008123677736"),
    approved("4000056655665556"),
    approved("4444333322221111"),
    approved("4917610000000000"),
    approved("5200828282828210"),
    approved("5436031030606378"),
    approved("3056930009020004"),
    approved("3530111333300000"),
    card("4000002500001001", "approved; Visa and Cartes Bancaires", PLAIN),
    card("5555552500001001", "approved; Mastercard and Cartes Bancaires", PLAIN),
    declined("4000000000000002", "declined, no reason given", DeclineReason::CardDeclined),
    declined("5105105105105100", "declined, no reason given", DeclineReason::CardDeclined),
    declined("4000128449498204", "declined, no reason given", DeclineReason::CardDeclined),
    declined("4021937195658141", "declined: insufficient funds", DeclineReason::InsufficientFunds),
    declined("4000000000006975", "declined: limit exceeded", DeclineReason::LimitExceeded),
    declined("4100000000000019", "declined: suspected fraud", DeclineReason::SuspectedFraud),
    declined("4000000000009987", "declined: lost card", DeclineReason::LostCard),
    declined("4000000000009979", "declined: stolen card", DeclineReason::StolenCard),
    declined("4000000000000069", "declined: expired card", DeclineReason::ExpiredCard),
    declined("4000000000000127", "declined: wrong security code", DeclineReason::IncorrectCode),
    declined("4000000000000036", "declined: billing address does not match", DeclineReason::AddressMismatch),
    declined("4000000000009995", "declined: the bank can't be reached", DeclineReason::IssuerUnavailable),
    three_ds("4000003800000446", "3-D Secure: challenge", ThreeDs::Always, Verdict::Approved),
    three_ds("4000000000003220", "3-D Secure: challenge", ThreeDs::Always, Verdict::Approved),
    three_ds("4000002500003155", "3-D Secure: challenge", ThreeDs::Always, Verdict::Approved),
    three_ds("4000020951595032", "3-D Secure: challenge", ThreeDs::Always, Verdict::Approved),
    three_ds("4000000000003063", "3-D Secure: challenge", ThreeDs::Always, Verdict::Approved),
    three_ds(
        "4000008400001629",
        "3-D Secure: challenge, declined afterwards",
        ThreeDs::Always,
        Verdict::Declined(DeclineReason::CardDeclined),
    ),
    three_ds(
        "4000002760003184",
        "3-D Secure: declined unless asked for, then a challenge",
        ThreeDs::Demanded,
        Verdict::Approved,
    ),
    three_ds("4000000000003055", "3-D Secure: frictionless", ThreeDs::Frictionless, Verdict::Approved),
    three_ds(
        "4000000000003097",
        "3-D Secure: rejected without a challenge",
        ThreeDs::Rejected,
        Verdict::Declined(DeclineReason::AuthenticationRejected),
    ),
    three_ds(
        "4000000000003071",
        "3-D Secure: only attempted, the bank's server is unavailable; approved",
        ThreeDs::Unavailable,
        Verdict::Approved,
    ),
    later("4000000000003105", "processing, then approved", Verdict::Approved),
    later("4000000000003113", "processing, then declined", Verdict::Declined(DeclineReason::CardDeclined)),
    card("4000000000000341", "authorized, and every capture fails", Issuer { capture_fails: true, ..PLAIN }),
    refunds("4000000000007726", "approved; refunds are pending, then succeed", RefundConduct::LaterYes),
    card("4000000000000259", "approved, and disputed at once", Issuer { disputes: true, ..PLAIN }),
    odd("4000000000000143", "odd: the merchant approves or rejects it; then approved", Verdict::Approved),
    refunds("4000000000005126", "approved; refunds are pending, then fail", RefundConduct::LaterNo),
];
