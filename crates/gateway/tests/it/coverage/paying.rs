//! Payments from opened to captured, tokens, refunds.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Call, by_client_secret, call};
use crate::harness::{APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, card, merge};

pub(super) async fn payments(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    if (name, status, code) == ("POST /payments/session_tokens", 404, "HE_02") {
        return Some(call("/payments/session_tokens", SECRET_KEY, json!({ "payment_id": "pay_none" })));
    }
    let create = |more: Value| {
        let mut body = json!({ "amount": 1, "currency": "EUR" });
        merge(&mut body, more);
        Some(call("/payments", SECRET_KEY, body))
    };
    let paying = || {
        json!({ "confirm": true,
        "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } })
    };
    match (name, status, code) {
        ("POST /payments", 404, "HE_02") => create(json!({ "profile_id": "pro_none" })),
        ("POST /payments", 400, "IR_04") => Some(call("/payments", SECRET_KEY, json!({ "amount": 1 }))),
        ("POST /payments", 422, "IR_06") => create(json!({ "session_expiry": 1 })),
        ("POST /payments", 422, "IR_05") => create(json!({ "amount": 0 })),
        ("POST /payments", 400, "IR_16") => create(json!({ "amount": 1_000_000_000 })),
        ("POST /payments", 400, "IR_07") => {
            let mut body = paying();
            body["payment_method_data"]["card"]["card_cvc"] = json!("abc");
            create(body)
        }
        ("POST /payments", 400, "IR_39") => {
            without_connector(gateway).await;
            create(paying())
        }
        ("POST /payments", 501, "IR_00") => create(json!({ "capture_method": "scheduled" })),
        ("POST /payments", 400, "HE_01") => {
            gateway.open("pay_1").await;
            create(json!({ "payment_id": "pay_1" }))
        }
        ("POST /payments", 400, "IR_11") => {
            gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
            gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
            create(json!({ "customer_id": "cus_1" }))
        }
        ("POST /payments", 429, "decline_limit") => {
            gateway.pay("pay_1", DECLINED, json!({})).await;
            create(paying())
        }
        ("POST /payments/{payment_id}", ..) => update(gateway, status, code).await,
        ("POST /payments/{payment_id}/confirm", ..) => confirm(gateway, status, code).await,
        ("GET /payments/{payment_id}", ..) => by_client_secret(gateway, "/payments/pay_1", code).await,
        ("GET /payments/list", 422, "IR_06") => Some(call("/payments/list?limit=0", SECRET_KEY, Value::Null)),
        ("GET /payments/list", 404, "HE_02") => {
            Some(call("/payments/list?starting_after=pay_none", SECRET_KEY, Value::Null))
        }
        ("POST /payments/list", 422, "IR_06") => Some(call("/payments/list", SECRET_KEY, json!({ "limit": 0 }))),
        ("POST /payments/{payment_id}/capture", ..) => capture(gateway, status, code).await,
        ("POST /payments/{payment_id}/cancel", 400, "IR_16") => {
            gateway.pay("pay_1", APPROVED, json!({})).await;
            Some(call("/payments/pay_1/cancel", SECRET_KEY, json!({})))
        }
        ("POST /payments/{payment_id}/cancel_post_capture", 400, "IR_16") => {
            gateway.open("pay_1").await;
            Some(call("/payments/pay_1/cancel_post_capture", SECRET_KEY, json!({})))
        }
        _ => None,
    }
}

async fn without_connector(gateway: &TestGateway) {
    let none = "UPDATE profiles SET connector_name = ''";
    gateway.store.write(move |tx| tx.execute(none, &[])).await.unwrap();
}

/// `pay_1` is a customer's who was forgotten.
async fn forgotten(gateway: &TestGateway) {
    gateway.open_with("pay_1", json!({ "customer_id": "cus_1" })).await;
    gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
}

pub(super) async fn update(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    if code == "IR_11" {
        forgotten(gateway).await;
        return Some(call("/payments/pay_1", SECRET_KEY, json!({ "description": "x" })));
    }
    let mut card = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let body = match (status, code) {
        (422, "IR_06") => json!({ "payment_id": "pay_2" }),
        (422, "IR_05") => json!({ "amount": 0 }),
        (400, "IR_16") => json!({ "amount": 2 }),
        (400, "IR_04") => json!({ "payment_method": "card" }),
        (400, "IR_07") => {
            card["payment_method_data"]["card"]["card_cvc"] = json!("abc");
            card
        }
        (400, "IR_39") => {
            without_connector(gateway).await;
            merge(&mut card, json!({ "confirm": true }));
            card
        }
        _ => return None,
    };
    if code == "IR_16" {
        gateway.pay("pay_1", CHALLENGED, json!({})).await;
    } else {
        gateway.open("pay_1").await;
    }
    Some(call("/payments/pay_1", SECRET_KEY, body))
}

pub(super) async fn confirm(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let path = "/payments/pay_1/confirm";
    let data = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    if (status, code) == (400, "IR_16") {
        gateway.pay("pay_1", DECLINED, json!({})).await;
        return Some(call(path, SECRET_KEY, data));
    }
    if code == "IR_11" {
        forgotten(gateway).await;
        return Some(call(path, SECRET_KEY, data));
    }
    if status == 429 {
        gateway.pay("pay_0", DECLINED, json!({})).await;
    }
    let payment = gateway.open("pay_1").await;
    let with_secret = |secret: &Value| {
        let mut body = data.clone();
        merge(&mut body, json!({ "client_secret": secret }));
        body
    };
    match (status, code) {
        (400, "IR_07") => {
            let mut letters = data.clone();
            letters["payment_method_data"]["card"]["card_cvc"] = json!("abc");
            Some(call(path, SECRET_KEY, letters))
        }
        (400, "IR_39") => {
            without_connector(gateway).await;
            Some(call(path, SECRET_KEY, data))
        }
        (429, "decline_limit") => Some(call(path, SECRET_KEY, data)),
        (400, "IR_04") => Some(call(path, PUBLISHABLE_KEY, data)),
        (400, "IR_09") => Some(call(path, PUBLISHABLE_KEY, with_secret(&json!("pay_1_secret_no")))),
        (400, "IR_08") => {
            gateway.clock.advance(Duration::from_secs(900));
            Some(call(path, PUBLISHABLE_KEY, with_secret(&payment["client_secret"])))
        }
        (401, "IR_18") => {
            let mut other = with_secret(&payment["client_secret"]);
            merge(&mut other, json!({ "customer_id": "cus_other" }));
            Some(call(path, PUBLISHABLE_KEY, other))
        }
        (422, "IR_06") => Some(call(path, SECRET_KEY, json!({}))),
        (422, "IR_05") => Some(call(path, SECRET_KEY, json!({ "amount_to_capture": 0 }))),
        (400, "token_expired") => Some(call(path, SECRET_KEY, json!({ "payment_token": "token_none" }))),
        _ => None,
    }
}

pub(super) async fn capture(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let method = match code {
        "IR_14" => "automatic",
        "IR_04" => "manual_multiple",
        _ => "manual",
    };
    gateway.pay("pay_1", APPROVED, json!({ "capture_method": method })).await;
    let body = match (status, code) {
        (400, "IR_14" | "IR_04") => json!({}),
        (422, "IR_06") => json!({ "amount_to_capture": 4201 }),
        (422, "IR_05") => json!({ "amount_to_capture": 0 }),
        _ => return None,
    };
    Some(call("/payments/pay_1/capture", SECRET_KEY, body))
}

pub(super) async fn refunds(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    if (name, status, code) == ("POST /refunds/list", 422, "IR_06") {
        return Some(call("/refunds/list", SECRET_KEY, json!({ "limit": 0 })));
    }
    gateway.pay("pay_1", APPROVED, json!({})).await;
    gateway.open("pay_2").await;
    let part = json!({ "payment_id": "pay_1", "refund_id": "ref_1", "amount": 1 });
    let body = match (status, code) {
        (404, "HE_02") => json!({ "payment_id": "pay_none" }),
        (400, "HE_01") => {
            gateway.post("/refunds", SECRET_KEY, &part).await;
            part
        }
        (400, "IR_12") => {
            for _ in 0..10 {
                gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1 })).await;
            }
            part
        }
        (400, "IR_13") => json!({ "payment_id": "pay_1", "amount": 4201 }),
        (400, "IR_14") => json!({ "payment_id": "pay_2" }),
        (422, "IR_05") => json!({ "payment_id": "pay_1", "amount": 0 }),
        (422, "IR_06") => json!({ "payment_id": "pay_1", "merchant_id": "merchant_2" }),
        _ => return None,
    };
    Some(call("/refunds", SECRET_KEY, body))
}

pub(super) async fn tokens(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let payment = match code {
        "IR_16" => gateway.pay("pay_1", APPROVED, json!({})).await,
        _ => gateway.open("pay_1").await,
    };
    let mut body = json!({ "client_secret": payment["client_secret"], "card": card(APPROVED) });
    match (status, code) {
        (400, "IR_04") => body = json!({ "card": card(APPROVED) }),
        (400, "IR_07") => body["card"]["card_cvc"] = json!("abc"),
        (400, "IR_09") => body["client_secret"] = json!("pay_1_secret_no"),
        (400, "IR_08") => gateway.clock.advance(Duration::from_secs(900)),
        (400, "IR_16") => {}
        (400, "token_limit") => {
            for _ in 0..20 {
                gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
            }
        }
        _ => return None,
    }
    Some(call("/tokens", PUBLISHABLE_KEY, body))
}
