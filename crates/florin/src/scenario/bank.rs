//! The shopper at the bank, and on the way back.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::stage::Stage;

/// A way back has a few hops; more would be a circle.
const MOST_HOPS: usize = 10;

impl Stage<'_> {
    /// Answers the bank's question; where the shopper is sent then: the signed return URL, not yet opened.
    pub(super) async fn at_the_bank(&self, result: &Value, approve: bool) -> Result<String> {
        let action = result["action"]["url"].as_str().context("the bank does not ask")?;
        let bank = self.next(action).await?.context("the bank's page was not reached")?;
        let attempt = bank.rsplit('/').next().context("the bank's page names no attempt")?;
        let mut url = format!("{}/dummy-connector/complete/{attempt}?confirm={approve}", self.record.gateway_url);
        for _ in 0..MOST_HOPS {
            if url.starts_with(&self.record.merchant_url) {
                return Ok(url);
            }
            url = self.next(&url).await?.with_context(|| format!("the way back ends at {url}"))?;
        }
        bail!("the way back does not end")
    }

    /// Opens an address as a browser does; where it is sent next.
    pub(super) async fn next(&self, url: &str) -> Result<Option<String>> {
        let response = self.http.get(url).send().await.context("a page did not answer")?;
        if response.status().is_client_error() || response.status().is_server_error() {
            bail!("a page answers {}", response.status());
        }
        let next = response.headers().get("location").map(|next| next.to_str().map(str::to_owned));
        Ok(next.transpose()?)
    }
}
