//! Standard Webhooks: the specification's vectors, and what a strict receiver refuses.

use florin_domain::timestamp::Timestamp;
use florin_signing::standard_webhooks::{Headers, Secret, SecretError, SignError, WebhookRefused, sign, verify};

use crate::{text, vectors};

const FILE: &str = include_str!("../../vectors/standard_webhooks.json");
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const AT: i64 = 1_614_265_330;
const BODY: &[u8] = b"{\"test\": 2432232314}";
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const WRONG: &str = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

fn secret(text: &str) -> Secret {
    Secret::parse(text).expect("a test's secret is one")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

#[track_caller]
fn check(id: &str, timestamp: &str, signature: &str, expected: Result<(), WebhookRefused>) {
    let headers = Headers { id, timestamp, signature };
    assert_eq!(verify(&headers, BODY, at(AT), &[secret(SECRET)]), expected, "{headers:?}");
}

#[test]
fn signatures_are_those_of_the_vectors() {
    for vector in vectors(FILE, "sign") {
        let secret = secret(text(&vector, "secret"));
        let seconds = vector["timestamp"].as_i64().unwrap();
        let (id, body) = (text(&vector, "id"), text(&vector, "body").as_bytes());
        let signature = sign(id, seconds, body, &secret).unwrap();
        assert_eq!(signature, text(&vector, "signature"), "{}", vector["name"]);
        let headers = Headers { id, timestamp: &seconds.to_string(), signature: &signature };
        assert_eq!(verify(&headers, body, at(seconds), &[secret]), Ok(()));
    }
}

#[test]
fn each_missing_header_is_named() {
    let now = AT.to_string();
    check("", &now, SIGNATURE, Err(WebhookRefused::Missing("webhook-id")));
    check(ID, "", SIGNATURE, Err(WebhookRefused::Missing("webhook-timestamp")));
    check(ID, &now, "", Err(WebhookRefused::Missing("webhook-signature")));
}

#[test]
fn five_minutes_either_way_are_accepted_and_a_second_more_is_not() {
    let headers = Headers { id: ID, timestamp: &AT.to_string(), signature: SIGNATURE };
    let verify_at = |now| verify(&headers, BODY, now, &[secret(SECRET)]);
    for offset in [-300, -1, 0, 1, 300] {
        assert_eq!(verify_at(at(AT + offset)), Ok(()), "{offset}");
    }
    assert_eq!(verify_at(at(AT + 301)), Err(WebhookRefused::TooOld));
    assert_eq!(verify_at(at(AT - 301)), Err(WebhookRefused::TooNew));
    assert_eq!(verify_at(Timestamp::from_millis(i64::MIN)), Err(WebhookRefused::TooNew));
    assert_eq!(verify_at(Timestamp::from_millis(i64::MAX)), Err(WebhookRefused::TooOld));
}

#[test]
fn a_time_has_one_spelling() {
    for wrong in [
        "now",
        " 1614265330",
        "1614265330 ",
        "+1614265330",
        "01614265330",
        "1614265330.0",
        "1.614265330e9",
        "-1",
        "-0",
        "1614265330000000000000",
        "１６１４２６５３３０",
        "0x60380e72",
    ] {
        check(ID, wrong, SIGNATURE, Err(WebhookRefused::WrongTime));
    }
    check(ID, "0", SIGNATURE, Err(WebhookRefused::TooOld));
    check(ID, &(AT + 1).to_string(), SIGNATURE, Err(WebhookRefused::WrongSignature));
}

#[test]
fn an_id_that_could_be_read_in_two_ways_is_neither_signed_nor_believed() {
    let long = "a".repeat(257);
    for id in ["a.1", ".", "a b", "a\n", "é", long.as_str()] {
        assert_eq!(sign(id, AT, BODY, &secret(SECRET)), Err(SignError::WrongId), "{id:?}");
        check(id, &AT.to_string(), SIGNATURE, Err(WebhookRefused::WrongId));
    }
    assert_eq!(sign("", AT, BODY, &secret(SECRET)), Err(SignError::WrongId));
    assert_eq!(sign(ID, -1, BODY, &secret(SECRET)), Err(SignError::WrongTime));
}

#[test]
fn one_right_signature_among_several_is_enough() {
    let now = AT.to_string();
    check(ID, &now, &format!("{WRONG} v2,{} {SIGNATURE} v1,xx", &SIGNATURE[3..]), Ok(()));
    check(ID, &now, &format!("{WRONG} {WRONG}"), Err(WebhookRefused::WrongSignature));
}

#[test]
fn a_signature_that_is_not_quite_one_is_refused() {
    let now = AT.to_string();
    let bare = &SIGNATURE[3..];
    let unpadded = SIGNATURE.trim_end_matches('=');
    let url_safe = SIGNATURE.replace('+', "-").replace('/', "_");
    for wrong in [
        "v1,",
        "v1",
        ",",
        "v1,g0hM9SsE",
        bare,
        unpadded,
        &url_safe,
        &format!("v2,{bare}"),
        &format!("v1a,{bare}"),
        &format!("V1,{bare}"),
        &format!("v1,{bare}="),
        &format!("v1, {bare}"),
        &format!("v1,,{bare}"),
        &format!("{WRONG},{bare}"),
        &SIGNATURE.replace("OE=", "OF="),
    ] {
        check(ID, &now, wrong, Err(WebhookRefused::WrongSignature));
    }
}

#[test]
fn a_changed_body_or_id_is_refused() {
    let headers = Headers { id: ID, timestamp: &AT.to_string(), signature: SIGNATURE };
    for place in 0..BODY.len() {
        let mut changed = BODY.to_vec();
        changed[place] ^= 1;
        assert_eq!(verify(&headers, &changed, at(AT), &[secret(SECRET)]), Err(WebhookRefused::WrongSignature));
    }
    check("msg_other", &AT.to_string(), SIGNATURE, Err(WebhookRefused::WrongSignature));
}

#[test]
fn the_old_secret_counts_while_it_is_listed() {
    let headers = Headers { id: ID, timestamp: &AT.to_string(), signature: SIGNATURE };
    assert_eq!(verify(&headers, BODY, at(AT), &[secret(OTHER), secret(SECRET)]), Ok(()));
    assert_eq!(verify(&headers, BODY, at(AT), &[secret(OTHER)]), Err(WebhookRefused::WrongSignature));
    assert_eq!(verify(&headers, BODY, at(AT), &[]), Err(WebhookRefused::WrongSignature));
}

#[test]
fn a_secret_that_is_none_is_refused_and_none_prints() {
    let whsec = |bytes: usize| format!("whsec_{}", "A".repeat(bytes / 3 * 4));
    let cases = [
        ("", SecretError::WrongPrefix),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::WrongPrefix),
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::WrongPrefix),
        ("whsec_", SecretError::WrongLength),
        ("whsec_c2hvcnQ=", SecretError::WrongLength),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!", SecretError::NotBase64),
        ("whsec_MfKQ9r8G KYqrTwjUPD8ILPZIo2LaLaSw", SecretError::NotBase64),
    ];
    for (text, expected) in cases {
        assert_eq!(Secret::parse(text).unwrap_err(), expected, "{text}");
    }
    assert_eq!(Secret::parse(&whsec(21)).unwrap_err(), SecretError::WrongLength);
    assert!(Secret::parse(&whsec(24)).is_ok());
    assert!(Secret::parse(&whsec(63)).is_ok());
    assert_eq!(Secret::parse(&whsec(66)).unwrap_err(), SecretError::WrongLength);
    assert!(!format!("{:?}", secret(SECRET)).contains("MfKQ"));
}

#[test]
fn padding_of_a_secret_does_not_matter() {
    let (padded, unpadded) =
        ("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    let signed = |text| sign(ID, AT, BODY, &secret(text)).unwrap();
    assert_eq!(signed(padded), signed(unpadded));
}
