//! Many callers at once.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{APPROVED, DECLINED, SECRET_KEY, TestGateway};

/// Sends all of them at once.
async fn all_at_once(gateway: TestGateway, calls: Vec<(String, Value)>) -> (Arc<TestGateway>, Vec<(u16, Value)>) {
    let gateway = Arc::new(gateway);
    let mut running = JoinSet::new();
    for (path, body) in calls {
        let gateway = Arc::clone(&gateway);
        running.spawn(async move { gateway.post(&path, SECRET_KEY, &body).await });
    }
    let answers = running.join_all().await;
    (gateway, answers)
}

fn count(answers: &[(u16, Value)], status: u16) -> usize {
    answers.iter().filter(|answer| answer.0 == status).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_refunds_at_once_give_back_no_more_than_was_taken() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let calls = (0..64).map(|_| ("/refunds".to_owned(), json!({ "payment_id": "pay_1", "amount": 1000 })));
    let (gateway, answers) = all_at_once(gateway, calls.collect()).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (4, 60));
    let refunds = gateway.read("pay_1").await["refunds"].as_array().unwrap().clone();
    assert_eq!(refunds.iter().map(|refund| refund["amount"].as_i64().unwrap()).sum::<i64>(), 4000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_confirms_at_once_charge_once() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let (good, bad) = (gateway.token(&payment, APPROVED).await, gateway.token(&payment, DECLINED).await);
    let confirm = |token: &String| ("/payments/pay_1/confirm".to_owned(), json!({ "payment_token": token }));
    let calls = (0..64).map(|place| confirm(if place % 2 == 0 { &good } else { &bad }));
    let (gateway, answers) = all_at_once(gateway, calls.collect()).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 63));
    let winner = &answers.iter().find(|answer| answer.0 == 200).unwrap().1;
    assert_eq!(&gateway.read("pay_1").await, winner);
    assert_eq!(winner["attempt_count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_capture_and_a_cancel_at_once_have_one_winner() {
    let mut gateway = TestGateway::start().await;
    for round in 0..8 {
        let id = format!("pay_{round}");
        gateway.pay(&id, APPROVED, json!({ "capture_method": "manual" })).await;
        let calls = vec![
            (format!("/payments/{id}/capture"), json!({})),
            (format!("/payments/{id}/cancel"), json!({})),
            (format!("/payments/{id}/capture"), json!({ "amount_to_capture": 1 })),
        ];
        let (shared, answers) = all_at_once(gateway, calls).await;
        gateway = Arc::into_inner(shared).unwrap();
        assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 2), "{answers:?}");
        let winner = &answers.iter().find(|answer| answer.0 == 200).unwrap().1;
        assert_eq!(gateway.read(&id).await["status"], winner["status"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_creates_with_one_id_make_one_payment() {
    let gateway = TestGateway::start().await;
    let create =
        |amount: i64| ("/payments".to_owned(), json!({ "payment_id": "pay_1", "amount": amount, "currency": "EUR" }));
    let (gateway, answers) = all_at_once(gateway, (1..=64).map(create).collect()).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 63));
    let winner = &answers.iter().find(|answer| answer.0 == 200).unwrap().1;
    assert_eq!(&gateway.read("pay_1").await, winner);
}
