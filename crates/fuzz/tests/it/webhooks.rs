//! Webhooks: the body that is believed is the body that was signed.

use florin_domain::timestamp::Timestamp;
use florin_fuzz::Fuzz;
use florin_signing::own_gateway::webhook;
use florin_signing::{SigningKey, standard_webhooks};
use secrecy::SecretString;

use crate::word;

const BODY: &[u8] = br#"{"event_id":"evt_1","content":{"object":{"payment_id":"pay_1","status":"succeeded"}}}"#;

/// Parts in one input.
const BETWEEN: &[u8] = b"\x1f";

fn parts<const N: usize>(input: &[u8]) -> Option<[Vec<u8>; N]> {
    let mut rest = input.splitn(N, |byte| [*byte] == BETWEEN);
    let parts: Vec<Vec<u8>> = rest.by_ref().map(<[u8]>::to_vec).collect();
    parts.try_into().ok()
}

#[test]
fn a_webhook_that_is_believed_has_the_body_that_was_signed() {
    let keys = [SigningKey::new(SecretString::from("0123456789abcdefghijklmnopqrstuvwxyz")).unwrap()];
    let signature = webhook::sign(BODY, &keys[0]);
    let seed = [signature.as_bytes(), BETWEEN, BODY].concat();
    let mut fuzz = Fuzz::new("webhook", vec![seed], &[BETWEEN, b"succeeded", b" ", b"0", b"A", b"{}"]);
    while let Some(input) = fuzz.input() {
        let Some([header, body]) = parts(&input) else { continue };
        let Ok(header) = std::str::from_utf8(&header) else { continue };
        let result = webhook::verify(&body, header, &keys);
        assert_eq!(result.is_ok(), body == BODY && header == signature, "{header:?}");
        fuzz.learn(word(&result));
    }
}

#[test]
fn an_event_that_is_believed_has_the_id_the_time_and_the_body_that_were_signed() {
    let now = Timestamp::from_millis(1_782_000_000_000);
    let secret = standard_webhooks::Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==").unwrap();
    let (id, seconds) = ("evt_1", "1782000000");
    let signature = standard_webhooks::sign(id, 1_782_000_000, BODY, &secret).unwrap();
    let seed = [id.as_bytes(), seconds.as_bytes(), signature.as_bytes(), BODY].join(BETWEEN);
    let secrets = [secret];
    let words: &[&[u8]] = &[BETWEEN, b"v1,", b"v1a,", b" ", b".", b"evt_2", b"+", b"0"];
    let mut fuzz = Fuzz::new("Standard Webhooks", vec![seed], words);
    while let Some(input) = fuzz.input() {
        let Some([found_id, time, signatures, body]) = parts(&input) else { continue };
        let texts = [&found_id, &time, &signatures].map(|bytes| std::str::from_utf8(bytes));
        let [Ok(found_id), Ok(timestamp), Ok(signatures)] = texts else { continue };
        let headers = standard_webhooks::Headers { id: found_id, timestamp, signature: signatures };
        let result = standard_webhooks::verify(&headers, &body, now, &secrets);
        if result.is_ok() {
            assert_eq!((found_id, timestamp, body.as_slice()), (id, seconds, BODY));
            assert!(signatures.split(' ').any(|one| one == signature), "{signatures:?}");
        }
        fuzz.learn(word(&result));
    }
}

#[test]
fn a_secret_is_read_or_refused() {
    let seeds = vec![
        b"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==".to_vec(),
        b"0123456789abcdefghijklmnopqrstuvwxyz".to_vec(),
    ];
    let mut fuzz = Fuzz::new("secrets", seeds, &[b"whsec_", b"=", b"+", b"/", b" ", b"AAAA"]);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let shop = standard_webhooks::Secret::parse(text);
        let hash = SigningKey::new(SecretString::from(text));
        fuzz.learn(format!("{} {}", word(&shop), word(&hash)));
    }
}
