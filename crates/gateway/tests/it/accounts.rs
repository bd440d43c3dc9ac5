//! Accounts, keys, profiles and connectors over their own routes.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    ADMIN_KEY, APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, card, refused,
};

/// A merchant made from nothing, over HTTP alone.
struct Made {
    secret_key: String,
    publishable_key: String,
    profile_id: String,
}

async fn make(gateway: &TestGateway, id: &str) -> Made {
    let body =
        json!({ "merchant_id": id, "merchant_name": "Made over HTTP", "return_url": "https://shop.example/back" });
    let (status, account) = gateway.post("/accounts", ADMIN_KEY, &body).await;
    assert_eq!(status, 200, "{account}");
    let body = json!({ "name": "first", "expiration": "never" });
    let (status, key) = gateway.post(&format!("/api_keys/{id}"), ADMIN_KEY, &body).await;
    assert_eq!(status, 200, "{key}");
    Made {
        secret_key: key["api_key"].as_str().unwrap().to_owned(),
        publishable_key: account["publishable_key"].as_str().unwrap().to_owned(),
        profile_id: account["default_profile"].as_str().unwrap().to_owned(),
    }
}

async fn connect(gateway: &TestGateway, merchant: &str, made: &Made, name: &str) -> Value {
    let body = json!({
        "connector_type": "payment_processor", "connector_name": name, "profile_id": made.profile_id,
        "connector_account_details": { "auth_type": "HeaderKey", "api_key": "test_key" },
    });
    let (status, connector) = gateway.post(&format!("/account/{merchant}/connectors"), &made.secret_key, &body).await;
    assert_eq!(status, 200, "{connector}");
    connector
}

fn paid_at_once() -> Value {
    json!({ "amount": 100, "currency": "USD", "confirm": true, "payment_method": "card",
            "payment_method_data": { "card": card(APPROVED) } })
}

#[tokio::test]
async fn a_new_profile_begins_with_what_the_account_says_and_has_a_name_of_its_own() {
    let gateway = TestGateway::start().await;
    let said = json!({ "merchant_id": "merchant_http", "return_url": "https://shop.example/back",
                       "webhook_details": { "webhook_url": "http://127.0.0.1:9/hook" } });
    gateway.order("/accounts", said).await;
    let key = json!({ "name": "k", "expiration": "never" });
    let key = gateway.order("/api_keys/merchant_http", key).await["api_key"].as_str().unwrap().to_owned();
    let base = "/account/merchant_http/business_profile";
    let headers = json!({ "x-shop": "longvalue1", "x-short": "abcd" });
    let body = json!({ "profile_name": "second", "outgoing_webhook_custom_http_headers": headers });
    let (status, second) = gateway.post(base, &key, &body).await;
    assert_eq!((status, &second["return_url"]), (200, &json!("https://shop.example/back")));
    assert_eq!(second["webhook_details"]["webhook_url"], "http://127.0.0.1:9/hook");
    let shown = json!({ "x-shop": "lo******e1", "x-short": "****" });
    assert_eq!(second["outgoing_webhook_custom_http_headers"], shown);
    let own = json!({ "profile_name": "third", "return_url": "https://third.example/" });
    let (_, third) = gateway.post(base, &key, &own).await;
    assert_eq!(third["return_url"], "https://third.example/");
    let third = format!("{base}/{}", third["profile_id"].as_str().unwrap());
    for (path, body) in [(base, json!({ "profile_name": "second" })), (base, json!({})), (&third, body)] {
        let again = gateway.post(path, &key, &body).await;
        assert_eq!((again.0, refused(&again).1), (400, "IR_38"), "{path} {body}");
    }
    assert_eq!(gateway.post(&third, &key, &json!({ "profile_name": "third" })).await.0, 200, "its own name");
}

