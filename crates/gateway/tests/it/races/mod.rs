//! Many callers at once.

mod kept_once;
mod two_writers;

use std::sync::Arc;

use florin_gateway::Switches;
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

/// How often the great race is run; 300 with `FLORIN_RACES=300`.
fn races() -> usize {
    std::env::var("FLORIN_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

/// Captures in parts and whole, refunds and cancels, 200 at once, on one payment after the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_captures_refunds_and_cancels_at_once_never_refund_more_than_was_captured() {
    let mut gateway = TestGateway::start().await;
    let mut with_refunds = 0;
    for race in 0..races() {
        let id = format!("pay_{race}");
        gateway.pay(&id, APPROVED, json!({ "capture_method": "manual" })).await;
        let calls = (0..200).map(|call| match call * 7 % 10 {
            0..=2 => (format!("/payments/{id}/capture"), json!({ "amount_to_capture": 1 + call * 21 })),
            3 if race % 4 == 0 => (format!("/payments/{id}/cancel"), json!({})),
            _ => ("/refunds".to_owned(), json!({ "payment_id": id, "amount": 1 + call % 700 })),
        });
        let (shared, answers) = all_at_once(gateway, calls.collect()).await;
        gateway = Arc::into_inner(shared).unwrap();
        assert!(answers.iter().all(|answer| matches!(answer.0, 200 | 400 | 422)), "{answers:?}");
        let payment = gateway.read(&id).await;
        let captures =
            answers.iter().filter(|(status, body)| *status == 200 && body["amount_received"].as_i64() > Some(0));
        assert!(captures.count() <= 1, "one capture at most");
        let received = payment["amount_received"].as_i64().unwrap_or(0);
        let refunds = payment["refunds"].as_array().cloned().unwrap_or_default();
        let refunded: i64 = refunds.iter().map(|refund| refund["amount"].as_i64().unwrap()).sum();
        assert!(refunded <= received && received <= 4200, "{refunded} of {received}");
        with_refunds += usize::from(refunded > 0);
    }
    assert!(with_refunds > 0, "no race was one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_refunds_at_once_after_a_capture_give_back_what_fits() {
    let mut gateway = TestGateway::start().await;
    for race in 0..races() {
        let id = format!("pay_{race}");
        gateway.pay(&id, APPROVED, json!({})).await;
        let calls = (0..200).map(|call| ("/refunds".to_owned(), json!({ "payment_id": id, "amount": 500 + call })));
        let (shared, answers) = all_at_once(gateway, calls.collect()).await;
        gateway = Arc::into_inner(shared).unwrap();
        let given: i64 =
            answers.iter().filter(|answer| answer.0 == 200).map(|answer| answer.1["amount"].as_i64().unwrap()).sum();
        assert!((3500..=4200).contains(&given), "{given}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_identical_creates_run_once() {
    let gateway = TestGateway::start().await;
    let create = json!({
        "payment_id": "pay_1", "amount": 4200, "currency": "EUR", "confirm": true, "payment_method": "card",
        "payment_method_data": { "card": crate::harness::card(APPROVED) },
    });
    let (gateway, answers) = all_at_once(gateway, vec![("/payments".to_owned(), create); 64]).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 63), "{answers:?}");
    assert!(answers.iter().filter(|answer| answer.0 == 400).all(|answer| answer.1["error"]["code"] == "HE_01"));
    assert_eq!(gateway.read("pay_1").await["amount_received"], 4200);
}

/// A declined payment may take another card; the one behind the token is gone with its confirm.
#[tokio::test]
async fn a_token_is_used_up_by_the_confirm_that_it_went_into() {
    let gateway = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, DECLINED).await;
    assert_eq!(gateway.confirm("pay_1", &token).await.1["status"], "failed");
    let again = gateway.confirm("pay_1", &token).await;
    assert_eq!((again.0, &again.1["error"]["code"]), (400, &json!("token_expired")), "{}", again.1);
    assert_eq!(gateway.read("pay_1").await["attempt_count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_profiles_and_connectors_made_at_once_with_one_name_there_is_one() {
    let gateway = TestGateway::start().await;
    let profile = ("/account/merchant_1/business_profile".to_owned(), json!({ "profile_name": "second" }));
    let connector = json!({ "connector_type": "payment_processor", "connector_name": "fauxpay",
        "connector_label": "mine", "profile_id": "pro_1",
        "connector_account_details": { "auth_type": "HeaderKey", "api_key": "key" } });
    let connector = ("/account/merchant_1/connectors".to_owned(), connector);
    let (gateway, answers) = all_at_once(gateway, vec![profile; 24]).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 23), "{answers:?}");
    let gateway = Arc::into_inner(gateway).unwrap();
    let (_, answers) = all_at_once(gateway, vec![connector; 24]).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, 23), "{answers:?}");
}
