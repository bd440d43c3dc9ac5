//! Every refusal that is documented happens: route × status × code, each cell run here. The table is
//! written to docs/coverage.md; `FLORIN_WRITE_COVERAGE=1` writes it anew.

use std::fmt::Write;
use std::time::Duration;

use florin_gateway::{DeclineLimits, Switches};
use reqwest::Method;
use serde_json::{Value, json};

use crate::documented::{Documented, operations};
use crate::harness::{
    APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, card, merge, refused,
};

/// A call that is to be refused.
struct Call {
    path: String,
    key: &'static str,
    body: Option<String>,
}

/// Cells that no test of this gateway can reach, and why.
const REASONS: &[(&str, u16, &str, &str)] = &[];

#[tokio::test]
async fn every_documented_refusal_happens() {
    let shared = TestGateway::start().await;
    let mut table = String::from(
        "# Documented refusals\n\nEvery cell is run by `coverage::every_documented_refusal_happens`, every success by\n\
         `documented::every_example_works_on_a_fresh_gateway`. Generated; do not edit.\n\n\
         | call | status | code | how it is reached |\n|---|---|---|---|\n",
    );
    let mut empty = Vec::new();
    for operation in operations(&shared).await {
        let name = format!("{} {}", operation.method, operation.path.split('?').next().unwrap());
        writeln!(table, "| `{name}` | {} | | its example |", operation.success).unwrap();
        for (status, code) in &operation.refusals {
            let how = match reach(&shared, &operation, &name, *status, code).await {
                Some(how) => how.to_owned(),
                None => match REASONS.iter().find(|row| (row.0, row.1, row.2) == (&name, *status, code)) {
                    Some((.., reason)) => format!("not reached: {reason}"),
                    None => {
                        empty.push(format!("{name} {status} {code}"));
                        continue;
                    }
                },
            };
            writeln!(table, "| `{name}` | {status} | {code} | {how} |").unwrap();
        }
    }
    assert!(empty.is_empty(), "documented, never run, and no reason given:\n{}", empty.join("\n"));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/coverage.md");
    if std::env::var_os("FLORIN_WRITE_COVERAGE").is_some() {
        std::fs::write(file, &table).unwrap();
    }
    assert!(std::fs::read_to_string(file).unwrap() == table, "docs/coverage.md is out of date");
}

/// Makes the refusal happen; answers how, or nothing when nobody knows.
async fn reach(
    shared: &TestGateway,
    operation: &Documented,
    name: &str,
    status: u16,
    code: &str,
) -> Option<&'static str> {
    if let Some((call, how)) = common(operation, status, code) {
        expect(shared, operation, &call, status, code).await;
        return Some(how);
    }
    let gateway = if status == 429 {
        let window = Duration::from_secs(600);
        TestGateway::start_limited(DeclineLimits { per_payment: 10, per_profile: 1, window }).await
    } else {
        TestGateway::start_with(None, Switches { manual_retry: false, ..Switches::default() }).await
    };
    let call = special(&gateway, name, status, code).await?;
    expect(&gateway, operation, &call, status, code).await;
    Some("a call of its own")
}

async fn expect(gateway: &TestGateway, operation: &Documented, call: &Call, status: u16, code: &str) {
    let mut request = gateway.request(operation.method.clone(), &call.path, call.key);
    if let Some(body) = &call.body {
        request = request.header("content-type", "application/json").body(body.clone());
    }
    let answer = answer(request.send().await.unwrap()).await;
    let found = (answer.0, refused(&answer).1);
    assert_eq!(found, (status, code), "{} {}: {}", operation.method, call.path, answer.1);
}

