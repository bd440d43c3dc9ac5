//! The codes of the gateway, each with its place in the hierarchy and what its answer means.
//!
//! Source: the error reference of Hyperswitch v1; the last lines are the sandbox's own. Two kinds: codes
//! of an HTTP error, which the adapter decides by, and codes of a payment that failed, which only explain.

use super::FailureClass;

use FailureClass as C;
use Meaning as M;

/// What follows from an answer with this code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Definitely not done: our key is not accepted.
    OurKey,
    /// Definitely not done: our request is wrong.
    OurRequest,
    /// Definitely not done: the id was used before.
    Exists,
    /// Definitely not done: there is no such payment.
    NotFound,
    /// Definitely not done: the payment's status does not allow it.
    WrongState,
    /// Definitely not done: the token is expired, foreign or used up.
    TokenRejected,
    /// It may have been done: the gateway is asked until it says.
    Undecided,
    /// Not an answer by itself: says why a payment or a refund failed.
    Reason,
}

impl Meaning {
    /// The words in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OurKey => "not done; our key is not accepted",
            Self::OurRequest => "not done; our request is wrong",
            Self::Exists => "not done again; the id was used before, so it is read",
            Self::NotFound => "not done; there is nothing of this id",
            Self::WrongState => "not done; the payment's status does not allow it",
            Self::TokenRejected => "not done; the card's token is no good",
            Self::Undecided => "unknown; the gateway is asked until it says",
            Self::Reason => "why a payment failed",
        }
    }
}

/// One code of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayCode {
    /// As it comes.
    pub code: &'static str,
    /// The HTTP statuses that it is believed with; with any other it decides nothing. Empty: no matter which.
    pub statuses: &'static [u16],
    /// What it is about.
    pub about: &'static str,
    /// What follows.
    pub meaning: Meaning,
    class: FailureClass,
    decline: Option<&'static str>,
}

impl GatewayCode {
    /// Where in the hierarchy it stands.
    pub fn class(&self) -> FailureClass {
        self.class
    }

    /// The decline that a shopper is told of a payment that failed so, where the bank's own words say nothing.
    pub fn decline(&self) -> Option<&'static str> {
        self.decline
    }
}

/// What an HTTP error of this status and code means. 401 and 403 are about our key, whatever the code;
/// a code that is not in the table decides nothing.
pub fn reading(status: u16, code: &str) -> Meaning {
    if matches!(status, 401 | 403) {
        return Meaning::OurKey;
    }
    let known = CODES.iter().find(|known| known.code == code && known.statuses.contains(&status));
    known.map_or(Meaning::Undecided, |known| known.meaning)
}

const fn code(
    code: &'static str,
    statuses: &'static [u16],
    class: FailureClass,
    meaning: Meaning,
    about: &'static str,
) -> GatewayCode {
    GatewayCode { code, statuses, about, meaning, class, decline: None }
}

/// Why a payment failed, and what that means to the shopper.
const fn reason(name: &'static str, class: FailureClass, decline: &'static str, about: &'static str) -> GatewayCode {
    GatewayCode { decline: Some(decline), ..code(name, &[], class, M::Reason, about) }
}

const fn key(name: &'static str, about: &'static str) -> GatewayCode {
    code(name, &[401, 403], C::Authentication, M::OurKey, about)
}

/// Raised before the payment is routed anywhere: definitely not done.
const fn request(name: &'static str, about: &'static str) -> GatewayCode {
    code(name, &[400, 422], C::Validation, M::OurRequest, about)
}

/// A request that is ours to mend, and that does not say whether anything was done before it was raised.
const fn unclear(name: &'static str, about: &'static str) -> GatewayCode {
    code(name, &[], C::Validation, M::Undecided, about)
}

const fn outage(name: &'static str, about: &'static str) -> GatewayCode {
    code(name, &[], C::GatewayTimeout, M::Undecided, about)
}

const fn declined(name: &'static str, about: &'static str) -> GatewayCode {
    code(name, &[], C::IssuerDecline, M::Reason, about)
}