#[tokio::test]
async fn a_profiles_connectors_are_told_apart_by_their_labels() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let first = connect(&gateway, "merchant_http", &made, "fauxpay").await;
    assert_eq!(first["connector_label"], "fauxpay_default");
    let base = "/account/merchant_http/connectors";
    let mut body = json!({
        "connector_type": "payment_processor", "connector_name": "fauxpay", "profile_id": made.profile_id,
        "connector_account_details": { "auth_type": "HeaderKey", "api_key": "test_key" },
    });
    let again = gateway.post(base, &made.secret_key, &body).await;
    assert_eq!((again.0, refused(&again).1), (400, "HE_01"));
    body["connector_label"] = json!("another");
    let (status, second) = gateway.post(base, &made.secret_key, &body).await;
    assert_eq!((status, &second["connector_label"]), (200, &json!("another")));
    let path = format!("{base}/{}", second["merchant_connector_id"].as_str().unwrap());
    let taken = gateway.post(&path, &made.secret_key, &json!({ "connector_label": "fauxpay_default" })).await;
    assert_eq!((taken.0, refused(&taken).1), (400, "HE_01"));
}

async fn delete(gateway: &TestGateway, path: &str, key: &str) -> (u16, Value) {
    answer(gateway.request(Method::DELETE, path, key).send().await.unwrap()).await
}

#[tokio::test]
async fn a_merchant_made_over_http_takes_payments() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let without = gateway.post("/payments", &made.secret_key, &paid_at_once()).await;
    assert_eq!(refused(&without), (400, "IR_39", "No connector is set up for this profile"));

    let connector = connect(&gateway, "merchant_http", &made, "stripe_test").await;
    assert!(connector["merchant_connector_id"].as_str().unwrap().starts_with("mca_"));
    assert_eq!(connector["connector_account_details"]["api_key"], "********");
    let (status, paid) = gateway.post("/payments", &made.secret_key, &paid_at_once()).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
    assert_eq!(
        (&paid["connector"], &paid["merchant_connector_id"], &paid["profile_id"]),
        (&json!("stripe_test"), &connector["merchant_connector_id"], &json!(made.profile_id))
    );
    let id = paid["payment_id"].as_str().unwrap();
    assert_eq!(gateway.get(&format!("/payments/{id}"), SECRET_KEY).await.0, 404, "merchants are apart");
}

#[tokio::test]
async fn an_account_is_read_changed_listed_and_ended() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let (_, account) = gateway.get("/accounts/merchant_http", ADMIN_KEY).await;
    assert_eq!(account["merchant_name"], "Made over HTTP");
    assert_eq!(account["payment_response_hash_key"].as_str().unwrap().len(), 64);
    assert_eq!(account["locker_id"], Value::Null);

    let twice = gateway.post("/accounts", ADMIN_KEY, &json!({ "merchant_id": "merchant_http" })).await;
    assert_eq!((twice.0, refused(&twice).1), (400, "HE_01"));
    let body = json!({ "merchant_name": "Renamed", "metadata": { "a": 1 } });
    let (status, changed) = gateway.post("/accounts/merchant_http", ADMIN_KEY, &body).await;
    assert_eq!((status, &changed["merchant_name"], &changed["metadata"]), (200, &json!("Renamed"), &json!({ "a": 1 })));
    assert_eq!(gateway.get("/accounts/merchant_http", ADMIN_KEY).await.1, changed);
    let (_, all) = gateway.get("/accounts/list?organization_id=org_sandbox", ADMIN_KEY).await;
    assert_eq!(all.as_array().unwrap().len(), 3);
    gateway.order("/accounts", json!({ "merchant_id": "merchant_apart", "organization_id": "org_other" })).await;
    let (_, others) = gateway.get("/accounts/list?organization_id=org_other", ADMIN_KEY).await;
    assert_eq!((others.as_array().unwrap().len(), &others[0]["merchant_id"]), (1, &json!("merchant_apart")));

    let ended = delete(&gateway, "/accounts/merchant_http", ADMIN_KEY).await;
    assert_eq!(ended, (200, json!({ "merchant_id": "merchant_http", "deleted": true })));
    assert_eq!(gateway.get("/accounts/merchant_http", ADMIN_KEY).await.0, 404);
    assert_eq!(gateway.get("/customers/list", &made.secret_key).await.0, 401);
    let tokens = gateway.post("/tokens", &made.publishable_key, &json!({ "card": card(APPROVED) })).await;
    assert_eq!(tokens.0, 401);
}

