//! What the frame does, hop by hop, without a browser.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::world::World;

pub(crate) const APPROVED: &str = "4242424242424242";
pub(crate) const DECLINED: &str = "4000000000000002";
pub(crate) const CHALLENGED: &str = "4000003800000446";

impl World {
    async fn checkout(&self, order: &Value, what: &str, body: Value) -> (StatusCode, Value) {
        let session = order["checkout"]["session"].as_str().unwrap();
        let url = format!("{}/checkout/{session}/{what}", self.merchant_url);
        let response = self.http.post(url).json(&body).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn try_attempt(&self, order: &Value) -> (StatusCode, Value) {
        self.checkout(order, "attempts", json!({ "seen_amount": order["amount"] })).await
    }

    /// Opens an attempt, or finds the open one.
    pub(crate) async fn attempt(&self, order: &Value) -> Value {
        let (status, opened) = self.try_attempt(order).await;
        assert_eq!(status, StatusCode::OK, "{opened}");
        opened
    }

    pub(crate) async fn try_token(&self, opened: &Value, card: &str) -> (StatusCode, Value) {
        let collect = &opened["collect"];
        let body = json!({
            "client_secret": collect["client_secret"], "card": card_body(card), "browser_info": browser_info(),
        });
        self.publishable(collect, "/tokens", body).await
    }

    /// Trades a card for a token.
    pub(crate) async fn token(&self, opened: &Value, card: &str) -> String {
        let (status, token) = self.try_token(opened, card).await;
        assert_eq!(status, StatusCode::CREATED, "{token}");
        token["token"].as_str().unwrap().to_owned()
    }

    /// The same, from a frame that tells nothing of its browser.
    pub(crate) async fn token_without_browser_info(&self, opened: &Value, card: &str) -> String {
        let collect = &opened["collect"];
        let body = json!({ "client_secret": collect["client_secret"], "card": card_body(card) });
        let (status, token) = self.publishable(collect, "/tokens", body).await;
        assert_eq!(status, StatusCode::CREATED, "{token}");
        token["token"].as_str().unwrap().to_owned()
    }

    /// Confirms at the gateway, as the frame does in confirm mode.
    pub(crate) async fn confirm_in_browser(&self, opened: &Value, card: &str) -> (StatusCode, Value) {
        self.confirm_with(opened, card, json!({})).await
    }

    /// The same, with more in the body than our own frame sends.
    pub(crate) async fn confirm_with(&self, opened: &Value, card: &str, more: Value) -> (StatusCode, Value) {
        let collect = &opened["collect"];
        let mut body = json!({
            "client_secret": collect["client_secret"],
            "payment_method": "card",
            "payment_method_data": { "card": card_body(card) },
            "browser_info": browser_info(),
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let path = format!("/payments/{}/confirm", collect["payment_id"].as_str().unwrap());
        self.publishable(collect, &path, body).await
    }

    async fn publishable(&self, collect: &Value, path: &str, body: Value) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.gateway_url);
        let key = collect["publishable_key"].as_str().unwrap();
        let response = self.http.post(url).header("api-key", key).json(&body).send().await.unwrap();
        (response.status(), response.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn try_pay(&self, order: &Value, attempt: &Value, token: Option<&str>) -> (StatusCode, Value) {
        let mut body = json!({ "attempt": attempt });
        if let Some(token) = token {
            body["token"] = json!(token);
        }
        self.checkout(order, "pay", body).await
    }

    /// Pays in confirm mode, from a page that shows challenges in a dialog.
    pub(crate) async fn pay_in_a_dialog(&self, order: &Value, attempt: &Value) -> Value {
        let body = json!({ "attempt": attempt, "presentation": "dialog" });
        let (status, result) = self.checkout(order, "pay", body).await;
        assert_eq!(status, StatusCode::OK, "{result}");
        result
    }

    /// Hands the card over the way `opened` says, and pays: the Result.
    pub(crate) async fn pay(&self, order: &Value, opened: &Value, card: &str) -> Value {
        let token = if opened["collect"]["mode"] == "token" {
            Some(self.token(opened, card).await)
        } else {
            let (status, payment) = self.confirm_in_browser(opened, card).await;
            assert_eq!(status, StatusCode::OK, "{payment}");
            None
        };
        let (status, result) = self.try_pay(order, &opened["attempt"], token.as_deref()).await;
        assert_eq!(status, StatusCode::OK, "{result}");
        result
    }

    /// The whole of it with one card.
    pub(crate) async fn pay_with(&self, order: &Value, card: &str) -> Value {
        let opened = self.attempt(order).await;
        self.pay(order, &opened, card).await
    }

    pub(crate) async fn result(&self, order: &Value) -> Value {
        let session = order["checkout"]["session"].as_str().unwrap();
        let url = format!("{}/checkout/{session}/status", self.merchant_url);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    pub(crate) async fn abandon(&self, order: &Value, attempt: &Value) -> Value {
        let (status, result) = self.checkout(order, "abandon", json!({ "attempt": attempt })).await;
        assert_eq!(status, StatusCode::OK, "{result}");
        result
    }

    /// Follows the bank's pages to the merchant server's door: the signed return URL, not yet opened.
    pub(crate) async fn at_the_bank(&self, action_url: &str, approve: bool) -> String {
        let start = self.http.get(action_url).send().await.unwrap();
        assert!(start.status().is_success() || start.status().is_redirection(), "{}", start.status());
        let attempt = action_url.rsplit('/').next().unwrap();
        let mut url = format!("{}/dummy-connector/complete/{attempt}?confirm={approve}", self.gateway_url);
        while !url.starts_with(&self.merchant_url) {
            let response = self.http.get(&url).send().await.unwrap();
            assert!(response.status().is_redirection(), "{url}: {}", response.status());
            url = response.headers()["location"].to_str().unwrap().to_owned();
        }
        url
    }

    /// Opens an address as the browser does; where it is sent next.
    pub(crate) async fn follow(&self, url: &str) -> (StatusCode, String) {
        let response = self.http.get(url).send().await.unwrap();
        let next = response.headers().get("location").map_or("", |value| value.to_str().unwrap()).to_owned();
        (response.status(), next)
    }
}

fn card_body(number: &str) -> Value {
    json!({
        "card_number": number, "card_exp_month": "12", "card_exp_year": "2030", "card_cvc": "123",
        "card_holder_name": "Ada Lovelace",
    })
}

fn browser_info() -> Value {
    json!({
        "user_agent": "a test", "accept_header": "*/*", "language": "en", "color_depth": 24, "screen_height": 800,
        "screen_width": 600, "time_zone": 0, "java_enabled": false, "java_script_enabled": true,
    })
}
