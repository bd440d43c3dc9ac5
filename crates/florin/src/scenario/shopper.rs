//! What the shopper's browser does in a scenario, hop by hop.

use anyhow::{Context, Result, bail};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::stage::{Call, Stage};

pub(super) const APPROVED: &str = "4242424242424242";
pub(super) const DECLINED: &str = "4000000000000002";
pub(super) const CHALLENGED: &str = "4000003800000446";

impl Stage<'_> {
    /// Opens an attempt; its payment is remembered.
    pub(super) async fn attempt(&mut self, order: &Value) -> Result<Value> {
        let (status, opened) = self.checkout(order, "attempts", json!({ "seen_amount": order["amount"] })).await?;
        if status != StatusCode::OK {
            bail!("no attempt was opened: {status} {opened}");
        }
        let payment = payment_of(&opened)?.to_owned();
        // A page that is loaded again is given the payment it had.
        if !self.payments.contains(&payment) {
            self.payments.push(payment);
        }
        Ok(opened)
    }

    /// Hands the card over the way the attempt says, and presses pay: the Result.
    pub(super) async fn pay(&self, order: &Value, opened: &Value, card: &str) -> Result<Value> {
        let token = match opened["collect"]["mode"].as_str() {
            Some("token") => Some(self.token(opened, &card_body(card, "2039")).await?),
            _ => {
                self.confirm(opened, card).await?;
                None
            }
        };
        self.press_pay(order, opened, token.as_deref()).await
    }

    /// Opens an attempt and pays it.
    pub(super) async fn pay_with(&mut self, order: &Value, card: &str) -> Result<Value> {
        let opened = self.attempt(order).await?;
        self.pay(order, &opened, card).await
    }

    /// Presses pay with what stands for the card.
    pub(super) async fn press_pay(&self, order: &Value, opened: &Value, token: Option<&str>) -> Result<Value> {
        let mut body = json!({ "attempt": opened["attempt"] });
        if let Some(token) = token {
            body["token"] = json!(token);
        }
        let (status, result) = self.checkout(order, "pay", body).await?;
        if status == StatusCode::OK { Ok(result) } else { bail!("pay: {status} {result}") }
    }

    /// Trades a card for a token.
    pub(super) async fn token(&self, opened: &Value, card: &Value) -> Result<String> {
        let (status, token) = self.try_token(opened, card).await?;
        let text = token["token"].as_str().filter(|_| status == StatusCode::CREATED);
        text.map(str::to_owned).with_context(|| format!("no token: {status}"))
    }

    /// The same, with whatever is answered.
    pub(super) async fn try_token(&self, opened: &Value, card: &Value) -> Result<(StatusCode, Value)> {
        let secret = &opened["collect"]["client_secret"];
        let body = json!({ "client_secret": secret, "card": card, "browser_info": browser() });
        self.publishable(opened, "/tokens", body).await
    }

    /// Confirms at the gateway, as the frame does in confirm mode. A lost answer is no reason to stop.
    async fn confirm(&self, opened: &Value, card: &str) -> Result<()> {
        let body = json!({
            "client_secret": opened["collect"]["client_secret"],
            "payment_method": "card",
            "payment_method_data": { "card": card_body(card, "2039") },
            "browser_info": browser(),
        });
        let path = format!("/payments/{}/confirm", payment_of(opened)?);
        match self.publishable(opened, &path, body).await {
            Ok((status, answer)) if !status.is_success() => bail!("confirm: {status} {answer}"),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Gives an attempt up.
    pub(super) async fn abandon(&self, order: &Value, attempt: &Value) -> Result<Value> {
        let (status, result) = self.checkout(order, "abandon", json!({ "attempt": attempt })).await?;
        if status == StatusCode::OK { Ok(result) } else { bail!("abandon: {status} {result}") }
    }

    /// Looks at what became of it.
    pub(super) async fn result(&self, order: &Value) -> Result<Value> {
        let session = order["checkout"]["session"].as_str().context("an order without a session")?;
        let url = format!("{}/checkout/{session}/status", self.record.merchant_url);
        Ok(self.call(Call::get(&url, &[])).await?.1)
    }

    async fn checkout(&self, order: &Value, what: &str, body: Value) -> Result<(StatusCode, Value)> {
        let session = order["checkout"]["session"].as_str().context("an order without a session")?;
        let url = format!("{}/checkout/{session}/{what}", self.record.merchant_url);
        self.call(Call::post(&url, &[], body)).await
    }

    async fn publishable(&self, opened: &Value, path: &str, body: Value) -> Result<(StatusCode, Value)> {
        let url = format!("{}{path}", self.record.gateway_url);
        let key = opened["collect"]["publishable_key"].as_str().context("no publishable key")?;
        self.call(Call::post(&url, &[("api-key", key.to_owned())], body)).await
    }
}

/// The payment that an attempt opened.
pub(super) fn payment_of(opened: &Value) -> Result<&str> {
    opened["collect"]["payment_id"].as_str().context("an attempt without a payment")
}

pub(super) fn card_body(number: &str, year: &str) -> Value {
    json!({
        "card_number": number, "card_exp_month": "12", "card_exp_year": year, "card_cvc": "123",
        "card_holder_name": "Ada Lovelace",
    })
}

fn browser() -> Value {
    json!({
        "user_agent": "Mozilla/5.0", "accept_header": "text/html", "language": "en", "color_depth": 24,
        "screen_height": 1080, "screen_width": 1920, "time_zone": 0, "java_enabled": false,
        "java_script_enabled": true,
    })
}
