//! Tokens: one payment, fifteen minutes, memory only.

use std::time::Duration;

use serde_json::json;

use crate::harness::{APPROVED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, refused, token_request};

#[tokio::test]
async fn a_token_shows_what_may_be_shown() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let (status, token) = gateway.post("/tokens", PUBLISHABLE_KEY, &token_request(&payment, APPROVED)).await;
    assert_eq!(status, 201);
    assert_eq!(token["card"], json!({ "brand": "Visa", "last4": "4242", "exp_month": "10", "exp_year": "30" }));
    assert_eq!(token["expires_at"], "2026-06-25T10:15:00.000Z");
}

#[tokio::test]
async fn a_token_says_nothing_about_what_the_bank_would_say() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    for number in [APPROVED, DECLINED, "4012888888881881"] {
        let (status, token) = gateway.post("/tokens", PUBLISHABLE_KEY, &token_request(&payment, number)).await;
        assert_eq!((status, token.as_object().unwrap().len()), (201, 3), "{number}");
    }
}

/// The tokens that a gateway hands out for these cards, and the id it makes next. Every id is made from the
/// same row of random numbers: more or less work for a card would shift it.
async fn after_tokens_for(numbers: &[&str]) -> (Vec<String>, String) {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let mut tokens = Vec::new();
    for number in numbers {
        tokens.push(gateway.token(&payment, number).await);
    }
    let (_, next) = gateway.post("/payments", SECRET_KEY, &json!({ "amount": 1, "currency": "EUR" })).await;
    (tokens, next["payment_id"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_token_takes_the_same_steps_for_every_card() {
    let approved = after_tokens_for(&[APPROVED, APPROVED]).await;
    for number in [DECLINED, "4000003800000446", "4000000000003105", "4000000000000143", "4012888888881881"] {
        assert_eq!(after_tokens_for(&[number, number]).await, approved, "{number}");
    }
}

#[test]
fn the_vault_asks_no_issuer() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/vault");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            assert!(!std::fs::read_to_string(&path).unwrap().contains("connector"), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_token_needs_the_client_secret_of_its_payment() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let mut body = token_request(&payment, APPROVED);
    body.as_object_mut().unwrap().remove("client_secret");
    let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
    assert_eq!(refused(&answer), (400, "IR_04", "Missing required param: client_secret"));
    for secret in ["", "pay_1", "pay_1_secret_wrong", "pay_none_secret_0123456789abcdef"] {
        let body = token_request(&json!({ "client_secret": secret }), APPROVED);
        let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (400, "IR_09"), "{secret:?}");
    }
    let answer = gateway.post("/tokens", SECRET_KEY, &token_request(&payment, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (401, "IR_01"));
}

#[tokio::test]
async fn a_token_pays_no_other_payment() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    gateway.open("pay_2").await;
    let token = gateway.token(&payment, APPROVED).await;
    let answer = gateway.confirm("pay_2", &token).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "token_expired"));
    assert_eq!(gateway.read("pay_2").await["status"], "requires_payment_method");
    assert_eq!(gateway.confirm("pay_1", &token).await.1["status"], "succeeded");
}

#[tokio::test]
async fn a_token_presented_again_for_its_payment_charges_once() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, APPROVED).await;
    let (_, paid) = gateway.confirm("pay_1", &token).await;
    let again = gateway.confirm("pay_1", &token).await;
    let words = "You cannot confirm this payment because it has status succeeded";
    assert_eq!(refused(&again), (400, "IR_16", words));
    assert_eq!(gateway.read("pay_1").await, paid);
}

#[tokio::test]
async fn a_refused_confirm_does_not_use_up_its_token() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, APPROVED).await;
    let body = json!({ "payment_token": token, "amount": 1 });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"));
    assert_eq!(gateway.confirm("pay_1", &token).await.1["status"], "succeeded");
}

#[tokio::test]
async fn no_token_after_submission() {
    let gateway = TestGateway::start().await;
    let payment = gateway.pay("pay_1", DECLINED, json!({})).await;
    let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &token_request(&payment, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_16"));
}

#[tokio::test]
async fn a_token_ends_after_fifteen_minutes() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open_with("pay_1", json!({ "session_expiry": 3600 })).await;
    let token = gateway.token(&payment, APPROVED).await;
    gateway.clock.advance(Duration::from_secs(15 * 60));
    let answer = gateway.confirm("pay_1", &token).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "token_expired"));
    let fresh = gateway.token(&payment, APPROVED).await;
    gateway.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(gateway.confirm("pay_1", &fresh).await.1["status"], "succeeded");
}

#[tokio::test]
async fn a_payment_has_at_most_twenty_tokens() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    for _ in 0..20 {
        gateway.token(&payment, APPROVED).await;
    }
    let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &token_request(&payment, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "token_limit"));
    let other = gateway.open("pay_2").await;
    gateway.token(&other, APPROVED).await;
}

#[tokio::test]
async fn a_restart_forgets_every_card_and_charges_nothing() {
    let before = TestGateway::start().await;
    let payment = before.open("pay_1").await;
    let token = before.token(&payment, APPROVED).await;
    let after = before.restart(None).await;
    let answer = after.confirm("pay_1", &token).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "token_expired"));
    assert_eq!(after.read("pay_1").await["status"], "requires_payment_method");
    let fresh = after.token(&payment, APPROVED).await;
    assert_eq!(after.confirm("pay_1", &fresh).await.1["status"], "succeeded");
}
