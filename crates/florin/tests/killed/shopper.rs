//! Who buys: through the balancer, and again whenever a connection breaks.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::gateway::PUBLISHABLE_KEY;
use crate::shop::SHOP_KEY;

const APPROVED: &str = "4242424242424242";
const DECLINED: &str = "4000000000000002";
const CHALLENGED: &str = "4000003800000446";

/// How often something is tried again; with the pauses, longer than any restart.
const TRIES: u32 = 400;

/// How long it rests in between.
const PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct Shopper {
    http: Client,
    merchant: String,
    gateway: String,
    collect: &'static str,
}

impl Shopper {
    pub(crate) fn new(merchant: &str, gateway: &str, collect: &'static str) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        // A connection that is kept may be one to a dead server.
        let http = http.pool_max_idle_per_host(0).timeout(Duration::from_secs(40)).build().unwrap();
        Self { http, merchant: merchant.to_owned(), gateway: gateway.to_owned(), collect }
    }

    /// Buys something, in one of five ways.
    pub(crate) async fn buy(&self, number: usize) {
        let body = json!({ "amount": 4200, "currency": "EUR", "reference": format!("no. {number}") });
        let (status, order) = self.shop("/v1/orders", "", &body).await;
        assert!(status.is_success(), "{order}");
        let cards: &[&str] = match number % 5 {
            0 => &[DECLINED, APPROVED],
            1 => &[CHALLENGED],
            _ => &[APPROVED],
        };
        let session = order["checkout"]["session"].as_str().unwrap();
        for card in cards {
            self.pay(session, card).await;
        }
        if number % 5 == 2 {
            let path = format!("/v1/orders/{}/refunds", order["id"].as_str().unwrap());
            // Two keys, two refunds; a key that is sent again is the same one.
            for key in ["first", "second"] {
                let (status, refund) = self.shop(&path, &format!("{key} {number}"), &json!({ "amount": 1000 })).await;
                assert!(status.is_success() || status == StatusCode::CONFLICT, "{status} {refund}");
            }
        }
    }

    async fn pay(&self, session: &str, card: &str) {
        let checkout = format!("{}/checkout/{session}", self.merchant);
        let (status, opened) = self.send(Method::POST, &format!("{checkout}/attempts"), "", "", &json!({})).await;
        if status != StatusCode::OK {
            // An answer that was lost may have been the one that paid.
            return self.follow_up(&checkout).await;
        }
        let collect = &opened["collect"];
        let mut pay = json!({ "attempt": opened["attempt"] });
        let card = json!({
            "card_number": card, "card_exp_month": "12", "card_exp_year": "2030", "card_cvc": "123",
            "card_holder_name": "Ada Lovelace",
        });
        if self.collect == "token" {
            let body = json!({ "client_secret": collect["client_secret"], "card": card });
            let (_, token) =
                self.send(Method::POST, &format!("{}/tokens", self.gateway), PUBLISHABLE_KEY, "", &body).await;
            pay["token"] = token["token"].clone();
        } else {
            let body = json!({ "client_secret": collect["client_secret"], "payment_method": "card",
                "payment_method_data": { "card": card } });
            let path = format!("{}/payments/{}/confirm", self.gateway, collect["payment_id"].as_str().unwrap());
            self.send(Method::POST, &path, PUBLISHABLE_KEY, "", &body).await;
        }
        self.send(Method::POST, &format!("{checkout}/pay"), "", "", &pay).await;
        self.follow_up(&checkout).await;
    }

    /// Waits for the result, and goes to the bank where the bank wants to see the shopper.
    async fn follow_up(&self, checkout: &str) {
        for _ in 0..TRIES {
            let (_, result) = self.send(Method::GET, &format!("{checkout}/status"), "", "", &Value::Null).await;
            match result["status"].as_str().unwrap_or_default() {
                "requires_action" => self.approve(result["action"]["url"].as_str().unwrap()).await,
                "processing" | "unknown" => {}
                _ => return,
            }
            tokio::time::sleep(2 * PAUSE).await;
        }
    }

    async fn approve(&self, action: &str) {
        let attempt = action.rsplit('/').next().unwrap();
        let mut next = format!("{}/dummy-connector/complete/{attempt}?confirm=true", self.gateway);
        for _ in 0..8 {
            let Ok(answer) = self.http.get(&next).send().await else { break };
            let Some(location) = answer.headers().get("location") else { break };
            next = location.to_str().unwrap().to_owned();
            if !next.starts_with("http://127.0.0.1") {
                break;
            }
        }
    }

    async fn shop(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        self.send(Method::POST, &format!("{}{path}", self.merchant), "", key, body).await
    }

    /// Sends until somebody answers who is not in trouble himself.
    async fn send(&self, method: Method, url: &str, api_key: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        let mut last = String::new();
        for _ in 0..TRIES {
            let mut request = self.http.request(method.clone(), url).bearer_auth(SHOP_KEY);
            if !api_key.is_empty() {
                request = request.header("api-key", api_key);
            }
            if !key.is_empty() {
                request = request.header("idempotency-key", key);
            }
            if !body.is_null() {
                request = request.json(body);
            }
            match answered(request).await {
                Ok((status, text)) if !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    return (status, serde_json::from_str(&text).unwrap_or(Value::Null));
                }
                said => last = format!("{said:?}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{url}: nobody answers as it should; last: {last}");
    }
}

async fn answered(request: reqwest::RequestBuilder) -> reqwest::Result<(StatusCode, String)> {
    let answer = request.send().await?;
    Ok((answer.status(), answer.text().await?))
}