#[tokio::test]
async fn a_key_is_shown_once_kept_as_a_hash_and_can_end() {
    let gateway = TestGateway::start().await;
    let body = json!({ "name": "till", "description": "for the till", "expiration": "2026-06-25T11:00:00.000Z" });
    let (status, key) = gateway.post("/api_keys/merchant_1", ADMIN_KEY, &body).await;
    assert_eq!(status, 200);
    let secret = key["api_key"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("snd_") && secret.len() == 68);
    let path = format!("/api_keys/merchant_1/{}", key["key_id"].as_str().unwrap());

    let (_, read) = gateway.get(&path, ADMIN_KEY).await;
    assert_eq!(read.get("api_key"), None);
    assert_eq!((&read["prefix"], &read["name"]), (&json!(secret[..12]), &json!("till")));
    assert_eq!(gateway.get("/api_keys/merchant_1/list", ADMIN_KEY).await.1, json!([read]));
    assert!(!gateway.contents().windows(secret.len()).any(|part| part == secret.as_bytes()), "the key is on disk");

    assert_eq!(gateway.get("/customers/list", &secret).await.0, 200);
    gateway.clock.advance(Duration::from_secs(3600));
    assert_eq!(gateway.get("/customers/list", &secret).await.0, 401, "it has expired");
    let (_, longer) = gateway.post(&path, ADMIN_KEY, &json!({ "expiration": "never" })).await;
    assert_eq!(longer["expiration"], "never");
    assert_eq!(gateway.get("/customers/list", &secret).await.0, 200);
    let (status, revoked) = delete(&gateway, &path, ADMIN_KEY).await;
    assert_eq!((status, &revoked["revoked"]), (200, &json!(true)));
    assert_eq!(gateway.get("/customers/list", &secret).await.0, 401);
    assert_eq!(gateway.get(&path, ADMIN_KEY).await.0, 404);
    assert_eq!(gateway.get("/customers/list", SECRET_KEY).await.0, 200, "the operator's own key stays");
}

#[tokio::test]
async fn each_route_takes_its_kind_of_key_alone() {
    let gateway = TestGateway::start().await;
    for (path, right) in [
        ("/accounts/merchant_1", ADMIN_KEY),
        ("/accounts/list", ADMIN_KEY),
        ("/api_keys/merchant_1/list", ADMIN_KEY),
        ("/account/merchant_1/business_profile", SECRET_KEY),
        ("/account/merchant_1/business_profile/pro_1", SECRET_KEY),
        ("/account/merchant_1/connectors", SECRET_KEY),
        ("/payments/list", SECRET_KEY),
        ("/customers/list", SECRET_KEY),
        ("/customers/list_with_count", SECRET_KEY),
    ] {
        for key in [ADMIN_KEY, SECRET_KEY, PUBLISHABLE_KEY, "snd_unknown", ""] {
            let (status, body) = gateway.get(path, key).await;
            assert_eq!(status, if key == right { 200 } else { 401 }, "{path} with {key}: {body}");
        }
    }
    let foreign = gateway.get("/account/merchant_2/business_profile", SECRET_KEY).await;
    assert_eq!(foreign.0, 401, "a key opens its own merchant's address alone");
}

