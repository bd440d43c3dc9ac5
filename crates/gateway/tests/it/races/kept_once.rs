//! One customer's one card, brought by several payments at a time: kept once, and while any of them is approved.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{APPROVED, CHALLENGED, SECRET_KEY, TestGateway, answer, card};
use crate::saved_cards::{in_the_vault, keeping, listed};

/// How many call at once.
const CALLERS: usize = 16;

/// A payment that is to keep its card, and waits for the shopper's answer to the bank.
async fn asked(gateway: &TestGateway, id: &str, more: Value) -> Value {
    let mut body = keeping(id, more);
    body["payment_method_data"]["card"] = card(CHALLENGED);
    body["browser_info"] = json!({ "user_agent": "Mozilla/5.0", "ip_address": "203.0.113.7" });
    let (status, payment) = gateway.post("/payments", SECRET_KEY, &body).await;
    assert_eq!((status, &payment["status"]), (200, &json!("requires_customer_action")), "{payment}");
    payment
}

async fn tell_the_bank(gateway: &TestGateway, id: &str, passed: bool) {
    let path = format!("/dummy-connector/complete/{id}_1?confirm={passed}");
    assert_eq!(gateway.browse(&path).await.status(), 302);
}

fn mandate() -> Value {
    let acceptance = json!({ "acceptance_type": "online" });
    json!({ "mandate_data": { "customer_acceptance": acceptance, "mandate_type": { "multi_use": null } } })
}

/// The name under which the one card is kept.
async fn the_one_kept(gateway: &TestGateway) -> Value {
    let methods = listed(gateway).await;
    assert_eq!((methods.len(), in_the_vault(gateway).await), (1, 1));
    assert_eq!(rows(gateway).await, 1);
    methods[0]["payment_method_id"].clone()
}

async fn rows(gateway: &TestGateway) -> i64 {
    let row = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS n FROM payment_methods", &[])).await;
    row.unwrap().unwrap().get("n").unwrap()
}

#[tokio::test]
async fn a_card_that_waits_for_approval_outlives_the_refusal_of_another_payment() {
    for first_is_refused_first in [true, false] {
        let gateway = TestGateway::start().await;
        for id in ["pay_1", "pay_2"] {
            asked(&gateway, id, json!({})).await;
        }
        let (refused, approved) = if first_is_refused_first { ("pay_1", "pay_2") } else { ("pay_2", "pay_1") };
        tell_the_bank(&gateway, refused, false).await;
        assert_eq!(gateway.read(approved).await["status"], "requires_customer_action");
        tell_the_bank(&gateway, approved, true).await;
        let kept = the_one_kept(&gateway).await;
        assert_eq!(gateway.read(approved).await["payment_method_id"], kept);
    }
}

#[tokio::test]
async fn two_payments_that_wait_with_one_card_keep_it_once() {
    let gateway = TestGateway::start().await;
    for id in ["pay_1", "pay_2"] {
        let payment = asked(&gateway, id, mandate()).await;
        assert!(payment["mandate_id"].is_string(), "{payment}");
    }
    for id in ["pay_2", "pay_1"] {
        tell_the_bank(&gateway, id, true).await;
    }
    let kept = the_one_kept(&gateway).await;
    for id in ["pay_1", "pay_2"] {
        let payment = gateway.read(id).await;
        assert_eq!((&payment["status"], &payment["payment_method_id"]), (&json!("succeeded"), &kept));
        let (_, mandate) =
            gateway.get(&format!("/mandates/{}", payment["mandate_id"].as_str().unwrap()), SECRET_KEY).await;
        assert_eq!((&mandate["status"], &mandate["payment_method_id"]), (&json!("active"), &kept));
        let charge = json!({
            "amount": 100, "currency": "EUR", "customer_id": "cus_1", "confirm": true, "off_session": true,
            "mandate_id": payment["mandate_id"],
        });
        assert_eq!(gateway.post("/payments", SECRET_KEY, &charge).await.1["status"], "succeeded");
    }
    the_one_kept(&gateway).await;
}

