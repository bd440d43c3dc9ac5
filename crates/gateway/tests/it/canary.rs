//! A card number goes in, and is found nowhere afterwards.

use std::fs;

use florin_gateway::Switches;
use serde_json::json;

use crate::harness::{PUBLISHABLE_KEY, Receiver, SECRET_KEY, TestGateway, card, logs, merge, token_request};

/// Used by no other test of this process, so that every hit is this test's.
const NUMBER: &str = "4539148803436467";
const SPACED: &str = "4539 1488 0343 6467";
const CODE: &str = "8135";

fn forms() -> Vec<String> {
    let reversed: String = NUMBER.chars().rev().collect();
    let hex: String = NUMBER.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        NUMBER.to_owned(),
        SPACED.to_owned(),
        SPACED.replace(' ', "-"),
        SPACED.replace(' ', "%20"),
        reversed,
        hex,
        // All but the last four, and all but what may be shown.
        NUMBER[..12].to_owned(),
        NUMBER[6..].to_owned(),
        format!("\"{CODE}\""),
        "card_cvc\":".to_owned(),
    ]
}

#[track_caller]
fn assert_clean(place: &str, bytes: &[u8]) {
    for form in forms() {
        let found = bytes.windows(form.len()).position(|window| window == form.as_bytes());
        assert_eq!(found, None, "{place} holds {form}");
    }
}

#[tokio::test]
async fn neither_number_nor_code_is_in_the_database_the_logs_an_answer_or_an_event() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let mut answers = Vec::new();

    let payment = gateway.open("pay_token").await;
    let mut body = token_request(&payment, SPACED);
    merge(&mut body["card"], json!({ "card_cvc": CODE }));
    let (status, token) = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 201);
    answers.push(token.to_string());
    let (status, declined) = gateway.confirm("pay_token", token["token"].as_str().unwrap()).await;
    assert_eq!((status, &declined["error_code"]), (200, &json!("DC_04")));
    answers.push(declined.to_string());

    let payment = gateway.open("pay_direct").await;
    let mut direct = json!({
        "client_secret": payment["client_secret"], "payment_method_data": { "card": card(NUMBER) },
    });
    merge(&mut direct["payment_method_data"]["card"], json!({ "card_cvc": CODE }));
    answers.push(gateway.post("/payments/pay_direct/confirm", PUBLISHABLE_KEY, &direct).await.1.to_string());

    // Card data where it does not belong is not repeated either.
    for (path, body) in [
        ("/payments", json!({ "amount": NUMBER, "currency": "EUR" })),
        ("/payments", json!({ "amount": 1, "currency": SPACED })),
        ("/payments", json!({ "amount": 1, "currency": "EUR", "capture_method": NUMBER })),
        ("/payments", json!({ "amount": 1, "currency": "EUR", "payment_method_data": { "card": NUMBER } })),
    ] {
        let (status, answer) = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!(status, 400, "{answer}");
        answers.push(answer.to_string());
    }

    answers.extend(receiver.wait_for(2).await.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()));
    for answer in &answers {
        assert_clean("an answer or an event", answer.as_bytes());
    }
    for file in fs::read_dir(gateway.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        assert_clean(&path.display().to_string(), &bytes);
    }
    let logs = logs();
    assert!(!logs.is_empty(), "the logs are captured");
    assert_clean("the log", &logs);
}

#[tokio::test]
async fn the_secret_key_is_not_in_the_database() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    for file in fs::read_dir(gateway.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(SECRET_KEY.len()).any(|window| window == SECRET_KEY.as_bytes()));
    }
}
