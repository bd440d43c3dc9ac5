//! A shopper's bank wants its money back.

use florin_gateway::Switches;
use florin_store::params;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{APPROVED, OTHER_SECRET_KEY, Receiver, SECRET_KEY, TestGateway, answer, refused};

const DISPUTED: &str = "4000000000000259";

async fn chargebacks(gateway: &TestGateway) -> Vec<i64> {
    let rows = gateway.store.read(|tx| {
        let sql = "SELECT amount FROM ledger WHERE event = 'chargeback' AND account = 'chargebacks'";
        tx.all(sql, params![])?.iter().map(|row| row.get("amount")).collect::<Result<Vec<i64>, _>>()
    });
    rows.await.unwrap()
}

#[tokio::test]
async fn a_disputed_card_is_disputed_once_and_accepting_costs_its_amount() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    gateway.pay("pay_1", DISPUTED, json!({ "capture_method": "manual" })).await;
    assert_eq!(gateway.get("/disputes/list", SECRET_KEY).await.1, json!([]), "what is not captured is not disputed");
    gateway.post("/payments/pay_1/capture", SECRET_KEY, &json!({ "amount_to_capture": 1000 })).await;
    let (_, list) = gateway.get("/disputes/list?dispute_status=dispute_opened", SECRET_KEY).await;
    let dispute = &list[0];
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!((&dispute["amount"], &dispute["currency"]), (&json!("1000"), &json!("EUR")), "the amount is text");
    assert_eq!((&dispute["dispute_stage"], &dispute["attempt_id"]), (&json!("dispute"), &json!("pay_1_1")));
    let path = format!("/disputes/{}", dispute["dispute_id"].as_str().unwrap());
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1, *dispute);
    assert_eq!(refused(&gateway.get(&path, OTHER_SECRET_KEY).await).1, "HE_04");

    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1 })).await;
    let note = json!({ "metadata": { "note": "disputed" } });
    assert_eq!(gateway.post("/payments/pay_1/update_metadata", SECRET_KEY, &note).await.0, 200);
    let (_, list) = gateway.get("/disputes/list?limit=100", SECRET_KEY).await;
    assert_eq!(list.as_array().unwrap().len(), 1, "another change disputes nothing again");
    assert!(chargebacks(&gateway).await.is_empty());

    let accept = format!("/disputes/accept/{}", dispute["dispute_id"].as_str().unwrap());
    let (status, accepted) = gateway.post(&accept, SECRET_KEY, &Value::Null).await;
    assert_eq!((status, &accepted["dispute_status"]), (200, &json!("dispute_accepted")));
    assert_eq!(refused(&gateway.post(&accept, SECRET_KEY, &Value::Null).await).1, "IR_16");
    assert_eq!(chargebacks(&gateway).await, [1000]);
    let told: Vec<_> = receiver.wait_for(5).await.iter().map(|event| event.json()).collect();
    let of_dispute: Vec<_> = told.iter().filter(|event| event["content"]["type"] == "dispute_details").collect();
    let kinds: Vec<_> = of_dispute.iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["dispute_opened", "dispute_accepted"]);
}

#[tokio::test]
async fn a_read_of_a_payment_shows_its_dispute_without_saying_the_payment_again() {
    let gateway = TestGateway::start().await;
    for (id, number) in [("pay_1", DISPUTED), ("pay_2", APPROVED)] {
        let paid = gateway.pay(id, number, json!({})).await;
        assert_eq!(paid["status"], "succeeded");
    }
    let (_, list) = gateway.get("/disputes/list", SECRET_KEY).await;
    let mut expected = list[0].clone();
    for name in ["payment_id", "attempt_id", "currency", "connector", "profile_id", "merchant_connector_id"] {
        assert!(expected.as_object_mut().unwrap().remove(name).is_some(), "{name}");
    }
    assert_eq!(gateway.read("pay_1").await["disputes"], json!([expected]));
    assert_eq!(gateway.read("pay_2").await.get("disputes"), Some(&Value::Null));
    let accept = format!("/disputes/accept/{}", expected["dispute_id"].as_str().unwrap());
    gateway.post(&accept, SECRET_KEY, &Value::Null).await;
    assert_eq!(gateway.read("pay_1").await["disputes"][0]["dispute_status"], "dispute_accepted");
}

#[tokio::test]
async fn evidence_challenges_a_dispute_and_can_be_taken_back() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", DISPUTED, json!({})).await;
    let (_, list) = gateway.get("/disputes/list", SECRET_KEY).await;
    let id = list[0]["dispute_id"].clone();
    let body = json!({ "dispute_id": id, "customer_name": "Ada", "receipt": "file_1" });
    let (status, challenged) = gateway.post("/disputes/evidence", SECRET_KEY, &body).await;
    assert_eq!((status, &challenged["dispute_status"]), (200, &json!("dispute_challenged")));
    let removal = json!({ "dispute_id": id, "evidence_type": "receipt" });
    let remove = || gateway.request(Method::DELETE, "/disputes/evidence", SECRET_KEY).json(&removal).send();
    assert_eq!(answer(remove().await.unwrap()).await.0, 200);
    assert_eq!(refused(&answer(remove().await.unwrap()).await).1, "HE_02");
    let path = format!("/disputes/evidence/{}", id.as_str().unwrap());
    let (_, left) = gateway.get(&path, SECRET_KEY).await;
    assert_eq!(left, json!([{ "evidence_type": "customer_name", "text": "Ada", "file_metadata_response": null }]));
    let unknown = json!({ "dispute_id": id, "my_word": "honest" });
    assert_eq!(refused(&gateway.post("/disputes/evidence", SECRET_KEY, &unknown).await).0, 400);
}

#[tokio::test]
async fn every_stage_of_a_dispute_can_be_ordered() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let order = |stage: &str, status: &str| json!({ "merchant_id": "merchant_1", "payment_id": "pay_1", "dispute_stage": stage, "dispute_status": status });
    for (stage, status) in [
        ("pre_dispute", "dispute_opened"),
        ("dispute", "dispute_challenged"),
        ("dispute", "dispute_won"),
        ("pre_arbitration", "dispute_lost"),
    ] {
        let dispute = gateway.order("/sandbox/disputes", order(stage, status)).await;
        assert_eq!((&dispute["dispute_stage"], &dispute["dispute_status"]), (&json!(stage), &json!(status)));
    }
    let ended =
        gateway.post("/sandbox/disputes", crate::harness::ADMIN_KEY, &order("pre_arbitration", "dispute_won")).await;
    assert_eq!(refused(&ended).1, "IR_16");
    assert_eq!(chargebacks(&gateway).await, [4200]);
    assert_eq!(receiver.wait_for(5).await.len(), 5);
}

#[tokio::test]
async fn money_the_bank_took_is_taken_once_and_the_dispute_stays_lost() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let order = |stage: &str, status: &str| json!({ "merchant_id": "merchant_1", "payment_id": "pay_1", "dispute_stage": stage, "dispute_status": status });
    let lost = gateway.order("/sandbox/disputes", order("dispute", "dispute_lost")).await;
    for status in ["dispute_lost", "dispute_won", "dispute_expired", "dispute_opened"] {
        let body = order("pre_arbitration", status);
        let moved = gateway.post("/sandbox/disputes", crate::harness::ADMIN_KEY, &body).await;
        assert_eq!(refused(&moved), (400, "IR_16", "This dispute has ended with status dispute_lost"), "{status}");
    }
    let path = format!("/disputes/{}", lost["dispute_id"].as_str().unwrap());
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1, lost);
    assert_eq!(chargebacks(&gateway).await, [4200]);
}