#[tokio::test]
async fn a_profile_is_made_read_changed_listed_and_ended() {
    let gateway = TestGateway::start().await;
    let base = "/account/merchant_1/business_profile";
    let body = json!({ "profile_name": "second", "is_manual_retry_enabled": true, "session_expiry": 120,
                       "webhook_details": { "webhook_url": "http://127.0.0.1:9/hook" } });
    let (status, profile) = gateway.post(base, SECRET_KEY, &body).await;
    assert_eq!(status, 200, "{profile}");
    assert_eq!(profile["enable_payment_response_hash"], true);
    assert_eq!(profile["payment_response_hash_key"], crate::harness::RETURN_KEY, "it signs like its elder");
    let id = profile["profile_id"].as_str().unwrap().to_owned();
    let path = format!("{base}/{id}");
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1, profile);

    let change = json!({ "enable_payment_response_hash": false, "return_url": "https://shop.example/b" });
    let (_, changed) = gateway.post(&path, SECRET_KEY, &change).await;
    assert_eq!(changed["enable_payment_response_hash"], false);
    assert_eq!((&changed["profile_name"], &changed["is_manual_retry_enabled"]), (&json!("second"), &json!(true)));
    assert_eq!(changed["webhook_details"]["webhook_url"], "http://127.0.0.1:9/hook");
    assert_eq!(gateway.get(base, SECRET_KEY).await.1.as_array().unwrap().len(), 2);

    let opened = gateway.open_with("pay_1", json!({ "profile_id": id })).await;
    assert_eq!(opened["expires_on"], "2026-06-25T10:02:00.000Z", "the profile says how long a session is");
    assert_eq!(delete(&gateway, &path, SECRET_KEY).await, (200, json!(true)));
    assert_eq!(gateway.get(&path, SECRET_KEY).await.0, 404);
    let body = json!({ "amount": 1, "currency": "EUR", "profile_id": id });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &body).await.0, 404);
    assert_eq!(gateway.read("pay_1").await["profile_id"], json!(id), "what was there stays readable");
}

#[tokio::test]
async fn what_a_profile_can_not_be_is_refused_and_changes_nothing() {
    let gateway = TestGateway::start().await;
    let path = "/account/merchant_1/business_profile/pro_1";
    let before = gateway.get(path, SECRET_KEY).await;
    for (body, code) in [
        (json!({ "webhook_mode": "sometimes" }), (422, "IR_06")),
        (json!({ "session_expiry": 59 }), (422, "IR_06")),
        (json!({ "standard_webhooks_secret": "whsec_short" }), (422, "IR_06")),
        (json!({ "webhook_details": { "webhook_url": "file:///etc/passwd" } }), (422, "IR_06")),
        (json!({ "return_url": "javascript:alert(1)" }), (400, "IR_06")),
        (json!({ "is_manual_retry_enabled": "yes" }), (400, "IR_06")),
        (json!({ "no_such_switch": true }), (400, "IR_06")),
        (json!({ "profile_name": "n".repeat(65) }), (400, "IR_06")),
    ] {
        let answer = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), code, "{body}");
    }
    assert_eq!(gateway.get(path, SECRET_KEY).await, before);
}

#[tokio::test]
async fn the_oldest_connector_that_is_on_gets_the_cards() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let first = connect(&gateway, "merchant_http", &made, "phonypay").await;
    gateway.clock.advance(Duration::from_secs(1));
    let second = connect(&gateway, "merchant_http", &made, "adyen_test").await;
    let base = "/account/merchant_http/connectors";
    let path = |connector: &Value| format!("{base}/{}", connector["merchant_connector_id"].as_str().unwrap());
    let pay = async || gateway.post("/payments", &made.secret_key, &paid_at_once()).await.1["connector"].clone();
    assert_eq!(pay().await, "phonypay");
    let (_, off) = gateway.post(&path(&first), &made.secret_key, &json!({ "disabled": true })).await;
    assert_eq!((&off["disabled"], &off["connector_label"]), (&json!(true), &json!("phonypay_default")));
    assert_eq!(pay().await, "adyen_test");
    assert_eq!(delete(&gateway, &path(&second), &made.secret_key).await.0, 200);
    let none = gateway.post("/payments", &made.secret_key, &paid_at_once()).await;
    assert_eq!((none.0, refused(&none).1), (400, "IR_39"));
    let (_, left) = gateway.get(base, &made.secret_key).await;
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["merchant_connector_id"], off["merchant_connector_id"]);
    for (body, code) in [
        (json!({ "connector_type": "payment_processor", "connector_name": "stripe" }), (400, "IR_06")),
        (json!({ "connector_name": "fauxpay" }), (400, "IR_06")),
        (
            json!({ "connector_type": "payment_processor", "connector_name": "fauxpay",
                    "connector_account_details": { "auth_type": "NoKey" } }),
            (422, "IR_06"),
        ),
    ] {
        let answer = gateway.post(base, &made.secret_key, &body).await;
        assert_eq!((answer.0, refused(&answer).1), code, "{body}");
    }
}

