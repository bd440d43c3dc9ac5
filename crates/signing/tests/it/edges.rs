//! The last value that is taken, the first that is not, and what is printed of a secret.

use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::return_url::{AmountExpected, ReturnRefused, verify};
use florin_signing::sealed::{self, Audience, SealRefused};
use florin_signing::standard_webhooks::{self, Headers, Secret};

use crate::key;

/// Longer queries than this are not read.
const LONGEST: usize = 8192;

#[test]
fn a_query_of_eight_kilobytes_is_read_and_a_longer_one_is_not() {
    let refused = |length: usize| {
        let query = format!("utm={}", "a".repeat(length - 4));
        assert_eq!(query.len(), length);
        verify(&query, &[key("0123456789abcdef")], AmountExpected::Required).unwrap_err()
    };
    assert_eq!(refused(LONGEST), ReturnRefused::Missing("signature_algorithm"));
    assert_eq!(refused(LONGEST + 1), ReturnRefused::TooLong);
}

#[test]
fn a_seal_in_a_query_of_eight_kilobytes_is_looked_for_and_in_a_longer_one_not() {
    let ours = Audience {
        mode: Mode::Test,
        merchant_id: "merchant_1",
        profile_id: "pro_1",
        return_address: "https://pay.example/",
    };
    let refused = |length: usize| {
        let query = format!("utm={}", "a".repeat(length - 4));
        sealed::open(&query, &[], &ours, Timestamp::from_millis(0)).unwrap_err()
    };
    assert_eq!(refused(LONGEST), SealRefused::Missing);
    assert_eq!(refused(LONGEST + 1), SealRefused::TooLong);
}

#[test]
fn the_first_second_of_1970_can_be_signed_and_believed() {
    let secret = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==").unwrap();
    let signature = standard_webhooks::sign("evt_1", 0, b"{}", &secret).unwrap();
    let headers = Headers { id: "evt_1", timestamp: "0", signature: &signature };
    let now = Timestamp::from_millis(0);
    assert_eq!(standard_webhooks::verify(&headers, b"{}", now, std::slice::from_ref(&secret)), Ok(()));
    assert!(standard_webhooks::sign("evt_1", -1, b"{}", &secret).is_err());
}

#[test]
fn a_secret_shows_what_it_is_and_nothing_of_itself() {
    let secret = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==").unwrap();
    assert_eq!(format!("{secret:?} {:?}", key("hunter2hunter2")), "Secret(…) SigningKey(…)");
}
