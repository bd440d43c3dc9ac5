//! A malformed request gets a 4xx with an Error, and changes nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{SHOP_KEY, World};

#[tokio::test]
async fn a_bad_order_is_refused_by_name() {
    let world = World::start().await;
    let rows: &[(Value, StatusCode, &str, &str)] = &[
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY, "missing_field", "amount"),
        (json!({ "amount": 1 }), StatusCode::UNPROCESSABLE_ENTITY, "missing_field", "currency"),
        (json!({ "amount": 0, "currency": "EUR" }), StatusCode::UNPROCESSABLE_ENTITY, "amount_out_of_range", "amount"),
        (json!({ "amount": -1, "currency": "EUR" }), StatusCode::UNPROCESSABLE_ENTITY, "amount_out_of_range", "amount"),
        (
            json!({ "amount": 1_000_000_000, "currency": "EUR" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "amount_out_of_range",
            "amount",
        ),
        (json!({ "amount": 1.5, "currency": "EUR" }), StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", "amount"),
        (json!({ "amount": "1", "currency": "EUR" }), StatusCode::UNPROCESSABLE_ENTITY, "invalid_value", "amount"),
        (json!({ "amount": 1, "currency": "eur" }), StatusCode::UNPROCESSABLE_ENTITY, "unknown_currency", "currency"),
        (
            json!({ "amount": 1, "currency": "EUR", "colour": "red" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown_field",
            "colour",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "expires_in": 5 }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "expires_in_out_of_range",
            "expires_in",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "result_url": "https://evil.example/" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "result_url_not_allowed",
            "result_url",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "result_url": "http://localhost:4241.evil.example/" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "result_url_not_allowed",
            "result_url",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "result_url": "http://localhost:4241@evil.example/" }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "result_url_not_allowed",
            "result_url",
        ),
        (
            json!({ "amount": 2, "currency": "EUR", "items": [{ "name": "a", "quantity": 1, "amount": 1 }] }),
            StatusCode::UNPROCESSABLE_ENTITY,
            "items_do_not_add_up",
            "items",
        ),
    ];
    for (body, status, code, field) in rows {
        let (found, error) = world.shop(Method::POST, "/v1/orders", Some(body.clone())).await;
        assert_eq!(
            (found, error["error"]["code"].as_str(), error["error"]["field"].as_str()),
            (*status, Some(*code), Some(*field)),
            "{body}"
        );
        assert_eq!(error["error"]["type"], "validation");
    }
    let (_, page) = world.shop(Method::GET, "/v1/orders", None).await;
    assert_eq!(page["data"], json!([]), "nothing was made");
}

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    let world = World::start().await;
    for (body, content_type) in [
        ("{", "application/json"),
        (r#"{"amount":1,"currency":"EUR"} 2"#, "application/json"),
        ("amount=1", "application/x-www-form-urlencoded"),
    ] {
        let request = world.http.post(format!("{}/v1/orders", world.merchant_url)).bearer_auth(SHOP_KEY);
        let response = request.header("content-type", content_type).body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        let error: Value = response.json().await.unwrap();
        assert_eq!(error["error"]["code"], "malformed", "{body}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_field_is_said_by_its_path_and_type() {
    let world = World::start().await;
    let item = |amount: Value| json!([{ "name": "a", "quantity": 1, "amount": amount }]);
    for (body, field, message) in [
        (
            json!({ "amount": "4200", "currency": "EUR" }),
            "amount",
            "amount: expected an integer in minor units, got a string",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "items": item(json!("1")) }),
            "items[0].amount",
            "items[0].amount: expected an integer in minor units, got a string",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "customer": { "email": 7 } }),
            "customer.email",
            "customer.email: expected a string, got a number",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "capture": "later" }),
            "capture",
            "capture: expected automatic or manual",
        ),
        (json!({ "amount": 1, "currency": "EUR", "capture": 5 }), "capture", "capture has a value that is not allowed"),
        (json!([1, "EUR"]), ".", "the body: expected an object, got a list"),
        (
            json!({ "amount": 1, "currency": "EUR", "customer": ["basket 7", "a@b.example"] }),
            "customer",
            "customer: expected an object, got a list",
        ),
        (
            json!({ "amount": 1, "currency": "EUR", "items": [["ink", 1, 1]] }),
            "items[0]",
            "items[0]: expected an object, got a list",
        ),
        (json!({ "amount": 1, "currency": "EUR", "items": {} }), "items", "items: expected a list, got an object"),
        (
            json!({ "amount": 1, "currency": "EUR", "customer": { "mail": "a@b.example" } }),
            "customer.mail",
            "there is no field customer.mail",
        ),
    ] {
        let (status, error) = world.shop(Method::POST, "/v1/orders", Some(body.clone())).await;
        let said = (status.as_u16(), error["error"]["field"].as_str(), error["error"]["message"].as_str());
        assert_eq!(said, (422, Some(field), Some(message)), "{body}");
    }
}

