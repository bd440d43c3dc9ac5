//! Many writers of one row at once: each that is told yes has really written, and what may happen once
//! happens once. On PostgreSQL they truly meet; SQLite puts them one behind the other.

use std::sync::Arc;

use florin_store::params;
use serde_json::{Value, json};

use super::{all_at_once, count};
use crate::harness::{ADMIN_KEY, APPROVED, SECRET_KEY, TestGateway};

/// How many call at once. More than the connections of the database, so that some wait.
const CALLERS: usize = 24;

/// A caller may be told that others were in its way for too long; nothing else goes wrong.
fn assert_done_or_locked(answers: &[(u16, Value)]) {
    let is_fine = |answer: &(u16, Value)| answer.0 == 200 || answer.1["error"]["code"] == "HE_00" && answer.0 == 422;
    assert!(answers.iter().all(is_fine), "{answers:?}");
}

async fn version(gateway: &TestGateway) -> i64 {
    let sql = "SELECT version FROM payments WHERE payment_id = 'pay_1'";
    let row = gateway.store.read(move |tx| tx.first(sql, params![])).await;
    row.unwrap().unwrap().get("version").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_change_of_a_payment_overwrites_another() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let before = version(&gateway).await;
    let note = |place: usize| json!({ "metadata": { format!("note_{place}"): place } });
    let calls = (0..CALLERS).map(|place| ("/payments/pay_1/update_metadata".to_owned(), note(place)));
    let (gateway, answers) = all_at_once(gateway, calls.collect()).await;
    assert_done_or_locked(&answers);
    let written = count(&answers, 200);
    assert!(written > 1, "{answers:?}");
    let kept = gateway.read("pay_1").await["metadata"].as_object().unwrap().len();
    assert_eq!((kept, version(&gateway).await - before), (written, i64::try_from(written).unwrap()));
}

async fn with_mandate(kind: Value) -> (TestGateway, Value) {
    let gateway = TestGateway::start().await;
    let acceptance = json!({ "acceptance_type": "offline" });
    let mandate = json!({ "customer_acceptance": acceptance, "mandate_type": kind });
    let paid = gateway.pay("pay_first", APPROVED, json!({ "customer_id": "cus_1", "mandate_data": mandate })).await;
    (gateway, paid["mandate_id"].clone())
}

fn charge(place: usize, mandate: &Value) -> (String, Value) {
    let body = json!({
        "payment_id": format!("pay_{place}"), "amount": 1000, "currency": "EUR", "customer_id": "cus_1",
        "confirm": true, "off_session": true, "mandate_id": mandate,
    });
    ("/payments".to_owned(), body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mandate_for_one_use_is_charged_by_one_of_many() {
    let (gateway, mandate) = with_mandate(json!({ "single_use": { "amount": 1000, "currency": "EUR" } })).await;
    let calls = (0..CALLERS).map(|place| charge(place, &mandate)).collect();
    let (_, answers) = all_at_once(gateway, calls).await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, CALLERS - 1), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mandate_is_revoked_once_and_charges_nothing_afterwards() {
    let (gateway, mandate) = with_mandate(json!({ "multi_use": null })).await;
    let path = format!("/mandates/revoke/{}", mandate.as_str().unwrap());
    let call = |place: usize| match place % 3 {
        0 => (path.clone(), Value::Null),
        _ => charge(place, &mandate),
    };
    let (gateway, answers) = all_at_once(gateway, (0..CALLERS).map(call).collect()).await;
    let revoked = answers.iter().filter(|answer| answer.1["status"] == "revoked").count();
    assert_eq!(revoked, 1, "{answers:?}");
    let (path, body) = charge(CALLERS, &mandate);
    let (_, late) = gateway.post(&path, SECRET_KEY, &body).await;
    assert_eq!(late["error"]["message"], "The mandate is not active");
}

async fn disputed() -> (TestGateway, Value) {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let order = json!({ "merchant_id": "merchant_1", "payment_id": "pay_1" });
    let dispute = gateway.order("/sandbox/disputes", order).await;
    (gateway, dispute["dispute_id"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_ends_of_a_dispute_one_counts_and_costs_once() {
    let (gateway, dispute) = disputed().await;
    let gateway = Arc::new(gateway);
    let accept = format!("/disputes/accept/{}", dispute.as_str().unwrap());
    let mut running = tokio::task::JoinSet::new();
    for place in 0..CALLERS {
        let (gateway, accept) = (Arc::clone(&gateway), accept.clone());
        let status = ["dispute_lost", "dispute_won", "dispute_expired"][place % 3];
        let order = json!({ "merchant_id": "merchant_1", "payment_id": "pay_1", "dispute_status": status });
        running.spawn(async move {
            match place % 4 {
                0 => gateway.post(&accept, SECRET_KEY, &Value::Null).await,
                _ => gateway.post("/sandbox/disputes", ADMIN_KEY, &order).await,
            }
        });
    }
    let answers = running.join_all().await;
    assert_eq!((count(&answers, 200), count(&answers, 400)), (1, CALLERS - 1), "{answers:?}");
    let winner = &answers.iter().find(|answer| answer.0 == 200).unwrap().1;
    let (_, dispute) = gateway.get(&format!("/disputes/{}", dispute.as_str().unwrap()), SECRET_KEY).await;
    assert_eq!(&dispute, winner);
    let costs = gateway.store.read(|tx| tx.all("SELECT 1 AS one FROM ledger WHERE event = 'chargeback'", params![]));
    let expected = if dispute["dispute_status"] == "dispute_won" { 0 } else { 2 };
    assert_eq!(costs.await.unwrap().len(), expected, "a debit and a credit, or nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_piece_of_evidence_overwrites_another() {
    const PIECES: [&str; 12] = [
        "access_activity_log",
        "billing_address",
        "cancellation_policy",
        "cancellation_rebuttal",
        "customer_name",
        "customer_signature",
        "product_description",
        "receipt",
        "refund_policy",
        "service_date",
        "shipping_address",
        "shipping_carrier",
    ];
    let (gateway, dispute) = disputed().await;
    let call = |name: &&str| ("/disputes/evidence".to_owned(), json!({ "dispute_id": dispute, *name: "words" }));
    let (gateway, answers) = all_at_once(gateway, PIECES.iter().map(call).collect()).await;
    assert_done_or_locked(&answers);
    let (_, kept) = gateway.get(&format!("/disputes/evidence/{}", dispute.as_str().unwrap()), SECRET_KEY).await;
    assert_eq!(kept.as_array().unwrap().len(), count(&answers, 200));
}
