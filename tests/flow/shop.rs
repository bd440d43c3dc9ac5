//! What a shop's server does, and what it is answered.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::world::{SHOP, SHOP_KEY, World};

impl World {
    /// A call with the shop key.
    pub(crate) async fn shop(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.http.request(method, format!("{}{path}", self.merchant_url)).bearer_auth(SHOP_KEY);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap_or(Value::Null))
    }

    /// The same, for an answer that is not JSON.
    pub(crate) async fn shop_text(&self, method: Method, path: &str) -> (StatusCode, String) {
        let request = self.http.request(method, format!("{}{path}", self.merchant_url)).bearer_auth(SHOP_KEY);
        let response = request.send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    /// An order of 42 euros, captured at once.
    pub(crate) async fn order(&self) -> Value {
        self.order_of(json!({ "amount": 4200, "currency": "EUR", "result_url": format!("{SHOP}/thanks") })).await
    }

    pub(crate) async fn order_of(&self, body: Value) -> Value {
        let (status, order) = self.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(status, StatusCode::CREATED, "{order}");
        order
    }

    /// The order as the shop reads it now.
    pub(crate) async fn read(&self, order: &Value) -> Value {
        let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
        let (status, order) = self.shop(Method::GET, &path, None).await;
        assert_eq!(status, StatusCode::OK);
        order
    }

    pub(crate) async fn status_of(&self, order: &Value) -> String {
        self.read(order).await["status"].as_str().unwrap().to_owned()
    }

    /// What happened to it, in words.
    pub(crate) async fn timeline(&self, order: &Value) -> Vec<String> {
        let path = format!("/v1/orders/{}/timeline", order["id"].as_str().unwrap());
        let (_, timeline) = self.shop(Method::GET, &path, None).await;
        timeline["data"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }

    pub(crate) async fn eventually_status(&self, order: &Value, status: &str) {
        self.eventually(&format!("the order is {status}"), async |world| world.status_of(order).await == status).await;
    }
}

#[tokio::test]
async fn an_order_is_made_once_for_its_reference() {
    let world = World::start().await;
    let body = json!({ "amount": 4200, "currency": "EUR", "reference": "no. 17" });
    let first = world.order_of(body.clone()).await;
    let second = world.order_of(body).await;
    assert_eq!(first["id"], second["id"]);

    let other = json!({ "amount": 4300, "currency": "EUR", "reference": "no. 17" });
    let (status, error) = world.shop(Method::POST, "/v1/orders", Some(other)).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("reference_taken")));
    assert!(error["error"]["message"].as_str().unwrap().contains(first["id"].as_str().unwrap()));
}

#[tokio::test]
async fn orders_are_listed_newest_first_page_by_page() {
    let world = World::start().await;
    for number in 1..=3 {
        world.wait(1);
        world.order_of(json!({ "amount": number, "currency": "EUR" })).await;
    }
    let (_, page) = world.shop(Method::GET, "/v1/orders?limit=2", None).await;
    assert_eq!(page["has_more"], true);
    assert_eq!((&page["data"][0]["amount"], &page["data"][1]["amount"]), (&json!(3), &json!(2)));
    let last = page["data"][1]["id"].as_str().unwrap();
    let (_, rest) = world.shop(Method::GET, &format!("/v1/orders?starting_after={last}"), None).await;
    assert_eq!((rest["has_more"].as_bool(), rest["data"].as_array().unwrap().len()), (Some(false), 1));
    let (status, _) = world.shop(Method::GET, "/v1/orders?limit=0", None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn orders_are_found_by_when_they_were_made_their_status_and_their_reference() {
    let world = World::start().await;
    let mut made = Vec::new();
    for number in 1..=4 {
        let order = json!({ "amount": number, "currency": "EUR", "reference": format!("no. {number}") });
        made.push(world.order_of(order).await);
        world.wait(1);
    }
    let text = |number: usize, name: &str| made[number - 1][name].as_str().unwrap().to_owned();
    assert_eq!(world.shop(Method::POST, &format!("/v1/orders/{}/cancel", text(2, "id")), None).await.0, StatusCode::OK);
    let (second, third, fourth) = (text(2, "created_at"), text(3, "created_at"), text(4, "id"));
    for (query, amounts) in [
        (String::new(), vec![4, 3, 2, 1]),
        (format!("created_gte={second}"), vec![4, 3, 2]),
        (format!("created_lt={third}"), vec![2, 1]),
        (format!("created_gte={second}&created_lt={third}"), vec![2]),
        (format!("created_gte={third}&created_lt={second}"), vec![]),
        (format!("created_gte={second}&starting_after={fourth}"), vec![3, 2]),
        (format!("created_lt={third}&starting_after={fourth}"), vec![2, 1]),
        ("status=canceled".to_owned(), vec![2]),
        ("status=review".to_owned(), vec![]),
        ("created_lt=9999-12-31T23:59:59Z".to_owned(), vec![4, 3, 2, 1]),
        ("reference=no.+2".to_owned(), vec![2]),
        ("reference=no.+2&status=open".to_owned(), vec![]),
        (format!("reference=no.+2&created_gte={second}&created_lt={third}&status=canceled"), vec![2]),
        (format!("reference=no.+2&created_gte={third}"), vec![]),
        (format!("reference=no.+2&starting_after={}", text(2, "id")), vec![]),
        ("reference=no.+5".to_owned(), vec![]),
    ] {
        let (status, page) = world.shop(Method::GET, &format!("/v1/orders?{query}"), None).await;
        let found: Vec<_> = page["data"].as_array().unwrap().iter().map(|order| order["amount"].as_i64()).collect();
        assert_eq!((status, found), (StatusCode::OK, amounts.into_iter().map(Some).collect()), "{query}");
    }
}

#[tokio::test]
async fn a_canceled_order_takes_no_payment() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    let (status, canceled) = world.shop(Method::POST, &path, None).await;
    assert_eq!((status, canceled["status"].as_str()), (StatusCode::OK, Some("canceled")));
    let payment = opened["collect"]["payment_id"].as_str().unwrap();
    assert_eq!(world.payment(payment).await["status"], "cancelled", "the open payment was fenced");
    assert_eq!(world.try_attempt(&order).await.0, StatusCode::CONFLICT);
    let (status, _) = world.shop(Method::POST, &path, None).await;
    assert_eq!(status, StatusCode::OK, "a repeated cancel agrees");
    world.eventually("the shop hears", async |world| world.told() == ["order.canceled"]).await;
}
