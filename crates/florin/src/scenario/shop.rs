//! What the shop's server does in a scenario, with the shop key.

use anyhow::{Result, bail};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::stage::{Call, Stage};

/// What every order in a scenario costs, in minor units of euros.
pub(super) const PRICE: i64 = 4200;

impl Stage<'_> {
    /// A fresh order; `capture` is `automatic` or `manual`.
    pub(super) async fn order(&self, capture: &str) -> Result<Value> {
        let result_url = format!("{}/thanks", self.record.shop_url);
        let body = json!({ "amount": PRICE, "currency": "EUR", "capture": capture, "result_url": result_url });
        let (status, order) = self.shop_post("/v1/orders", body, None).await?;
        if status == StatusCode::CREATED { Ok(order) } else { bail!("no order was made: {status} {order}") }
    }

    /// The order as it stands.
    pub(super) async fn read(&self, order: &Value) -> Result<Value> {
        self.shop_get(&format!("/v1/orders/{}", id(order))).await
    }

    /// How often something stands in the order's timeline.
    pub(super) async fn times_in_timeline(&self, order: &Value, kind: &str) -> Result<usize> {
        let timeline = self.shop_get(&format!("/v1/orders/{}/timeline", id(order))).await?;
        let entries = timeline["data"].as_array().cloned().unwrap_or_default();
        Ok(entries.iter().filter(|entry| entry["kind"] == kind).count())
    }

    /// Captures, voids or refunds; `key` makes it safe to ask twice.
    pub(super) async fn operate(&self, order: &Value, what: &str, body: Value) -> Result<(StatusCode, Value)> {
        let key = format!("scenario-{}-{what}-{body}", id(order));
        let key: String = key.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect();
        self.shop_post(&format!("/v1/orders/{}/{what}", id(order)), body, Some(key)).await
    }

    /// Waits until the order has this status.
    pub(super) async fn until(&self, order: &Value, status: &str) -> Result<Value> {
        let look = async |stage: &Self| {
            let order = stage.read(order).await?;
            Ok((order["status"] == status).then_some(order))
        };
        self.eventually(&format!("the order's {status}"), look).await
    }

    /// Order and gateway agree: what was captured, and what was given back. Checks every payment of it.
    pub(super) async fn books(&mut self, order: &Value, status: &str, captured: i64, refunded: i64) -> Result<()> {
        let order = self.until(order, status).await?;
        self.expect("the order", &order["status"], status)?;
        self.expect("captured, as the shop sees it", &order["amount_captured"], captured)?;
        self.expect("refunded, as the shop sees it", &order["amount_refunded"], refunded)?;
        let (mut received, mut given_back) = (0, 0);
        for payment in self.payments.clone() {
            let payment = self.payment(&payment).await?;
            received += payment["amount_received"].as_i64().unwrap_or(0);
            let refunds = payment["refunds"].as_array().cloned().unwrap_or_default();
            given_back += refunds.iter().filter_map(|refund| refund["amount"].as_i64()).sum::<i64>();
        }
        self.expect("captured, as the gateway sees it", &json!(received), captured)?;
        self.expect("refunded, as the gateway sees it", &json!(given_back), refunded)
    }

    /// The statuses of the payments at the gateway, in order.
    pub(super) async fn payments_are(&mut self, expected: &[&str]) -> Result<()> {
        let mut statuses = Vec::new();
        for payment in &self.payments {
            statuses.push(self.payment(payment).await?["status"].clone());
        }
        self.expect("payments at the gateway", &json!(statuses), json!(expected))
    }

    /// One sale in the timeline, whoever brought the news and how often.
    pub(super) async fn paid_once(&mut self, order: &Value) -> Result<()> {
        let times = self.times_in_timeline(order, "paid").await?;
        self.expect("times paid, in the timeline", &json!(times), 1)
    }

    async fn shop_get(&self, path: &str) -> Result<Value> {
        let url = format!("{}{path}", self.record.merchant_url);
        let headers = [("authorization", format!("Bearer {}", self.record.shop_key))];
        let (status, answer) = self.call(Call::get(&url, &headers)).await?;
        if status.is_success() { Ok(answer) } else { bail!("{path}: {status} {answer}") }
    }

    async fn shop_post(&self, path: &str, body: Value, key: Option<String>) -> Result<(StatusCode, Value)> {
        let url = format!("{}{path}", self.record.merchant_url);
        let mut headers = vec![("authorization", format!("Bearer {}", self.record.shop_key))];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        self.call(Call::post(&url, &headers, body)).await
    }
}

/// The order's id, as it stands in addresses.
pub(super) fn id(order: &Value) -> &str {
    order["id"].as_str().unwrap_or_default()
}
