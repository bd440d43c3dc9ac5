//! Every refusal that is documented happens: route × status × code, each cell run here. The table is
//! written to docs/coverage.md; `FLORIN_WRITE_COVERAGE=1` writes it anew.

mod paying;
mod people;
mod setup;
mod steps;

use std::fmt::Write;
use std::time::Duration;

use florin_gateway::{DeclineLimits, Switches};
use serde_json::{Value, json};

use crate::documented::{Documented, operations};
use crate::harness::{ADMIN_KEY, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, refused};

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
        if operation.success == UNBUILT {
            expect_unbuilt(&shared, &operation).await;
            writeln!(table, "| `{name}` | {UNBUILT} | IR_00 | not built: {} |", operation.summary).unwrap();
        } else {
            writeln!(table, "| `{name}` | {} | | its example |", operation.success).unwrap();
        }
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

/// What OwnGateway has and the sandbox has not; the operation's summary says why.
const UNBUILT: u16 = 501;

/// It is refused in OwnGateway's own shape for that.
async fn expect_unbuilt(gateway: &TestGateway, operation: &Documented) {
    let (_, payment) = gateway.post("/payments", SECRET_KEY, &json!({ "amount": 1, "currency": "EUR" })).await;
    let path = operation.path.replace("{payment_id}", payment["payment_id"].as_str().unwrap());
    let answer = answer(gateway.request(operation.method.clone(), &path, operation.key()).send().await.unwrap()).await;
    let (status, code, message) = refused(&answer);
    assert_eq!((status, code, &answer.1["error"]["type"]), (UNBUILT, "IR_00", &json!("invalid_request")));
    assert!(message.ends_with("is not implemented"), "{message}");
    assert!(operation.summary.contains(": "), "a reason is missing: {}", operation.summary);
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
    Some(if status == UNBUILT {
        "not built: no dummy connector captures at a time set before"
    } else {
        "a call of its own"
    })
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
    let is_admins = operation.is_admins();
    let nobody = if is_admins { "merchant_none" } else { "merchant_1" };
    let fill = |merchant: &str| {
        let parts = bare.split('/').map(|part| match part {
            "{merchant_id}" => merchant,
            "{connector}" => "fauxpay",
            part if part.starts_with('{') => "none",
            part => part,
        });
        let filled = parts.collect::<Vec<_>>().join("/");
        let query = operation.path.split_once('?').map(|(_, query)| query.replace("<client_secret>", "none_secret_x"));
        query.map_or_else(|| filled.clone(), |query| format!("{filled}?{query}"))
    };
    let example = || {
        operation
            .example
            .as_ref()
            .map(|body| body.to_string().replace("<client_secret>", "none_secret_x").replace("<dispute_id>", "none"))
    };
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
        (404, "HE_02") if names_something || bare == "/refunds/sync" => {
            Some((Call { path: fill(nobody), key, body: example() }, "something that is not there"))
        }
        (404, "HE_04") => Some((Call { path: fill(nobody), key, body: example() }, "a dispute that is not there")),
        _ => None,
    }
}

async fn special(gateway: &TestGateway, name: &str, status: u16, code: &str) -> Option<Call> {
    let (resource, _) =
        name.split_once(' ').map(|(_, path)| path.split_at(path[1..].find('/').map_or(path.len(), |at| at + 1)))?;
    match resource {
        "/accounts" | "/api_keys" | "/account" | "/events" => setup::setup(gateway, name, status, code).await,
        "/configs" => {
            let body = json!({ "key": "twice", "value": "" });
            gateway.post("/configs", ADMIN_KEY, &body).await;
            (code == "HE_01").then(|| call("/configs", ADMIN_KEY, body))
        }
        "/sandbox" => setup::controls(gateway, name, status, code).await,
        "/customers" | "/payment_methods" | "/ephemeral_keys" => people::customers(gateway, name, status, code).await,
        "/mandates" => people::mandates(gateway, code).await,
        "/disputes" => people::disputes(gateway, name, status, code).await,
        "/dummy-connector" => (code == "IR_04").then(|| call("/dummy-connector/complete/none", "", Value::Null)),
        "/payments" if name.contains("/redirect/") => steps::redirects(gateway, name, code).await,
        "/payments" if status != 404 && steps::later_steps(name) => steps::later(gateway, name, code).await,
        "/payments" => paying::payments(gateway, name, status, code).await,
        "/refunds" => paying::refunds(gateway, name, status, code).await,
        "/tokens" => paying::tokens(gateway, status, code).await,
        _ => None,
    }
}

fn call(path: &str, key: &'static str, body: Value) -> Call {
    Call { path: path.to_owned(), key, body: (!body.is_null()).then(|| body.to_string()) }
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