#[tokio::test]
async fn declines_on_a_profile_are_limited_and_the_limit_ends() {
    let gateway = TestGateway::start_limited(florin_gateway::DeclineLimits {
        per_payment: 10,
        per_profile: 3,
        window: Duration::from_secs(600),
    })
    .await;
    for place in 0..3 {
        gateway.pay(&format!("pay_{place}"), DECLINED, json!({})).await;
    }
    let payment = gateway.open("pay_good").await;
    let token = gateway.token(&payment, APPROVED).await;
    let body = json!({ "payment_token": token });
    let request = gateway.request(Method::POST, "/payments/pay_good/confirm", SECRET_KEY).json(&body);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "600");
    let limited = answer(response).await;
    assert_eq!((limited.0, refused(&limited).1), (429, "decline_limit"), "a good card is told the same");
    assert_eq!(gateway.read("pay_good").await["status"], "requires_payment_method");
    gateway.clock.advance(Duration::from_secs(601));
    let (status, paid) = gateway.confirm("pay_good", &token).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
}

#[tokio::test]
async fn the_admin_key_and_the_merchants_own_end_connectors_and_profiles() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let base = "/account/merchant_http";
    for key in [ADMIN_KEY, &made.secret_key] {
        let connector = connect(&gateway, "merchant_http", &made, "stripe_test").await;
        let path = format!("{base}/connectors/{}", connector["merchant_connector_id"].as_str().unwrap());
        let body = json!({ "profile_name": "second" });
        let (_, profile) = gateway.post(&format!("{base}/business_profile"), &made.secret_key, &body).await;
        let profile = format!("{base}/business_profile/{}", profile["profile_id"].as_str().unwrap());
        for path in [path, profile] {
            assert_eq!(delete(&gateway, &path, SECRET_KEY).await.0, 401, "another merchant's key: {path}");
            assert_eq!(delete(&gateway, &path, key).await.0, 200, "{path}");
            assert_eq!(delete(&gateway, &path, key).await.0, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn a_connector_without_a_label_shares_it_with_nobody_and_is_changed_beside_others() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let one = connect(&gateway, "merchant_http", &made, "stripe_test").await;
    connect(&gateway, "merchant_http", &made, "fauxpay").await;
    // As older versions made them: one label for two, and none.
    for label in [json!("same"), json!(null)] {
        let relabel = move |tx: &mut florin_store::Tx<'_>| {
            for row in tx.all("SELECT merchant_connector_id, details FROM connectors", &[])? {
                let mut details: Value = serde_json::from_str(&row.get::<String>("details")?).unwrap();
                details["connector_label"] = label.clone();
                let id: String = row.get("merchant_connector_id")?;
                let sql = "UPDATE connectors SET details = $2 WHERE merchant_connector_id = $1";
                tx.execute(sql, florin_store::params![id, details.to_string()])?;
            }
            Ok::<_, florin_store::StoreError>(())
        };
        gateway.store.write(relabel).await.unwrap();
        let path = format!("/account/merchant_http/connectors/{}", one["merchant_connector_id"].as_str().unwrap());
        let (status, off) = gateway.post(&path, &made.secret_key, &json!({ "disabled": true })).await;
        assert_eq!((status, &off["disabled"]), (200, &json!(true)), "{off}");
    }
}

#[tokio::test]
async fn an_accounts_webhook_address_is_looked_at_wherever_it_comes_from() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let wrong = json!({ "webhook_details": { "webhook_url": "file:///etc/passwd" } });
    let answer = gateway.post("/accounts/merchant_http", ADMIN_KEY, &wrong).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"));
    // As an older version took it.
    let older = move |tx: &mut florin_store::Tx<'_>| {
        let sql = "UPDATE merchants SET details = $1 WHERE merchant_id = 'merchant_http'";
        tx.execute(sql, florin_store::params![wrong.to_string()])
    };
    gateway.store.write(older).await.unwrap();
    let path = "/account/merchant_http/business_profile";
    let answer = gateway.post(path, &made.secret_key, &json!({ "profile_name": "second" })).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"));
    let answer = gateway.get("/accounts/list?organization_id=a&organization_id=b", ADMIN_KEY).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"));
}

