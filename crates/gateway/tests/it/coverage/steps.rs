//! Steps beside opening, confirming and ending a payment; and the shopper's way back.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Call, by_client_secret, call};
use crate::harness::{APPROVED, CHALLENGED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, merge};

pub(super) async fn redirects(gateway: &TestGateway, name: &str, code: &str) -> Option<Call> {
    let path = name.split_once(' ')?.1.replace("{creds_identifier}", "creds").replace("{merchant_id}", "merchant_1");
    let path = path.replace("{payment_id}", "pay_1");
    match code {
        "IR_02" => Some(call(&path.replace("{connector}", "another"), "", Value::Null)),
        "HE_03" => {
            gateway.pay("pay_1", CHALLENGED, json!({})).await;
            let nowhere = "UPDATE profiles SET return_url = NULL";
            gateway.store.write(move |tx| tx.execute(nowhere, &[])).await.unwrap();
            Some(call(&path.replace("{connector}", "fauxpay"), "", Value::Null))
        }
        _ => None,
    }
}

/// Whether this is a step beside opening, confirming and ending a payment.
pub(super) fn later_steps(name: &str) -> bool {
    let steps = ["client", "session_tokens", "eligibility", "calculate_tax", "complete_authorize"];
    let more = ["incremental_authorization", "extend_authorization", "update_metadata", "approve", "reject"];
    steps.iter().chain(&more).any(|step| name.ends_with(&format!("/{step}")))
}

pub(super) async fn later(gateway: &TestGateway, name: &str, code: &str) -> Option<Call> {
    let path = name.split_once(' ')?.1.replace("{payment_id}", "pay_1");
    let step = path.rsplit('/').next()?;
    let body = match step {
        "client" => return by_client_secret(gateway, &path, code).await,
        "session_tokens" => json!({ "payment_id": "pay_1" }),
        "calculate_tax" => json!({ "shipping": {}, "payment_method_type": "credit" }),
        "incremental_authorization" => json!({ "amount": if code == "IR_05" { 0 } else { 9000 } }),
        "update_metadata" => json!({ "metadata": {} }),
        _ => json!({}),
    };
    let with = |more: Value| {
        let mut body = body.clone();
        merge(&mut body, more);
        body
    };
    if code == "IR_16" && ["eligibility", "calculate_tax", "complete_authorize"].contains(&step) {
        gateway.pay("pay_1", APPROVED, json!({})).await;
        return Some(call(&path, SECRET_KEY, body));
    }
    let payment = gateway.open("pay_1").await;
    let by_browser = |secret: &Value| Some(call(&path, PUBLISHABLE_KEY, with(json!({ "client_secret": secret }))));
    match code {
        "IR_06" if ["approve", "reject"].contains(&step) => {
            Some(call(&path, SECRET_KEY, json!({ "payment_id": "pay_2" })))
        }
        "IR_06" => Some(call(&path, SECRET_KEY, with(json!({ "client_secret": payment["client_secret"] })))),
        "IR_04" => Some(call(&path, PUBLISHABLE_KEY, body)),
        "IR_09" => by_browser(&json!("pay_1_secret_no")),
        "IR_08" => {
            gateway.clock.advance(Duration::from_secs(900));
            by_browser(&payment["client_secret"])
        }
        "IR_16" | "IR_05" => Some(call(&path, SECRET_KEY, body)),
        _ => None,
    }
}