#[tokio::test]
async fn a_card_that_the_server_saves_while_a_payment_waits_is_the_one_that_stays() {
    let gateway = TestGateway::start().await;
    asked(&gateway, "pay_1", json!({})).await;
    let by_server = json!({ "customer_id": "cus_1", "payment_method": "card", "card": card(CHALLENGED) });
    let (_, saved) = gateway.post("/payment_methods", SECRET_KEY, &by_server).await;
    tell_the_bank(&gateway, "pay_1", true).await;
    assert_eq!(the_one_kept(&gateway).await, saved["payment_method_id"]);
    assert_eq!(gateway.read("pay_1").await["payment_method_id"], saved["payment_method_id"]);
}

#[tokio::test]
async fn a_card_that_was_deleted_while_its_payment_waited_stays_deleted() {
    let gateway = TestGateway::start().await;
    let waiting = asked(&gateway, "pay_1", json!({})).await;
    let path = format!("/payment_methods/{}", waiting["payment_method_id"].as_str().unwrap());
    assert_eq!(answer(gateway.request(Method::DELETE, &path, SECRET_KEY).send().await.unwrap()).await.0, 200);
    tell_the_bank(&gateway, "pay_1", true).await;
    assert_eq!(gateway.read("pay_1").await["status"], "succeeded");
    assert_eq!((listed(&gateway).await.len(), in_the_vault(&gateway).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payments_approved_at_once_keep_their_card_once() {
    let gateway = Arc::new(TestGateway::start().await);
    for place in 0..CALLERS {
        asked(&gateway, &format!("pay_{place}"), mandate()).await;
    }
    let mut running = JoinSet::new();
    for place in 0..CALLERS {
        let gateway = Arc::clone(&gateway);
        running.spawn(async move { tell_the_bank(&gateway, &format!("pay_{place}"), place % 4 != 0).await });
    }
    running.join_all().await;
    let kept = the_one_kept(&gateway).await;
    for place in 0..CALLERS {
        let payment = gateway.read(&format!("pay_{place}")).await;
        if place % 4 == 0 {
            assert_eq!(payment["status"], "failed");
        } else {
            assert_eq!((&payment["status"], &payment["payment_method_id"]), (&json!("succeeded"), &kept));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_card_brought_by_payments_and_by_the_server_at_once_is_kept_once() {
    let gateway = Arc::new(TestGateway::start().await);
    gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let mut running = JoinSet::new();
    for place in 0..CALLERS {
        let gateway = Arc::clone(&gateway);
        let (path, body) = if place % 2 == 0 {
            ("/payments", keeping(&format!("pay_{place}"), json!({})))
        } else {
            let card = card(APPROVED);
            ("/payment_methods", json!({ "customer_id": "cus_1", "payment_method": "card", "card": card }))
        };
        running.spawn(async move { gateway.post(path, SECRET_KEY, &body).await });
    }
    let answers = running.join_all().await;
    let kept = the_one_kept(&gateway).await;
    for (status, body) in answers {
        assert_eq!((status, &body["payment_method_id"]), (200, &kept), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_customer_who_is_deleted_while_cards_come_in_leaves_no_card() {
    for round in 0..8 {
        let gateway = Arc::new(TestGateway::start().await);
        gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
        let mut running = JoinSet::new();
        for place in 0..CALLERS {
            let gateway = Arc::clone(&gateway);
            running.spawn(async move {
                if place == round {
                    let gone = gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
                    return answer(gone).await;
                }
                gateway.post("/payments", SECRET_KEY, &keeping(&format!("pay_{place}"), json!({}))).await
            });
        }
        running.join_all().await;
        let (_, forgotten) = gateway.get("/customers/cus_1", SECRET_KEY).await;
        assert_eq!(forgotten["name"], "Redacted");
        assert_eq!((rows(&gateway).await, in_the_vault(&gateway).await), (0, 0));
    }
}