#[tokio::test]
async fn the_list_of_connectors_keeps_what_is_the_processors_own() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let one = connect(&gateway, "merchant_http", &made, "stripe_test").await;
    let (_, list) = gateway.get("/account/merchant_http/connectors", &made.secret_key).await;
    assert_eq!(list[0]["merchant_connector_id"], one["merchant_connector_id"]);
    for name in [
        "metadata",
        "additional_merchant_data",
        "connector_wallets_details",
        "connector_account_details",
        "connector_webhook_details",
    ] {
        assert_eq!((one.get(name).is_some(), list[0].get(name)), (true, None), "{name}");
    }
}

#[tokio::test]
async fn a_setting_is_made_with_and_without_a_slash_at_the_end() {
    let gateway = TestGateway::start().await;
    for (path, key) in [("/configs", "one"), ("/configs/", "two")] {
        let (status, made) = gateway.post(path, ADMIN_KEY, &json!({ "key": key, "value": "loud" })).await;
        assert_eq!((status, &made["key"]), (200, &json!(key)), "{path}");
    }
}

#[tokio::test]
async fn what_an_account_and_its_profile_were_not_told_has_a_value() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    let (_, account) = gateway.get("/accounts/merchant_http", ADMIN_KEY).await;
    let path = format!("/account/merchant_http/business_profile/{}", made.profile_id);
    let (_, profile) = gateway.get(&path, &made.secret_key).await;
    for (shown, expected) in [
        (
            &account,
            json!({ "product_type": "orchestration", "merchant_account_type": "standard",
                    "recon_status": "not_requested", "is_recon_enabled": false,
                    "redirect_to_merchant_with_http_post": false }),
        ),
        (
            &profile,
            json!({ "session_expiry": 900, "use_billing_as_payment_method_billing": true,
                    "is_network_tokenization_enabled": false, "is_click_to_pay_enabled": false }),
        ),
    ] {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{name}");
        }
    }
    let told = json!({ "session_expiry": 1200, "use_billing_as_payment_method_billing": false });
    let (_, profile) = gateway.post(&path, &made.secret_key, &told).await;
    assert_eq!((&profile["session_expiry"], &profile["is_click_to_pay_enabled"]), (&json!(1200), &json!(false)));
    assert_eq!(profile["use_billing_as_payment_method_billing"], false);
}

#[tokio::test]
async fn a_shopper_comes_back_by_the_name_of_the_profiles_connector() {
    let gateway = TestGateway::start().await;
    let made = make(&gateway, "merchant_http").await;
    connect(&gateway, "merchant_http", &made, "stripe_test").await;
    let mut body = paid_at_once();
    body["payment_method_data"]["card"] = card(CHALLENGED);
    body["payment_id"] = json!("pay_1");
    assert_eq!(gateway.post("/payments", &made.secret_key, &body).await.1["status"], "requires_customer_action");
    let passed = gateway.browse("/dummy-connector/complete/pay_1_1?confirm=true").await;
    let back = passed.headers()["location"].to_str().unwrap().to_owned();
    assert!(back.ends_with("/payments/pay_1/merchant_http/redirect/response/stripe_test"), "{back}");
    for path in [back, "/payments/pay_1/merchant_http/redirect/complete/stripe_test".to_owned()] {
        let shop = gateway.browse(&path).await;
        let shop = shop.headers()["location"].to_str().unwrap();
        assert!(shop.starts_with("https://shop.example/back?status=succeeded&"), "{shop}");
    }
}
