//! The test cards. Source: the dummy connector of Hyperswitch v1.

use florin_domain::payment::{DeclineReason, Verdict};

use super::Issuer;

/// A test card and its issuer.
pub(super) struct TestCard {
    pub(super) number: &'static str,
    pub(super) issuer: Issuer,
}

const fn approved(number: &'static str) -> TestCard {
    TestCard { number, issuer: Issuer { verdict: Verdict::Approved, wants_challenge: false } }
}

const fn declined(number: &'static str, reason: DeclineReason) -> TestCard {
    TestCard { number, issuer: Issuer { verdict: Verdict::Declined(reason), wants_challenge: false } }
}

const fn challenged(number: &'static str) -> TestCard {
    TestCard { number, issuer: Issuer { verdict: Verdict::Approved, wants_challenge: true } }
}

/// Every card but these is refused as unsupported.
pub(super) static TABLE: &[TestCard] = &[
    approved("4111111111111111"),
    approved("4242424242424242"),
    approved("5555555555554444"),
    approved("38000000000006"),
    approved("378282246310005"),
    approved("6011111111111117"),
    declined("5105105105105100", DeclineReason::CardDeclined),
    declined("4000000000000002", DeclineReason::CardDeclined),
    declined("4000000000009995", DeclineReason::IssuerUnavailable),
    declined("4000000000009987", DeclineReason::LostCard),
    declined("4000000000009979", DeclineReason::StolenCard),
    challenged("4000003800000446"),
];
