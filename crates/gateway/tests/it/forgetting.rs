//! A customer who is forgotten is found nowhere afterwards, but where something was told or answered before.

use std::sync::Arc;

use florin_store::params;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{APPROVED, CHALLENGED, SECRET_KEY, TestGateway, answer, card, merge, refused};

/// Everything that a shop and a shopper may say of her has one of these in it.
const HERS: [&str; 2] = ["Lovelace", "Ockham"];

/// What was said to somebody before stays as it was said.
const SAID_BEFORE: [&str; 2] = ["events", "first_answers"];

async fn delete(gateway: &TestGateway, id: &str) -> (u16, Value) {
    let path = format!("/customers/{id}");
    answer(gateway.request(Method::DELETE, &path, SECRET_KEY).send().await.unwrap()).await
}

/// The tables, and their columns, that hold something of hers.
async fn places(gateway: &TestGateway) -> Vec<String> {
    let mut found = Vec::new();
    for (table, column) in gateway.columns().await {
        let sql: &'static str = format!("SELECT CAST({column} AS TEXT) AS said FROM {table}").leak();
        let rows = gateway.store.read(move |tx| tx.all(sql, params![])).await.unwrap();
        let is_hers = |said: Option<String>| HERS.iter().any(|hers| said.as_deref().is_some_and(|s| s.contains(hers)));
        if rows.iter().any(|row| is_hers(row.get("said").unwrap())) {
            found.push(format!("{table}.{column}"));
        }
    }
    found
}

fn address() -> Value {
    json!({ "address": { "city": "Ockham" }, "email": "ada@Ockham.example" })
}

/// Everything that a payment may say of her.
fn of_her() -> Value {
    json!({
        "customer_id": "cus_1", "name": "Ada Lovelace", "email": "ada@Ockham.example", "phone": "1 Ockham",
        "billing": address(), "shipping": address(), "feature_metadata": { "for": "Lovelace" },
        "browser_info": { "user_agent": "Ockham", "ip_address": "203.0.113.7" },
        "customer_acceptance": { "acceptance_type": "online", "online": { "user_agent": "Ockham" } },
    })
}

fn with_her_card(number: &str) -> Value {
    let mut body = of_her();
    let data = json!({ "card": card(number), "billing": address() });
    merge(&mut body, json!({ "payment_method": "card", "payment_method_data": data }));
    body
}

#[tokio::test]
async fn a_customer_who_is_forgotten_is_in_no_table_anymore() {
    let gateway = TestGateway::start().await;
    let whole = json!({ "customer_id": "cus_1", "name": "Ada Lovelace", "email": "ada@Ockham.example",
                        "description": "Lovelace", "address": { "city": "Ockham" }, "metadata": { "of": "Ockham" } });
    gateway.post("/customers", SECRET_KEY, &whole).await;
    // One that was paid and disputed, one that waits for its bank, one with a card that waits, and one that kept it.
    let mut paid = with_her_card("4000000000000259");
    let acceptance = json!({ "acceptance_type": "online", "online": { "user_agent": "Ockham" } });
    let once = json!({ "single_use": { "amount": 4200, "currency": "EUR" } });
    let mandate = json!({ "customer_acceptance": acceptance, "mandate_type": once });
    merge(&mut paid, json!({ "confirm": true, "mandate_data": mandate }));
    let set_up = gateway.open_with("pay_paid", paid).await;
    assert_eq!(set_up["status"], "succeeded");
    let (_, disputes) = gateway.get("/disputes/list", SECRET_KEY).await;
    let evidence = json!({ "dispute_id": disputes[0]["dispute_id"], "customer_name": "Ada Lovelace" });
    assert_eq!(gateway.post("/disputes/evidence", SECRET_KEY, &evidence).await.0, 200);
    let mut asked = with_her_card(CHALLENGED);
    merge(&mut asked, json!({ "confirm": true, "setup_future_usage": "off_session" }));
    assert_eq!(gateway.open_with("pay_asked", asked).await["status"], "requires_customer_action");
    assert_eq!(gateway.open_with("pay_waits", with_her_card(APPROVED)).await["status"], "requires_confirmation");
    let used = json!({ "payment_id": "pay_used", "amount": 4200, "currency": "EUR", "confirm": true,
        "customer_id": "cus_1", "off_session": true, "mandate_id": set_up["mandate_id"], "capture_method": "manual" });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &used).await.1["status"], "requires_capture");
    let before = places(&gateway).await;
    for place in ["customers.details", "payments.details", "payments.attempt", "mandates.details", "disputes.details"] {
        assert!(before.iter().any(|found| found == place), "{place} is searched: {before:?}");
    }

    assert_eq!(delete(&gateway, "cus_1").await.0, 200);
    let left = places(&gateway).await;
    let left: Vec<_> = left.iter().filter(|place| !SAID_BEFORE.iter().any(|said| place.starts_with(said))).collect();
    assert_eq!(left, Vec::<&String>::new());
    let paid = gateway.read("pay_paid").await;
    assert_eq!((&paid["customer_id"], &paid["amount_received"]), (&json!("cus_1"), &json!(4200)));
    assert_eq!(paid["payment_method_data"]["card"]["last4"], "0259", "the card may still be told by");

    // A mandate that was used up does not come back to life.
    let path = format!("/mandates/{}", set_up["mandate_id"].as_str().unwrap());
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1["status"], "revoked");
    assert_eq!(gateway.post("/payments/pay_used/cancel", SECRET_KEY, &json!({})).await.0, 200);
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1["status"], "revoked");
}

