//! Return URLs: what is believed says what was signed.

use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_fuzz::Fuzz;
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::{AmountExpected, ReturnParams, sign, verify};
use florin_signing::sealed::{self, Audience, Claims, SealingKey};
use secrecy::SecretString;

use crate::word;

const ADDRESS: &str = "https://merchant.example/checkout/return?order=ord_1";

const WORDS: &[&[u8]] = &[
    b"&status=succeeded",
    b"status",
    b"amount=4200",
    b"%26",
    b"%3D",
    b"%00",
    b"+",
    b"&order=ord_2",
    b"&payment_id=pay_2",
    b"%C3%28",
    b"signature_algorithm=HMAC-SHA512",
    b"&&",
    b"&=",
    b"utm_source=a",
];

fn query(url: &str) -> String {
    url.split_once('?').unwrap().1.to_owned()
}

fn key() -> SigningKey {
    SigningKey::new(SecretString::from("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr")).unwrap()
}

fn signed(status: &str, amount: Option<i64>) -> String {
    let params = ReturnParams {
        status: status.to_owned(),
        payment_id: "pay_1".to_owned(),
        client_secret: "pay_1_secret_2".to_owned(),
        amount,
        manual_retry_allowed: false,
    };
    query(&sign(ADDRESS, &params, &key()).unwrap())
}

#[test]
fn a_return_that_is_believed_is_one_that_was_signed() {
    let keys = [key()];
    for (expect, amount) in [(AmountExpected::Required, Some(4200)), (AmountExpected::Forbidden, None)] {
        // Two statuses are signed, so that pieces of one can wander into the other.
        let statuses = ["succeeded", "failed"];
        let seeds = statuses.map(|status| signed(status, amount).into_bytes()).to_vec();
        let mut fuzz = Fuzz::new("signed return", seeds, WORDS);
        while let Some(input) = fuzz.input() {
            let Ok(text) = std::str::from_utf8(&input) else { continue };
            let result = verify(text, &keys, expect);
            if let Ok(facts) = &result {
                let said = (facts.order.as_str(), facts.payment_id.as_str(), facts.amount);
                assert_eq!(said, ("ord_1", "pay_1", amount));
                assert!(statuses.contains(&facts.status.as_str()), "{}", facts.status);
            }
            fuzz.learn(word(&result));
        }
    }
}

#[test]
fn a_seal_that_opens_is_one_that_was_sealed() {
    let now = Timestamp::parse("2026-06-25T10:00:00.000Z").unwrap();
    let bytes: [u8; 32] = std::array::from_fn(|place| u8::try_from(place).unwrap());
    let key = SealingKey::from_random(bytes).unwrap();
    let audience =
        Audience { mode: Mode::Test, merchant_id: "merchant_1", profile_id: "pro_1", return_address: ADDRESS };
    let claims = |status: &str| Claims {
        payment: "pay_1".to_owned(),
        order: "ord_1".to_owned(),
        attempt: "att_1".to_owned(),
        amount: 4200,
        currency: "EUR".to_owned(),
        status: status.to_owned(),
        issued: now,
        expires: now.plus(std::time::Duration::from_secs(900)),
    };
    let both = [claims("succeeded"), claims("failed")];
    let seal = |claims: &Claims| query(&sealed::seal(claims, &audience, &key).unwrap()).into_bytes();
    let seeds = both.iter().map(seal).collect();
    let keys = [SealingKey::from_random(bytes).unwrap()];
    let mut fuzz =
        Fuzz::new("sealed return", seeds, &[b"v4.local.", b"florin=", b"&florin=", b".", b"%2E", b"A", b"_"]);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let result = sealed::open(text, &keys, &audience, now);
        if let Ok(opened) = &result {
            assert!(both.contains(opened), "{opened:?}");
        }
        fuzz.learn(word(&result));
    }
}