/// Refusals that every call of a kind shares.
fn common(operation: &Documented, status: u16, code: &str) -> Option<(Call, &'static str)> {
    let bare = operation.path.split('?').next().unwrap();
    let by_path = bare.contains('{');
    let is_admins = operation.keys[0] == "admin";
    let nobody = if is_admins { "merchant_none" } else { "merchant_1" };
    let fill = |merchant: &str| {
        let parts = bare.split('/').map(|part| match part {
            "{merchant_id}" => merchant,
            part if part.starts_with('{') => "none",
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    };
    let example =
        || operation.example.as_ref().map(|body| body.to_string().replace("<client_secret>", "none_secret_x"));
    let key = operation.key();
    let names_something = bare.replace("{merchant_id}", "").contains('{') || (is_admins && by_path);
    match (status, code) {
        (401, "IR_01") => {
            Some((Call { path: fill("merchant_1"), key: "snd_unknown", body: example() }, "an unknown key"))
        }
        (400, "IR_06") => {
            Some((Call { path: fill("merchant_1"), key, body: Some("{".to_owned()) }, "a body that does not parse"))
        }
        (413, "IR_06") => {
            let body = Some(json!({ "description": "x".repeat(70_000) }).to_string());
            Some((Call { path: fill("merchant_1"), key, body }, "a body that is too large"))
        }
        (404, "HE_02") if names_something => {
            Some((Call { path: fill(nobody), key, body: example() }, "something that is not there"))
        }
        _ => None,
    }
}

async fn special(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    let (resource, _) =
        name.split_once(' ').map(|(_, path)| path.split_at(path[1..].find('/').map_or(path.len(), |at| at + 1)))?;
    match resource {
        "/accounts" | "/api_keys" | "/account" | "/events" => setup(gateway, name, status, code).await,
        "/customers" | "/payment_methods" => customers(gateway, name, status, code).await,
        "/payments" => payments(gateway, name, status, code).await,
        "/refunds" => refunds(gateway, name, status, code).await,
        "/tokens" => tokens(gateway, status, code).await,
        _ => None,
    }
}

fn call(path: &str, key: &'static str, body: Value) -> Call {
    Call { path: path.to_owned(), key, body: (!body.is_null()).then(|| body.to_string()) }
}

async fn setup(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    use crate::harness::ADMIN_KEY;
    let profiles = "/account/merchant_1/business_profile";
    let connector =
        json!({ "connector_type": "payment_processor", "connector_name": "fauxpay", "profile_id": "pro_1" });
    let with = |more: Value| {
        let mut body = connector.clone();
        merge(&mut body, more);
        body
    };
    let call = match (name, status, code) {
        ("POST /accounts", 400, "HE_01") => call("/accounts", ADMIN_KEY, json!({ "merchant_id": "merchant_1" })),
        ("POST /accounts", 422, "IR_06") => {
            call("/accounts", ADMIN_KEY, json!({ "merchant_id": "m", "publishable_key": "pk_snd_mine" }))
        }
        ("POST /accounts", 422, "IR_05") => call("/accounts", ADMIN_KEY, json!({ "merchant_id": "a b" })),
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

/// A browser without, with a wrong and with an old client secret.
async fn by_client_secret(gateway: &TestGateway, path: &str, code: &str) -> Option<Call> {
    let payment = gateway.open("pay_1").await;
    let secret = payment["client_secret"].as_str().unwrap();
    match code {
        "IR_04" => Some(call(path, PUBLISHABLE_KEY, Value::Null)),
        "IR_09" => Some(call(&format!("{path}?client_secret=pay_1_secret_no"), PUBLISHABLE_KEY, Value::Null)),
        "IR_08" => {
            gateway.clock.advance(Duration::from_secs(900));
            Some(call(&format!("{path}?client_secret={secret}"), PUBLISHABLE_KEY, Value::Null))
        }
        "IR_06" => Some(call(&format!("{path}?client_secret={secret}"), SECRET_KEY, Value::Null)),
        _ => None,
    }
}

async fn customers(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
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
        ("POST /customers", 400, "IR_12") => call("/customers", SECRET_KEY, json!({ "customer_id": "cus_1" })),
        ("POST /customers", 422, "IR_05") => call("/customers", SECRET_KEY, json!({ "customer_id": "a b" })),
        ("GET /customers/{customer_id}" | "DELETE /customers/{customer_id}", 400, "IR_11") => {
            call("/customers/cus_1", SECRET_KEY, Value::Null)
        }
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

async fn payments(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    let create = |more: Value| {
        let mut body = json!({ "amount": 1, "currency": "EUR" });
        merge(&mut body, more);
        Some(call("/payments", SECRET_KEY, body))
    };
    let paying = || json!({ "confirm": true, "payment_method_data": { "card": card(APPROVED) } });
    match (name, status, code) {
        ("POST /payments", 404, "HE_02") => create(json!({ "profile_id": "pro_none" })),
        ("POST /payments", 400, "IR_04") => Some(call("/payments", SECRET_KEY, json!({ "amount": 1 }))),
        ("POST /payments", 422, "IR_06") => create(json!({ "session_expiry": 1 })),
        ("POST /payments", 422, "IR_05") => create(json!({ "amount": 0 })),
        ("POST /payments", 400, "IR_16") => create(json!({ "amount": 1_000_000_000 })),
        ("POST /payments", 400, "IR_20") => create(json!({ "capture_method": "scheduled" })),
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

async fn update(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let body = match (status, code) {
        (422, "IR_06") => json!({ "payment_id": "pay_2" }),
        (422, "IR_05") => json!({ "amount": 0 }),
        (400, "IR_16") => json!({ "amount": 2 }),
        (400, "IR_20") => json!({ "confirm": true }),
        _ => return None,
    };
    if code == "IR_16" {
        gateway.pay("pay_1", CHALLENGED, json!({})).await;
    } else {
        gateway.open("pay_1").await;
    }
    Some(call("/payments/pay_1", SECRET_KEY, body))
}

async fn confirm(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let path = "/payments/pay_1/confirm";
    let data = json!({ "payment_method_data": { "card": card(APPROVED) } });
    if (status, code) == (400, "IR_16") {
        gateway.pay("pay_1", DECLINED, json!({})).await;
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
        (429, "decline_limit") => Some(call(path, SECRET_KEY, data)),
        (400, "IR_04") => Some(call(path, PUBLISHABLE_KEY, data)),
        (400, "IR_09") => Some(call(path, PUBLISHABLE_KEY, with_secret(&json!("pay_1_secret_no")))),
        (400, "IR_08") => {
            gateway.clock.advance(Duration::from_secs(900));
            Some(call(path, PUBLISHABLE_KEY, with_secret(&payment["client_secret"])))
        }
        (422, "IR_06") => Some(call(path, SECRET_KEY, json!({}))),
        (400, "token_expired") => Some(call(path, SECRET_KEY, json!({ "payment_token": "token_none" }))),
        _ => None,
    }
}

async fn capture(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
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

async fn refunds(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
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

async fn tokens(gateway: &TestGateway, status: u16, code: &str) -> Option<Call> {
    let payment = match code {
        "IR_16" => gateway.pay("pay_1", APPROVED, json!({})).await,
        _ => gateway.open("pay_1").await,
    };
    let mut body = json!({ "client_secret": payment["client_secret"], "card": card(APPROVED) });
    match (status, code) {
        (400, "IR_04") => body = json!({ "card": card(APPROVED) }),
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
