//! Accounts, profiles, connectors, events, and the sandbox's controls.

use serde_json::{Value, json};

use super::{Call, by_client_secret, call};
use crate::harness::{ADMIN_KEY, APPROVED, SECRET_KEY, TestGateway, merge};

pub(super) async fn setup(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    let profiles = "/account/merchant_1/business_profile";
    let connector =
        json!({ "connector_type": "payment_processor", "connector_name": "fauxpay", "profile_id": "pro_1" });
    let with = |more: Value| {
        let mut body = connector.clone();
        merge(&mut body, more);
        body
    };
    let key = json!({ "auth_type": "HeaderKey", "api_key": "any" });
    let processor = json!({ "connector_label": "twice", "connector_account_details": key });
    let call = match (name, status, code) {
        ("POST /accounts", 400, "HE_01") => call("/accounts", ADMIN_KEY, json!({ "merchant_id": "merchant_1" })),
        ("GET /accounts/list", 422, "IR_06") => {
            call("/accounts/list?organization_id=a&organization_id=b", ADMIN_KEY, Value::Null)
        }
        ("POST /accounts", 422, "IR_06") => {
            call("/accounts", ADMIN_KEY, json!({ "merchant_id": "m", "publishable_key": "pk_snd_mine" }))
        }
        ("POST /accounts/{merchant_id}", 422, "IR_06") => {
            call("/accounts/merchant_1", ADMIN_KEY, json!({ "merchant_id": "another" }))
        }
        ("POST /api_keys/{merchant_id}", 422, "IR_06") => {
            let body = json!({ "name": "old", "expiration": "2020-01-01T00:00:00Z" });
            call("/api_keys/merchant_1", ADMIN_KEY, body)
        }
        ("POST /api_keys/{merchant_id}/{key_id}", 422, "IR_06") => {
            call("/api_keys/merchant_1/none", ADMIN_KEY, json!({ "expiration": "2020-01-01T00:00:00Z" }))
        }
        ("POST /account/{merchant_id}/business_profile", 422, "IR_06") => {
            call(profiles, SECRET_KEY, json!({ "webhook_mode": "sometimes" }))
        }
        ("POST /account/{merchant_id}/business_profile/{profile_id}", 422, "IR_06") => {
            call(&format!("{profiles}/pro_1"), SECRET_KEY, json!({ "session_expiry": 1 }))
        }
        ("POST /account/{merchant_id}/business_profile", 400, "IR_38") => {
            gateway.post(profiles, SECRET_KEY, &json!({ "profile_name": "twice" })).await;
            call(profiles, SECRET_KEY, json!({ "profile_name": "twice" }))
        }
        ("POST /account/{merchant_id}/business_profile/{profile_id}", 400, "IR_38") => {
            gateway.post(profiles, SECRET_KEY, &json!({ "profile_name": "twice" })).await;
            call(&format!("{profiles}/pro_1"), SECRET_KEY, json!({ "profile_name": "twice" }))
        }
        ("POST /account/{merchant_id}/connectors", 400, "HE_01") => {
            gateway.post("/account/merchant_1/connectors", SECRET_KEY, &with(processor.clone())).await;
            call("/account/merchant_1/connectors", SECRET_KEY, with(processor))
        }
        ("POST /account/{merchant_id}/connectors/{merchant_connector_id}", 400, "HE_01") => {
            gateway.post("/account/merchant_1/connectors", SECRET_KEY, &with(processor.clone())).await;
            let second = with(json!({ "connector_label": "second", "connector_account_details": key }));
            let (_, second) = gateway.post("/account/merchant_1/connectors", SECRET_KEY, &second).await;
            let path = format!("/account/merchant_1/connectors/{}", second["merchant_connector_id"].as_str().unwrap());
            call(&path, SECRET_KEY, json!({ "connector_label": "twice" }))
        }
        ("POST /account/{merchant_id}/connectors", 404, "HE_02") => {
            call("/account/merchant_1/connectors", SECRET_KEY, with(json!({ "profile_id": "pro_none" })))
        }
        ("POST /account/{merchant_id}/connectors", 422, "IR_06") => {
            let account = json!({ "connector_account_details": { "auth_type": "NoKey" } });
            call("/account/merchant_1/connectors", SECRET_KEY, with(account))
        }
        ("POST /account/{merchant_id}/connectors/{merchant_connector_id}", 422, "IR_06") => {
            let account = json!({ "connector_account_details": { "auth_type": "NoKey" } });
            call("/account/merchant_1/connectors/none", SECRET_KEY, account)
        }
        ("GET /account/payment_methods", ..) => {
            return by_client_secret(gateway, "/account/payment_methods", code).await;
        }
        ("POST /events/{merchant_id}", 422, "IR_06") => call("/events/merchant_1", ADMIN_KEY, json!({ "limit": 0 })),
        ("POST /events/{merchant_id}/{event_id}/retry", 400, "IR_16") => {
            let switch = json!({ "webhook_details": { "webhook_url": "http://127.0.0.1:9/hook" } });
            gateway.post(&format!("{profiles}/pro_1"), SECRET_KEY, &switch).await;
            gateway.pay("pay_1", APPROVED, json!({})).await;
            let off = "UPDATE profiles SET webhook_url = NULL";
            gateway.store.write(move |tx| tx.execute(off, &[])).await.unwrap();
            let (_, list) = gateway.post("/events/merchant_1", ADMIN_KEY, &json!({})).await;
            let id = list["events"][0]["event_id"].as_str().unwrap();
            call(&format!("/events/merchant_1/{id}/retry"), ADMIN_KEY, Value::Null)
        }
        _ => return None,
    };
    Some(call)
}

pub(super) async fn controls(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    match (name, status, code) {
        ("POST /sandbox/faults", 422, "IR_06") => {
            Some(call("/sandbox/faults", ADMIN_KEY, json!({ "route": "POST /nowhere", "fault": "ignore" })))
        }
        ("POST /sandbox/clock", 422, "IR_06") => {
            Some(call("/sandbox/clock", ADMIN_KEY, json!({ "advance_seconds": 366 * 24 * 60 * 60 + 1 })))
        }
        ("POST /sandbox/webhooks", 422, "IR_06") => {
            Some(call("/sandbox/webhooks", ADMIN_KEY, json!({ "mode": "delay" })))
        }
        ("GET /sandbox/requests", 400, "IR_04") => Some(call("/sandbox/requests", ADMIN_KEY, Value::Null)),
        ("POST /sandbox/disputes", 404, "HE_02") => {
            let body = json!({ "merchant_id": "merchant_1", "payment_id": "pay_none" });
            Some(call("/sandbox/disputes", ADMIN_KEY, body))
        }
        ("POST /sandbox/disputes", 400, "IR_16") => {
            gateway.open("pay_1").await;
            let body = json!({ "merchant_id": "merchant_1", "payment_id": "pay_1" });
            Some(call("/sandbox/disputes", ADMIN_KEY, body))
        }
        _ => None,
    }
}