/// Every code there is.
pub const CODES: &[GatewayCode] = &[
    outage("IR_00", "a route that the gateway has not built"),
    key("IR_01", "the api-key is missing or unknown"),
    unclear("IR_02", "no such address"),
    unclear("IR_03", "the address does not take this method"),
    request("IR_04", "a required field is missing"),
    request("IR_05", "a field has the wrong format"),
    request("IR_06", "a field's data is wrong, or the body does not parse"),
    request("IR_07", "a field's value is not one of those allowed"),
    unclear("IR_08", "the client secret is missing or has expired"),
    unclear("IR_09", "the client secret is another payment's"),
    unclear("IR_10", "the customer has a mandate in use"),
    unclear("IR_11", "the customer was forgotten for good"),
    request("IR_12", "refunded as often as allowed, or the customer exists"),
    request("IR_13", "the refund is more than was captured"),
    code("IR_14", &[400], C::Validation, M::WrongState, "the payment's status does not allow it"),
    key("IR_15", "the ephemeral key is not valid"),
    code("IR_16", &[400], C::Validation, M::WrongState, "a precondition does not hold; mostly the status"),
    key("IR_17", "the session token is not valid"),
    key("IR_18", "not authorized"),
    request("IR_19", "not supported"),
    request("IR_20", "this flow is not supported by the processor"),
    unclear("IR_21", "several required fields are missing"),
    key("IR_22", "the key is not allowed to do this"),
    unclear("IR_23", "files are not supported here"),
    unclear("IR_24", "the wallet's token is not valid"),
    unclear("IR_25", "a default payment method can't be removed"),
    unclear("IR_26", "the cookie is not valid"),
    unclear("IR_27", "there is no extended card information"),
    unclear("IR_28", "the currency is not supported"),
    unclear("IR_29", "the request can't be processed"),
    unclear("IR_30", "the processor's account is not set up right"),
    unclear("IR_31", "no card begins with these digits"),
    unclear("IR_32", "the first digits of a card are 6 or 8"),
    unclear("IR_33", "a file is missing"),
    unclear("IR_34", "the dispute's id is missing"),
    unclear("IR_35", "a file's purpose is missing"),
    unclear("IR_36", "a file's content type is missing"),
    unclear("IR_37", "there is no such thing"),
    request("IR_38", "exists already"),
    unclear("IR_39", "no processor takes this way to pay"),
    unclear("IR_40", "the payment link is not set up right"),
    unclear("IR_41", "the payout was not accepted"),
    key("IR_42", "the key, token or session is not accepted"),
    key("IR_44", "the key, token or session is not accepted"),
    key("IR_50", "the key, token or session is not accepted"),
    key("IR_51", "the key, token or session is not accepted"),
    outage("HE_00", "something went wrong at the gateway, or another call holds the payment"),
    code("HE_01", &[400], C::Validation, M::Exists, "the id was used before"),
    code("HE_02", &[404], C::Validation, M::NotFound, "there is nothing of this id"),
    unclear("HE_03", "a rule of the gateway's refuses it, such as a missing return address"),
    unclear("HE_04", "there is no such payment, connector, address or dispute"),
    outage("HE_05", "something went wrong at the gateway"),
    outage("HE_06", "something went wrong at the gateway"),
    outage("WE_01", "the gateway could not authenticate a processor's webhook"),
    outage("WE_02", "the gateway could not read a processor's webhook"),
    outage("WE_03", "the gateway could not process a processor's webhook"),
    outage("WE_04", "the gateway does not know what a processor's webhook is about"),
    outage("WE_05", "the gateway could not process a processor's webhook"),
    outage("WE_06", "a processor's webhook secret is not set up right"),
    outage("IE", "the processor's answer does not agree with what was asked"),
    outage("CE_00", "the processor answered with an error of its own"),
    outage("CE_01", "the authorization failed at the processor"),
    outage("CE_02", "the authentication failed at the processor"),
    outage("CE_03", "the capture failed at the processor"),
    outage("CE_04", "the processor holds the card's data to be wrong"),
    outage("CE_05", "the card has expired, says the processor"),
    outage("CE_06", "the refund failed at the processor"),
    outage("CE_07", "the verification failed at the processor"),
    outage("CE_08", "the dispute failed at the processor"),
    outage("CE_09", "an operation failed at the processor"),
    declined("DC_00", "the test processor is out of order"),
    declined("DC_01", "the test processor's payment is not known"),
    declined("DC_02", "the test processor misses a field"),
    declined("DC_03", "the test processor could not finish"),
    declined("DC_04", "the test processor does not support the card"),
    declined("DC_05", "the test processor's refund is more than was paid"),
    declined("DC_06", "the test processor's payment was not successful"),
    declined("DC_07", "the test processor could not store it"),
    declined("DC_08", "the test processor declined; its message says why"),
    declined("UE_1000", "something is wrong with the card, or its bank refused"),
    reason("UE_2000", C::Internal, "payment_not_set_up", "the processor is not set up right"),
    reason(
        "UE_3000",
        C::GatewayTimeout,
        "try_again_later",
        "a technical problem at the processor, or it is out of reach",
    ),
    reason("UE_4000", C::Internal, "payment_not_set_up", "the gateway does not speak with the processor as it should"),
    declined("UE_9000", "no reason was given"),
    code(
        "token_expired",
        &[400],
        C::Authentication,
        M::TokenRejected,
        "the card's token is expired, foreign or unknown",
    ),
    code("token_invalid", &[400], C::Authentication, M::TokenRejected, "the card's token makes no sense"),
    code("token_used", &[400], C::Authentication, M::TokenRejected, "the card's token was used up"),
    code("token_limit", &[], C::Validation, M::Undecided, "no more tokens for this payment"),
    code("decline_limit", &[], C::IssuerDecline, M::Undecided, "too many declined cards; later again"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_that_the_gateways_reference_names_is_mapped_once() {
        let numbered = |prefix: &str, range: std::ops::RangeInclusive<u32>, width: usize| {
            range.map(|number| format!("{prefix}_{number:0width$}")).collect::<Vec<_>>()
        };
        let mut named = numbered("IR", 0..=42, 2);
        named.extend(numbered("HE", 0..=6, 2));
        named.extend(numbered("WE", 1..=6, 2));
        named.extend(numbered("CE", 0..=9, 2));
        named.extend(numbered("DC", 0..=8, 2));
        named.extend(["IR_44", "IR_50", "IR_51", "IE"].map(str::to_owned));
        named.extend(["UE_1000", "UE_2000", "UE_3000", "UE_4000", "UE_9000"].map(str::to_owned));
        let mapped: BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
        assert_eq!(mapped.len(), CODES.len(), "a code stands twice");
        for code in &named {
            assert!(mapped.contains(code.as_str()), "{code} is not mapped");
        }
    }

    #[test]
    fn a_code_is_believed_with_its_own_status_alone() {
        assert_eq!(reading(400, "HE_01"), Meaning::Exists);
        assert_eq!(reading(404, "HE_02"), Meaning::NotFound);
        assert_eq!(reading(400, "IR_16"), Meaning::WrongState);
        assert_eq!(reading(422, "IR_06"), Meaning::OurRequest);
        assert_eq!(reading(400, "token_expired"), Meaning::TokenRejected);
        assert_eq!(reading(401, "anything"), Meaning::OurKey);
        for (status, code) in [(500, "HE_01"), (422, "HE_00"), (500, "HE_00"), (400, "HE_02"), (502, "IR_06")] {
            assert_eq!(reading(status, code), Meaning::Undecided, "{status} {code}");
        }
        assert_eq!(reading(400, "XY_77"), Meaning::Undecided, "what nobody knows decides nothing");
    }

    #[test]
    fn only_what_was_definitely_not_done_is_exported_as_not_done() {
        use Meaning as M;
        for refusal in [M::OurKey, M::OurRequest, M::Exists, M::NotFound, M::WrongState, M::TokenRejected] {
            assert!(refusal.as_str().starts_with("not done"), "{refusal:?}");
        }
        for (other, words) in [(M::Undecided, "unknown; "), (M::Reason, "why a payment failed")] {
            assert!(other.as_str().starts_with(words), "{other:?}");
        }
    }

    #[test]
    fn what_a_processor_says_never_decides() {
        for code in CODES.iter().filter(|code| code.code.starts_with("CE_")) {
            for status in [400, 402, 422, 500] {
                assert_eq!(reading(status, code.code), Meaning::Undecided, "{}", code.code);
            }
        }
    }
}
