//! A key of one customer, for an hour.

use std::time::Duration;

use florin_store::params;
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN_KEY, SECRET_KEY, TestGateway, answer, refused};

#[tokio::test]
async fn an_ephemeral_key_sees_its_own_customer_for_an_hour_and_nothing_else() {
    let gateway = TestGateway::start().await;
    for customer in ["cus_1", "cus_2"] {
        gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": customer })).await;
    }
    let (status, made) = gateway.post("/ephemeral_keys", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    assert_eq!(status, 200);
    let key = made["secret"].as_str().unwrap();
    assert!(key.starts_with("epk_"), "{key}");
    assert_eq!(made["expires"].as_i64().unwrap() - made["created_at"].as_i64().unwrap(), 3600);
    for path in ["/customers/cus_1", "/customers/cus_1/payment_methods", "/customers/cus_1/mandates"] {
        assert_eq!(gateway.get(path, key).await.0, 200, "{path}");
        let foreign = path.replace("cus_1", "cus_2");
        assert_eq!(refused(&gateway.get(&foreign, key).await).1, "IR_01", "{foreign}");
    }
    for path in ["/customers/list", "/payments/list", "/payments/pay_1", "/mandates/list", "/disputes/list"] {
        assert_eq!(refused(&gateway.get(path, key).await).1, "IR_01", "{path}");
    }
    let body = json!({ "amount": 1, "currency": "EUR" });
    assert_eq!(refused(&gateway.post("/payments", key, &body).await).1, "IR_01");

    gateway.clock.advance(Duration::from_secs(3600));
    assert_eq!(refused(&gateway.get("/customers/cus_1", key).await).1, "IR_01");
}

#[tokio::test]
async fn an_ephemeral_key_can_be_ended_and_is_kept_as_a_hash() {
    let gateway = TestGateway::start().await;
    gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let (_, made) = gateway.post("/ephemeral_keys", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let key = made["secret"].as_str().unwrap();
    let kept = gateway.contents();
    assert!(find(&kept, made["id"].as_str().unwrap()), "what is looked through holds the row");
    assert!(!find(&kept, key));
    let path = format!("/ephemeral_keys/{}", made["id"].as_str().unwrap());
    let ended = answer(gateway.request(Method::DELETE, &path, SECRET_KEY).send().await.unwrap()).await;
    assert_eq!((ended.0, &ended.1["deleted"]), (200, &json!(true)));
    assert_eq!(refused(&gateway.get("/customers/cus_1", key).await).1, "IR_01");
}

fn find(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn an_ephemeral_key_ends_with_its_account() {
    let gateway = TestGateway::start().await;
    gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    let (status, _) = gateway.post("/ephemeral_keys", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    assert_eq!(status, 200);
    let ended = gateway.request(Method::DELETE, "/accounts/merchant_1", ADMIN_KEY).send().await.unwrap();
    assert_eq!(answer(ended).await.0, 200);
    let left = gateway.store.read(|tx| tx.all("SELECT key_id FROM ephemeral_keys", params![]).map(|rows| rows.len()));
    assert_eq!(left.await.unwrap(), 0);
}
