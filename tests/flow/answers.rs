//! What every answer has: an Error where something is wrong, and no copy kept on the way.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{SHOP_KEY, World};

#[tokio::test]
async fn a_wrong_method_and_a_body_too_large_are_answered_with_an_error() {
    let world = World::start().await;
    for (method, path, status) in [
        (Method::DELETE, "/v1/orders", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/webhooks/gateway", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/checkout/cs_1/pay", StatusCode::METHOD_NOT_ALLOWED),
        (Method::POST, "/webhooks/gateway", StatusCode::BAD_REQUEST),
        (Method::POST, "/v1/orders", StatusCode::BAD_REQUEST),
    ] {
        let request = world.http.request(method.clone(), format!("{}{path}", world.merchant_url));
        let large = if method == Method::POST { vec![b' '; 300 * 1024] } else { Vec::new() };
        let request = request.bearer_auth(SHOP_KEY).header("content-type", "application/json").body(large);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
        let error: Value = response.json().await.unwrap_or_default();
        assert_eq!(error["error"]["type"], "validation", "{method} {path}: {error}");
    }
}

#[tokio::test]
async fn a_query_is_refused_by_name_like_a_body() {
    let world = World::start().await;
    let order = world.order().await;
    let session = order["checkout"]["session"].as_str().unwrap();
    for (path, code, field) in [
        ("/v1/orders?colour=red".to_owned(), "unknown_field", "colour"),
        ("/v1/orders?status=green".to_owned(), "invalid_value", "status"),
        ("/v1/orders?limit=ten".to_owned(), "invalid_value", "limit"),
        ("/v1/orders?created_gte=yesterday".to_owned(), "invalid_value", "created_gte"),
        (format!("/checkout/{session}/status?weight=1"), "unknown_field", "weight"),
        (format!("/checkout/{session}/status?wait=-1"), "invalid_value", "wait"),
    ] {
        let (status, error) = world.shop(Method::GET, &path, None).await;
        assert_eq!(
            (status, error["error"]["code"].as_str(), error["error"]["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(code), Some(field)),
            "{path}"
        );
    }
    let (status, page) = world.shop(Method::GET, "/v1/orders?status=open&created_gte=2026-06-25T10:00:00Z", None).await;
    assert_eq!((status, &page["data"][0]["id"]), (StatusCode::OK, &order["id"]));
}

#[tokio::test]
async fn nobody_keeps_a_copy_of_an_order_or_a_client_secret() {
    let world = World::start().await;
    let order = world.order().await;
    let (id, session) = (order["id"].as_str().unwrap(), order["checkout"]["session"].as_str().unwrap());
    for (method, path) in [
        (Method::GET, format!("/v1/orders/{id}")),
        (Method::GET, format!("/checkout/{session}")),
        (Method::GET, format!("/checkout/{session}/status")),
        (Method::POST, format!("/checkout/{session}/attempts")),
    ] {
        let request = world.http.request(method, format!("{}{path}", world.merchant_url)).bearer_auth(SHOP_KEY);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(
            response.headers().get("cache-control").map(|value| value.to_str().unwrap()),
            Some("no-store"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_payment_page_is_there_for_a_session_that_is_there() {
    let world = World::start().await;
    let order = world.order().await;
    let found = world.http.get(order["checkout"]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(found.status(), StatusCode::OK);
    let absent = world.http.get(format!("{}/pay/cs_1", world.merchant_url)).send().await.unwrap();
    assert_eq!(absent.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_new_session_is_a_new_one() {
    let world = World::start().await;
    let order = world.order().await;
    let path = format!("/v1/orders/{}/sessions", order["id"].as_str().unwrap());
    let mut seen = vec![order["checkout"]["session"].clone()];
    for _ in 0..6 {
        let (status, again) = world.shop(Method::POST, &path, None).await;
        assert_eq!(status, StatusCode::OK);
        assert!(!seen.contains(&again["checkout"]["session"]), "the same session again");
        seen.push(again["checkout"]["session"].clone());
    }
}

#[tokio::test]
async fn what_no_gateway_can_be_told_is_refused_when_the_order_is_made() {
    let world = World::start().await;
    let long = "x".repeat(501);
    for (more, field) in [
        (json!({ "customer": { "reference": "Ada Lovelace" } }), "customer.reference"),
        (json!({ "customer": { "reference": "x".repeat(65) } }), "customer.reference"),
        (json!({ "customer": { "name": long } }), "customer.name"),
        (json!({ "customer": { "email": "nobody" } }), "customer.email"),
        (json!({ "billing": { "country": "Germany" } }), "billing.country"),
        (json!({ "billing": { "country": "UK" } }), "billing.country"),
        (json!({ "shipping": { "line1": "a\u{0}b" } }), "shipping.line1"),
        (json!({ "items": [{ "name": "", "quantity": 1, "amount": 4200 }] }), "items[0].name"),
        (json!({ "items": [{ "name": "a", "quantity": 0, "amount": 4200 }] }), "items[0].quantity"),
    ] {
        let mut body = json!({ "amount": 4200, "currency": "EUR" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, error) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(
            (status, error["error"]["field"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(field)),
            "{more}: {error}"
        );
    }
    let whole = json!({ "amount": 4200, "currency": "EUR",
        "customer": { "reference": "ada-1", "email": "ada@shop.example", "name": "Ada Lovelace", "phone": "+44 1" },
        "billing": { "name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London", "country": "GB" },
        "items": [{ "name": "a", "quantity": 2, "amount": 4300 }, { "name": "discount", "quantity": 1, "amount": -100 }] });
    let order = world.order_of(whole).await;
    assert_eq!(world.pay_with(&order, crate::browser::APPROVED).await["status"], "paid");
}
