//! The return URL's vectors, both sides.

use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::{AmountExpected, ReturnParams, VerifiedReturn, sign, verify};
use serde_json::Value;

use crate::{key, text, vectors};

const FILE: &str = include_str!("../../vectors/return_url.json");

#[test]
fn the_gateway_signs_as_the_vectors_say() {
    for vector in vectors(FILE, "sign") {
        let params = ReturnParams {
            status: text(&vector, "status").to_owned(),
            payment_id: text(&vector, "payment_id").to_owned(),
            client_secret: text(&vector, "client_secret").to_owned(),
            amount: vector["amount"].as_i64(),
            manual_retry_allowed: vector["manual_retry_allowed"].as_bool().unwrap(),
        };
        let url = sign(text(&vector, "base"), &params, &key(text(&vector, "key"))).unwrap();
        assert_eq!(url, text(&vector, "url"), "{}", vector["name"]);
    }
}

#[test]
fn the_merchant_answers_as_the_vectors_say() {
    for vector in vectors(FILE, "verify") {
        let keys: Vec<SigningKey> =
            vector["keys"].as_array().unwrap().iter().map(|name| key(name.as_str().unwrap())).collect();
        let expect = match text(&vector, "amount") {
            "required" => AmountExpected::Required,
            "forbidden" => AmountExpected::Forbidden,
            other => panic!("{other}"),
        };
        let answer = verify(text(&vector, "query"), &keys, expect).map_err(|refused| refused.to_string());
        let expected = match vector.get("refused") {
            Some(reason) => Err(reason.as_str().unwrap().to_owned()),
            None => Ok(believed(&vector["believed"])),
        };
        assert_eq!(answer, expected, "{}", vector["name"]);
    }
}

fn believed(vector: &Value) -> VerifiedReturn {
    VerifiedReturn {
        order: text(vector, "order").to_owned(),
        status: text(vector, "status").to_owned(),
        payment_id: text(vector, "payment_id").to_owned(),
        amount: vector["amount"].as_i64(),
    }
}

#[test]
fn an_address_that_is_no_url_is_refused() {
    let params = ReturnParams {
        status: "failed".to_owned(),
        payment_id: "pay_1".to_owned(),
        client_secret: "pay_1_secret_x".to_owned(),
        amount: None,
        manual_retry_allowed: false,
    };
    for base in ["", "/checkout/return", "127.0.0.1/return", "https://"] {
        assert!(sign(base, &params, &key("k")).is_err(), "{base:?}");
    }
}

#[test]
fn a_fragment_stays_behind_the_parameters() {
    let params = ReturnParams {
        status: "failed".to_owned(),
        payment_id: "pay_1".to_owned(),
        client_secret: "pay_1_secret_x".to_owned(),
        amount: Some(1),
        manual_retry_allowed: false,
    };
    let url = sign("https://shop.example/r?order=ord_1#top", &params, &key("k")).unwrap();
    let (rest, fragment) = url.split_once('#').unwrap();
    assert_eq!(fragment, "top");
    assert!(verify(rest.split_once('?').unwrap().1, &[key("k")], AmountExpected::Required).is_ok());
}

#[test]
fn a_query_that_is_too_long_is_refused_unread() {
    let long = format!("status={}", "a".repeat(8 * 1024));
    let refused = verify(&long, &[key("k")], AmountExpected::Required).unwrap_err();
    assert_eq!(refused.to_string(), "the query is too long");
}