#[tokio::test]
async fn json_is_json_however_its_type_is_written() {
    let world = World::start().await;
    for kind in ["application/json", "Application/JSON", "APPLICATION/JSON;charset=utf-8", "application/json ; a=b"] {
        let request = world.http.post(format!("{}/v1/orders", world.merchant_url)).bearer_auth(SHOP_KEY);
        let request = request.header("content-type", kind).body(r#"{"amount":1,"currency":"EUR"}"#);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED, "{kind}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_ends_its_connection() {
    let world = World::start().await;
    let body = format!(r#"{{"amount":1,"currency":"EUR","description":"{}"}}"#, "d".repeat(1 << 20));
    for (path, key) in [("/v1/orders", SHOP_KEY), ("/webhooks/gateway", "")] {
        let request = world.http.post(format!("{}{path}", world.merchant_url)).bearer_auth(key);
        let answer = request.header("content-type", "application/json").body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.headers()["connection"], "close", "{path}: the rest of the body is not waited for");
    }
}

#[tokio::test]
async fn a_cancel_and_a_new_session_have_nothing_to_say() {
    let world = World::start().await;
    let order = world.order().await;
    let ask = async |what: &str, body: &'static str| {
        let url = format!("{}/v1/orders/{}/{what}", world.merchant_url, order["id"].as_str().unwrap());
        let request = world.http.post(url).bearer_auth(SHOP_KEY).header("content-type", "application/json");
        let response = request.body(body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap()["error"]["code"].as_str().map(str::to_owned))
    };
    for what in ["sessions", "cancel"] {
        assert_eq!(ask(what, "{").await, (400, Some("malformed".to_owned())), "{what}");
        assert_eq!(ask(what, r#"{"amount":1}"#).await, (422, Some("unknown_field".to_owned())), "{what}");
    }
    assert_eq!(world.status_of(&order).await, "open", "nothing was done");
    for (what, body) in [("sessions", ""), ("sessions", "{}"), ("cancel", ""), ("cancel", "{}")] {
        assert_eq!(ask(what, body).await, (200, None), "{what} {body}");
    }
}

#[tokio::test]
async fn without_the_shop_key_there_is_nothing() {
    let world = World::start().await;
    let order = world.order().await;
    let url = format!("{}/v1/orders/{}", world.merchant_url, order["id"].as_str().unwrap());
    for key in ["", "demo_shop_key_of_a_tesu", crate::world::SECRET_KEY] {
        let response = world.http.get(&url).bearer_auth(key).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{key}");
    }
    assert_eq!(world.http.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn unknown_ids_are_absent() {
    let world = World::start().await;
    let order = world.order().await;
    for path in ["/v1/orders/ord_1", "/v1/orders/nonsense", "/v1/orders/ord_%2e%2e", "/v1/nothing"] {
        assert_eq!(world.shop(Method::GET, path, None).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let response = world.http.get(format!("{}/checkout/cs_1", world.merchant_url)).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let (status, _) = world.try_pay(&order, &json!("att_1"), Some("token_1")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_foreign_orders_attempt_is_absent() {
    let world = World::start().await;
    let (mine, other) = (world.order().await, world.order().await);
    let opened = world.attempt(&other).await;
    let (status, _) = world.try_pay(&mine, &opened["attempt"], Some("token_1")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(world.status_of(&other).await, "open");
}

#[tokio::test]
async fn an_amount_the_shopper_did_not_see_opens_nothing() {
    let world = World::start().await;
    let mut order = world.order().await;
    order["amount"] = json!(4100);
    let (status, error) = world.try_attempt(&order).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("amount_changed")));
}

#[tokio::test]
async fn pay_wants_exactly_what_the_mode_wants() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let (status, error) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("token_missing")));
    let (status, _) = world.try_pay(&order, &opened["attempt"], Some("no token")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.status_of(&order).await, "open");
}

#[tokio::test]
async fn a_refused_result_url_names_the_origins_that_are_allowed() {
    let world = World::start().await;
    let body = json!({ "amount": 1, "currency": "EUR", "result_url": "https://evil.example/" });
    let (_, error) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.ends_with(&format!(": {}", world.merchant_settings().result_origins[0])), "{message}");
}

#[tokio::test]
async fn a_cancel_of_a_hold_says_that_void_lets_go_of_it() {
    let world = World::start().await;
    let order = world.authorized_order().await;
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    let (status, error) = world.shop(Method::POST, &path, None).await;
    assert_eq!((status, &error["error"]["code"]), (StatusCode::CONFLICT, &json!("order_closed")));
    let message = error["error"]["message"].as_str().unwrap();
    assert_eq!(message, "the order is authorized; void lets go of what is held");
}

#[tokio::test]
async fn a_page_begins_after_an_order_that_is_there() {
    let world = World::start().await;
    world.order().await;
    let path = "/v1/orders?starting_after=ord_01m7wf75b432y5qgz2ynf36jpcej80c81fyc";
    let (status, error) = world.shop(Method::GET, path, None).await;
    let said = (status.as_u16(), error["error"]["code"].as_str(), error["error"]["field"].as_str());
    assert_eq!(said, (422, Some("invalid_value"), Some("starting_after")));
}
