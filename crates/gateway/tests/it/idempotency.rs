//! `Idempotency-Key`: a call made again is answered again, and carried out once.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{APPROVED, OTHER_SECRET_KEY, SECRET_KEY, TestGateway, card, refused};

/// Status, whether it was replayed, and the exact bytes.
async fn send(gateway: &TestGateway, key: &str, path: &str, idempotency: &str, body: &Value) -> (u16, bool, String) {
    let request = gateway.request(Method::POST, path, key).header("idempotency-key", idempotency).json(body);
    let response = request.send().await.unwrap();
    let replayed = response.headers().get("idempotent-replayed").is_some_and(|value| value == "true");
    (response.status().as_u16(), replayed, response.text().await.unwrap())
}

fn pay() -> Value {
    json!({ "amount": 100, "currency": "EUR", "confirm": true, "payment_method": "card",
            "payment_method_data": { "card": card(APPROVED) } })
}

async fn payments(gateway: &TestGateway) -> i64 {
    let row = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS n FROM payments", &[])).await;
    row.unwrap().unwrap().get("n").unwrap()
}

#[tokio::test]
async fn the_first_answer_is_given_again_byte_for_byte() {
    let gateway = TestGateway::start().await;
    let (status, replayed, first) = send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    assert_eq!((status, replayed), (200, false));
    gateway.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await, (200, true, first));
    assert_eq!(payments(&gateway).await, 1);
    assert_eq!(send(&gateway, SECRET_KEY, "/payments", "key-2", &pay()).await.0, 200);
    assert_eq!(payments(&gateway).await, 2, "another key is another payment");
    assert!(!send(&gateway, OTHER_SECRET_KEY, "/payments", "key-1", &pay()).await.1, "keys are a merchant's own");
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let gateway = TestGateway::start().await;
    let bad = json!({ "amount": -1, "currency": "EUR" });
    let first = send(&gateway, SECRET_KEY, "/payments", "key-1", &bad).await;
    assert_eq!((first.0, first.1), (400, false));
    assert_eq!(send(&gateway, SECRET_KEY, "/payments", "key-1", &bad).await, (400, true, first.2));
}

#[tokio::test]
async fn words_in_metadata_are_no_error() {
    let gateway = TestGateway::start().await;
    let mut body = pay();
    body["metadata"] = json!({ "error": { "code": "HE_00" }, "code": "HE_00" });
    let (status, replayed, first) = send(&gateway, SECRET_KEY, "/payments", "key-1", &body).await;
    assert_eq!((status, replayed), (200, false));
    assert_eq!(send(&gateway, SECRET_KEY, "/payments", "key-1", &body).await, (200, true, first));
    assert_eq!(payments(&gateway).await, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_call() {
    let gateway = TestGateway::start().await;
    send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    let mut other = pay();
    other["amount"] = json!(101);
    let (status, replayed, body) = send(&gateway, SECRET_KEY, "/payments", "key-1", &other).await;
    assert_eq!((status, replayed), (422, false));
    assert!(body.contains("This Idempotency-Key was used for another call"), "{body}");
    let (status, ..) = send(&gateway, SECRET_KEY, "/customers", "key-1", &json!({})).await;
    assert_eq!(status, 422);
    let empty = send(&gateway, SECRET_KEY, "/payments", "", &pay()).await;
    assert_eq!(empty.0, 422);
    assert_eq!(payments(&gateway).await, 1);
}

#[tokio::test]
async fn without_the_header_a_second_create_is_an_error_as_upstream() {
    let gateway = TestGateway::start().await;
    let mut body = pay();
    body["payment_id"] = json!("pay_1");
    assert_eq!(gateway.post("/payments", SECRET_KEY, &body).await.0, 200);
    let again = gateway.post("/payments", SECRET_KEY, &body).await;
    assert_eq!((again.0, refused(&again).1), (400, "HE_01"));
}

#[tokio::test]
async fn sixty_four_at_once_are_one() {
    let gateway = std::sync::Arc::new(TestGateway::start().await);
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let gateway = gateway.clone();
        calls.spawn(async move { send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.iter().filter(|(_, replayed, _)| !replayed).count(), 1);
    assert!(answers.iter().all(|(status, _, body)| *status == 200 && *body == answers[0].2));
    assert_eq!(payments(&gateway).await, 1);
}

#[tokio::test]
async fn a_lost_answer_is_given_again() {
    let gateway = TestGateway::start().await;
    gateway.order("/sandbox/faults", json!({ "route": "POST /payments", "fault": "drop_after", "times": 1 })).await;
    let request = gateway.request(Method::POST, "/payments", SECRET_KEY).header("idempotency-key", "key-1");
    assert!(request.json(&pay()).send().await.is_err(), "the answer is lost");
    let (status, replayed, _) = send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    assert_eq!((status, replayed), (200, true));
    assert_eq!(payments(&gateway).await, 1);
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_not_run_again() {
    let gateway = TestGateway::start().await;
    send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    // As a crash between the effect and the answer would leave it.
    let forget = |tx: &mut florin_store::Tx<'_>| tx.execute("UPDATE first_answers SET status = NULL, body = NULL", &[]);
    gateway.store.write(forget).await.unwrap();
    let (status, replayed, body) = send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    assert_eq!((status, replayed), (422, false));
    assert!(body.contains("HE_00"), "{body}");
    assert_eq!(payments(&gateway).await, 1);
}

#[tokio::test]
async fn no_card_can_be_found_by_its_calls_fingerprint() {
    let gateway = TestGateway::start().await;
    send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    let row = gateway.store.read(|tx| tx.first("SELECT fingerprint, body FROM first_answers", &[])).await;
    let row = row.unwrap().unwrap();
    assert_eq!(row.get::<String>("fingerprint").unwrap().len(), 64);
    assert!(!row.get::<String>("body").unwrap().contains(APPROVED));
}

#[tokio::test]
async fn a_caller_that_goes_away_at_any_moment_finds_the_answer_at_the_next_try() {
    let gateway = TestGateway::start().await;
    for moment in 0..40 {
        let key = format!("cut-{moment}");
        let body = pay();
        let call = send(&gateway, SECRET_KEY, "/payments", &key, &body);
        // Dropped with its connection, wherever the work then is.
        let cut = tokio::time::timeout(std::time::Duration::from_micros(moment * 150), call).await;
        let (status, _, answer) = send(&gateway, SECRET_KEY, "/payments", &key, &pay()).await;
        assert_eq!(status, 200, "cut off after {moment} steps, answered: {}; {answer}", cut.is_ok());
        assert_eq!(payments(&gateway).await, i64::try_from(moment).unwrap() + 1, "carried out once");
    }
}

#[tokio::test]
async fn a_bad_day_reaches_a_call_with_a_key() {
    let gateway = TestGateway::start().await;
    let fault = json!({ "route": "POST /payments", "fault": "hang", "times": 1 });
    gateway.order("/sandbox/faults", fault).await;
    let (status, _, payment) = send(&gateway, SECRET_KEY, "/payments", "key-1", &pay()).await;
    let payment: Value = serde_json::from_str(&payment).unwrap();
    assert_eq!((status, &payment["status"]), (200, &json!("processing")));
}
