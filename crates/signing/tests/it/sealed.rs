//! The sealed return's vectors, which another implementation made, and every small change.

use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_signing::sealed::{Audience, Claims, PARAMETER, SealError, SealRefused, SealingKey, open, seal};
use serde_json::Value;

use crate::{text, vectors};

const FILE: &str = include_str!("../../vectors/sealed_return.json");

const ADDRESS: &str = "https://pay.example/checkout/return?order=ord_1";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("a test's time is RFC 3339")
}

fn audience(vector: &Value) -> Audience<'_> {
    let mode = match text(vector, "mode") {
        "test" => Mode::Test,
        "live" => Mode::Live,
        other => panic!("{other}"),
    };
    Audience {
        mode,
        merchant_id: text(vector, "merchant_id"),
        profile_id: text(vector, "profile_id"),
        return_address: text(vector, "return_address"),
    }
}

fn ours() -> Audience<'static> {
    Audience { mode: Mode::Test, merchant_id: "merchant_1", profile_id: "pro_1", return_address: ADDRESS }
}

fn key(fill: u8) -> SealingKey {
    let bytes: Vec<u8> = (0..32).map(|place| fill ^ place).collect();
    SealingKey::from_random(bytes.try_into().expect("32 bytes")).expect("no byte stands twice")
}

fn claims() -> Claims {
    Claims {
        payment: "pay_1".to_owned(),
        order: "ord_1".to_owned(),
        attempt: "pay_1_1".to_owned(),
        amount: 6540,
        currency: "EUR".to_owned(),
        status: "succeeded".to_owned(),
        issued: at("2026-11-20T10:00:00Z"),
        expires: at("2026-11-20T10:15:00Z"),
    }
}

fn sealed() -> String {
    seal(&claims(), &ours(), &key(1)).expect("these claims can be sealed")
}

fn query(url: &str) -> &str {
    url.split_once('?').expect("the address has a query").1
}

#[test]
fn keys_are_named_as_the_vectors_say() {
    for vector in vectors(FILE, "keys") {
        assert_eq!(SealingKey::parse(text(&vector, "key")).unwrap().id(), text(&vector, "id"));
    }
}

#[test]
fn seals_open_as_the_vectors_say() {
    for vector in vectors(FILE, "open") {
        let keys = vector["keys"].as_array().unwrap().iter();
        let keys: Vec<_> = keys.map(|key| SealingKey::parse(key.as_str().unwrap()).unwrap()).collect();
        let opened = open(text(&vector, "query"), &keys, &audience(&vector["audience"]), at(text(&vector, "now")));
        let expected = match vector.get("refused") {
            Some(reason) => Err(reason.as_str().unwrap().to_owned()),
            None => Ok(serde_json::from_value(vector["believed"].clone()).unwrap()),
        };
        assert_eq!(opened.map_err(|refused| refused.to_string()), expected, "{}", vector["name"]);
    }
}

#[test]
fn what_was_sealed_opens_and_the_address_stays_in_front() {
    let url = sealed();
    assert!(url.starts_with(&format!("{ADDRESS}&{PARAMETER}=v4.local.")), "{url}");
    assert_eq!(open(query(&url), &[key(2), key(1)], &ours(), claims().issued), Ok(claims()));
    assert_ne!(url, sealed(), "two seals of one claim differ");
}

#[test]
fn a_seal_shows_nothing_of_what_it_holds() {
    let url = sealed();
    for fact in ["pay_1", "6540", "EUR", "succeeded", "merchant_1"] {
        assert!(!url.contains(fact), "{fact}");
    }
}

#[test]
fn no_character_of_a_seal_can_be_changed() {
    let url = sealed();
    let query = query(&url);
    let start = query.find("v4.local.").unwrap();
    for place in start..query.len() {
        for other in ["A", "Q", "_", "%41"] {
            let changed = format!("{}{other}{}", &query[..place], &query[place + 1..]);
            if changed != query {
                let opened = open(&changed, &[key(1)], &ours(), claims().issued);
                assert!(opened.is_err() || &query[place..=place] == "A", "{changed}");
            }
        }
    }
}

#[test]
fn what_can_not_be_sealed_is_refused() {
    let key = key(1);
    let elsewhere = |return_address| Audience { return_address, ..ours() };
    let taken = seal(&claims(), &elsewhere("https://pay.example/?fl%6Frin=1"), &key);
    assert_eq!(taken.unwrap_err(), SealError::NameTaken);
    assert!(matches!(seal(&claims(), &elsewhere("/return"), &key), Err(SealError::NotAUrl(_))));
    for expires in ["2026-11-20T10:15:00.001Z", "2026-11-20T10:00:00Z", "2026-11-20T09:00:00Z"] {
        let claims = Claims { expires: at(expires), ..claims() };
        assert_eq!(seal(&claims, &ours(), &key).unwrap_err(), SealError::WrongLife, "{expires}");
    }
}

#[test]
fn a_query_that_is_too_long_is_refused_unread() {
    let long = format!("{}&utm={}", query(&sealed()), "a".repeat(8 * 1024));
    assert_eq!(open(&long, &[key(1)], &ours(), claims().issued), Err(SealRefused::TooLong));
}
