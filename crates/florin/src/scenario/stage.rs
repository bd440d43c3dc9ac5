//! Where a scenario is played: what was looked at, and whether it was as it should be.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::catalog::Scenario;
use crate::demo::Record;

/// Things that happen by themselves happen sooner than this.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often to look whether they have.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// One scenario on one demo.
pub(super) struct Stage<'a> {
    pub(super) record: &'a Record,
    pub(super) http: Client,
    /// Payments in the order in which they were opened.
    pub(super) payments: Vec<String>,
    /// Controls to be taken back at the end.
    faults: Vec<String>,
    tuned: Vec<String>,
    lines: Vec<String>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(record: &'a Record) -> Result<Self> {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(PATIENCE * 2);
        let http = http.build().context("no HTTP client")?;
        Ok(Self { record, http, payments: Vec::new(), faults: Vec::new(), tuned: Vec::new(), lines: Vec::new() })
    }

    /// Looks at a fact, and remembers what was seen.
    pub(super) fn expect(&mut self, what: &str, seen: &Value, expected: impl Into<Value>) -> Result<()> {
        let expected = expected.into();
        if *seen != expected {
            bail!("{what} is {seen}, and should be {expected}");
        }
        self.lines.push(format!("{what}: {}", seen.as_str().map_or_else(|| seen.to_string(), str::to_owned)));
        Ok(())
    }

    /// Looks again and again until it is so.
    pub(super) async fn eventually<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let waiting = async {
            loop {
                if let Some(seen) = look(self).await? {
                    return Ok(seen);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| bail!("{what} did not happen"))
    }

    /// A call with JSON in and out.
    pub(super) async fn call(&self, call: Call<'_>) -> Result<(StatusCode, Value)> {
        let mut request = self.http.request(call.method, call.url);
        for (name, value) in call.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = call.body {
            request = request.json(&body);
        }
        let response = request.send().await.with_context(|| format!("no answer from {}", call.url))?;
        let status = response.status();
        let text = response.text().await.with_context(|| format!("half an answer from {}", call.url))?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// A payment as the gateway shows it to the secret key.
    pub(super) async fn payment(&self, id: &str) -> Result<Value> {
        let url = format!("{}/payments/{id}", self.record.gateway_url);
        let headers = [("api-key", self.record.secret_key.clone())];
        let (status, payment) = self.call(Call::get(&url, &headers)).await?;
        if status.is_success() { Ok(payment) } else { bail!("the gateway answers {status} for {id}") }
    }

    /// Orders a bad day for one payment.
    pub(super) async fn fault(&mut self, payment: &str, route: &str, fault: &str) -> Result<()> {
        let body = json!({ "route": route, "match": { "payment_id": payment }, "fault": fault, "times": 1 });
        let set = self.control("faults", body).await?;
        self.faults.push(set["id"].as_str().context("a fault without an id")?.to_owned());
        Ok(())
    }

    /// How one payment's webhooks are sent.
    pub(super) async fn webhooks(&mut self, payment: &str, mut body: Value) -> Result<()> {
        body["match"] = json!({ "payment_id": payment });
        self.control("webhooks", body).await?;
        self.tuned.push(payment.to_owned());
        Ok(())
    }

    async fn control(&self, control: &str, body: Value) -> Result<Value> {
        let url = format!("{}/sandbox/{control}", self.record.gateway_url);
        let headers = [("api-key", self.record.admin_key.clone())];
        let (status, answer) = self.call(Call::post(&url, &headers, body)).await?;
        if status.is_success() { Ok(answer) } else { bail!("sandbox/{control}: {status} {answer}") }
    }

    /// Leaves the sandbox as it was found.
    pub(super) async fn tidy_up(&self) -> Result<()> {
        for payment in &self.tuned {
            self.control("webhooks", json!({ "mode": "deliver", "match": { "payment_id": payment } })).await?;
        }
        for fault in &self.faults {
            let url = format!("{}/sandbox/faults/{fault}", self.record.gateway_url);
            let headers = [("api-key", self.record.admin_key.clone())];
            self.call(Call { method: Method::DELETE, ..Call::get(&url, &headers) }).await?;
        }
        Ok(())
    }

    /// For people.
    pub(super) fn report(&self, scenario: &Scenario) -> String {
        let seen = self.lines.iter().map(|line| format!("    {line}\n"));
        format!(
            "  support should see:     {}\n  finance should see:     {}\n  engineering should see: {}\n  seen:\n{}\n",
            scenario.support,
            scenario.finance,
            scenario.engineering,
            seen.collect::<String>(),
        )
    }
}

/// A request to be sent.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: &'a str,
    pub(super) headers: &'a [(&'static str, String)],
    pub(super) body: Option<Value>,
}

impl<'a> Call<'a> {
    pub(super) fn get(url: &'a str, headers: &'a [(&'static str, String)]) -> Self {
        Self { method: Method::GET, url, headers, body: None }
    }

    pub(super) fn post(url: &'a str, headers: &'a [(&'static str, String)], body: Value) -> Self {
        Self { method: Method::POST, url, headers, body: Some(body) }
    }
}