#[tokio::test]
async fn an_open_payment_learns_nothing_of_a_customer_who_was_forgotten() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open_with("pay_1", json!({ "customer_id": "cus_1" })).await;
    let token = gateway.token(&payment, APPROVED).await;
    assert_eq!(delete(&gateway, "cus_1").await.0, 200);
    let mut confirm = with_her_card(APPROVED);
    confirm.as_object_mut().unwrap().remove("customer_id");
    for (path, body) in [
        ("/payments/pay_1", json!({ "billing": address() })),
        ("/payments/pay_1/confirm", json!({ "payment_token": token })),
        ("/payments/pay_1/confirm", confirm),
    ] {
        let answer = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), (400, "IR_11"), "{path}");
    }
    assert_eq!(places(&gateway).await, Vec::<String>::new());
    assert_eq!(gateway.post("/payments/pay_1/cancel", SECRET_KEY, &json!({})).await.1["status"], "cancelled");
}

#[tokio::test]
async fn forgetting_again_forgets_what_was_left() {
    let gateway = TestGateway::start().await;
    gateway.open_with("pay_1", of_her()).await;
    assert_eq!(delete(&gateway, "cus_1").await.0, 200);
    // As an older version left it.
    let left = json!({ "customer_id": "cus_1", "name": "Ada Lovelace", "billing": address() }).to_string();
    let leave = move |tx: &mut florin_store::Tx<'_>| tx.execute("UPDATE payments SET details = $1", params![&left]);
    gateway.store.write(leave).await.unwrap();
    assert_eq!(places(&gateway).await, ["payments.details"]);
    let again = delete(&gateway, "cus_1").await;
    assert_eq!((again.0, refused(&again).1), (400, "IR_11"));
    assert_eq!(places(&gateway).await, Vec::<String>::new());
    assert_eq!(delete(&gateway, "cus_none").await.0, 404);
}

#[tokio::test]
async fn a_customer_with_many_payments_is_forgotten_in_all() {
    let gateway = TestGateway::start().await;
    for number in 0..205 {
        gateway.open_with(&format!("pay_{number}"), of_her()).await;
    }
    assert_eq!(delete(&gateway, "cus_1").await.0, 200);
    assert_eq!(places(&gateway).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn payments_made_beside_the_call_that_forgets_keep_nobody() {
    for round in 0..8 {
        let gateway = Arc::new(TestGateway::start().await);
        gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1", "name": "Ada Lovelace" })).await;
        let mut running = JoinSet::new();
        for place in 0..16 {
            let gateway = Arc::clone(&gateway);
            running.spawn(async move {
                if place == round * 2 {
                    return delete(&gateway, "cus_1").await;
                }
                let mut body = of_her();
                merge(&mut body, json!({ "amount": 1, "currency": "EUR" }));
                gateway.post("/payments", SECRET_KEY, &body).await
            });
        }
        let answers = running.join_all().await;
        assert!(answers.iter().all(|answer| matches!(answer.0, 200 | 400)), "{answers:?}");
        assert_eq!(places(&gateway).await, Vec::<String>::new(), "round {round}");
    }
}
