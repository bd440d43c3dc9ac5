//! OwnGateway's webhook signature.

use florin_signing::own_gateway::webhook::{HEADER, WebhookRefused, sign, verify};

use crate::{key, text, vectors};

const FILE: &str = include_str!("../../vectors/owngateway_webhook.json");

#[test]
fn signatures_are_those_of_the_vectors() {
    for vector in vectors(FILE, "sign") {
        let (key, body) = (key(text(&vector, "key")), text(&vector, "body").as_bytes());
        assert_eq!(sign(body, &key), text(&vector, "signature"), "{}", vector["name"]);
        assert_eq!(verify(body, text(&vector, "signature"), &[key]), Ok(()));
    }
}

#[test]
fn any_changed_bit_of_the_body_is_refused() {
    let body = br#"{"event_id":"evt_1","content":{"object":{"status":"succeeded"}}}"#.to_vec();
    let signature = sign(&body, &key("k"));
    for place in 0..body.len() {
        for bit in 0..8 {
            let mut changed = body.clone();
            changed[place] ^= 1 << bit;
            assert_eq!(verify(&changed, &signature, &[key("k")]), Err(WebhookRefused::WrongSignature));
        }
    }
    for longer in [[&body[..], b"\n"].concat(), [b" ", &body[..]].concat(), Vec::new()] {
        assert_eq!(verify(&longer, &signature, &[key("k")]), Err(WebhookRefused::WrongSignature));
    }
}

#[test]
fn any_changed_character_of_the_signature_is_refused() {
    let signature = sign(b"body", &key("k"));
    for place in 0..signature.len() {
        for character in ('0'..='9').chain('a'..='g').chain('A'..='F').chain([' ']) {
            let changed = format!("{}{character}{}", &signature[..place], &signature[place + 1..]);
            let expected = if changed == signature { Ok(()) } else { Err(WebhookRefused::WrongSignature) };
            assert_eq!(verify(b"body", &changed, &[key("k")]), expected, "{changed}");
        }
    }
}

#[test]
fn one_of_several_keys_is_enough_and_none_is_not() {
    let signature = sign(b"body", &key("old"));
    assert_eq!(verify(b"body", &signature, &[key("new"), key("old")]), Ok(()));
    assert_eq!(verify(b"body", &signature, &[key("new")]), Err(WebhookRefused::WrongSignature));
    assert_eq!(verify(b"body", &signature, &[]), Err(WebhookRefused::WrongSignature));
    assert_eq!(verify(b"body", "", &[key("old")]), Err(WebhookRefused::Missing));
}

#[test]
fn the_header_is_the_one_the_gateway_sends() {
    assert!(HEADER.eq_ignore_ascii_case("X-Webhook-Signature-512"));
}
