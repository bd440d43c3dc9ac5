//! Customers, their cards, mandates and disputes.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Call, by_client_secret, call};
use crate::harness::{APPROVED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, card};

pub(super) async fn customers(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let place = json!({ "customer_id": "cus_1", "payment_method": "card" });
    let (_, place) = gateway.post("/payment_methods", SECRET_KEY, &place).await;
    let method = place["payment_method_id"].as_str().unwrap().to_owned();
    let save = format!("/payment_methods/{method}/save");
    let data = json!({ "card": card(APPROVED) });
    let brought = json!({ "client_secret": place["client_secret"], "payment_method_data": data });
    let default = format!("/customers/cus_1/payment_methods/{method}/default");
    if code == "IR_11" {
        gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
    }
    let call = match (name, status, code) {
        ("POST /ephemeral_keys", 404, "HE_02") => {
            call("/ephemeral_keys", SECRET_KEY, json!({ "customer_id": "cus_none" }))
        }
        ("POST /ephemeral_keys", 400, "IR_11") => {
            call("/ephemeral_keys", SECRET_KEY, json!({ "customer_id": "cus_1" }))
        }
        ("GET /customers/{customer_id}/mandates", 400, "IR_11") => {
            call("/customers/cus_1/mandates", SECRET_KEY, Value::Null)
        }
        ("DELETE /customers/{customer_id}", 400, "IR_10") => {
            let mandate = json!({ "customer_acceptance": {}, "mandate_type": { "multi_use": null } });
            gateway.pay("pay_1", APPROVED, json!({ "customer_id": "cus_1", "mandate_data": mandate })).await;
            call("/customers/cus_1", SECRET_KEY, Value::Null)
        }
        ("POST /customers", 400, "IR_12") => call("/customers", SECRET_KEY, json!({ "customer_id": "cus_1" })),
        ("DELETE /customers/{customer_id}", 400, "IR_11") => call("/customers/cus_1", SECRET_KEY, Value::Null),
        ("POST /customers/{customer_id}", 400, "IR_11") => call("/customers/cus_1", SECRET_KEY, json!({})),
        ("POST /customers/{customer_id}", 422, "IR_06") => {
            call("/customers/cus_1", SECRET_KEY, json!({ "customer_id": "cus_2" }))
        }
        ("GET /customers/list", 422, "IR_06") => call("/customers/list?limit=0", SECRET_KEY, Value::Null),
        ("GET /customers/list_with_count", 422, "IR_06") => {
            call("/customers/list_with_count?limit=0", SECRET_KEY, Value::Null)
        }
        ("GET /customers/payment_methods", ..) => {
            return by_client_secret(gateway, "/customers/payment_methods", code).await;
        }
        ("GET /customers/{customer_id}/payment_methods", 400, "IR_11") => {
            call("/customers/cus_1/payment_methods", SECRET_KEY, Value::Null)
        }
        ("POST /customers/{customer_id}/payment_methods/{payment_method_id}/default", 400, "IR_11") => {
            call(&default, SECRET_KEY, Value::Null)
        }
        ("POST /customers/{customer_id}/payment_methods/{payment_method_id}/default", 400, "IR_16") => {
            gateway.post(&save, PUBLISHABLE_KEY, &brought).await;
            gateway.post(&default, SECRET_KEY, &json!({})).await;
            call(&default, SECRET_KEY, Value::Null)
        }
        ("POST /payment_methods", 404, "HE_02") => {
            call("/payment_methods", SECRET_KEY, json!({ "customer_id": "cus_none", "payment_method": "card" }))
        }
        ("POST /payment_methods", 400, "IR_04") => {
            call("/payment_methods", SECRET_KEY, json!({ "payment_method": "card" }))
        }
        ("POST /payment_methods", 422, "IR_06") => {
            call("/payment_methods", SECRET_KEY, json!({ "payment_method": "card", "client_secret": "x" }))
        }
        ("POST /payment_methods/{payment_method_id}/save", 400, "IR_04") => {
            call(&save, PUBLISHABLE_KEY, json!({ "payment_method_data": data }))
        }
        ("POST /payment_methods/{payment_method_id}/save", 400, "IR_09") => {
            call(&save, PUBLISHABLE_KEY, json!({ "client_secret": "no", "payment_method_data": data }))
        }
        ("POST /payment_methods/{payment_method_id}/save", 400, "IR_08") => {
            gateway.post(&save, PUBLISHABLE_KEY, &brought).await;
            call(&save, PUBLISHABLE_KEY, brought)
        }
        ("POST /payment_methods/{payment_method_id}/update", 400, "IR_16") => {
            let body = json!({ "card": { "nick_name": APPROVED } });
            call(&format!("/payment_methods/{method}/update"), SECRET_KEY, body)
        }
        _ => return None,
    };
    Some(call)
}

pub(super) async fn mandates(gateway: &TestGateway, code: &str) -> Option<Call> {
    let mandate = json!({ "customer_acceptance": {}, "mandate_type": { "multi_use": null } });
    let payment = gateway.pay("pay_1", APPROVED, json!({ "customer_id": "cus_1", "mandate_data": mandate })).await;
    let path = format!("/mandates/revoke/{}", payment["mandate_id"].as_str().unwrap());
    gateway.post(&path, SECRET_KEY, &Value::Null).await;
    (code == "IR_16").then(|| call(&path, SECRET_KEY, Value::Null))
}

pub(super) async fn disputes(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    if (name, status, code) == ("GET /disputes/list", 422, "IR_06") {
        return Some(call("/disputes/list?limit=0", SECRET_KEY, Value::Null));
    }
    if (name, status, code) == ("POST /disputes/evidence", 400, "IR_04") {
        return Some(call("/disputes/evidence", SECRET_KEY, json!({ "receipt": "file_1" })));
    }
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let lost = json!({ "merchant_id": "merchant_1", "payment_id": "pay_1", "dispute_status": "dispute_lost" });
    let dispute = gateway.order("/sandbox/disputes", lost).await;
    let id = &dispute["dispute_id"];
    match (name, status, code) {
        ("POST /disputes/evidence", 400, "IR_16") => {
            Some(call("/disputes/evidence", SECRET_KEY, json!({ "dispute_id": id, "receipt": "file_1" })))
        }
        ("DELETE /disputes/evidence", 400, "IR_16") => {
            Some(call("/disputes/evidence", SECRET_KEY, json!({ "dispute_id": id, "evidence_type": "receipt" })))
        }
        ("POST /disputes/accept/{dispute_id}", 400, "IR_16") => {
            Some(call(&format!("/disputes/accept/{}", id.as_str().unwrap()), SECRET_KEY, Value::Null))
        }
        _ => None,
    }
}
