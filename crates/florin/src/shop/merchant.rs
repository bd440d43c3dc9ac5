//! The shop's calls to its merchant server.

use std::time::Duration;

use axum::http::StatusCode;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::refusal::Refusal;

/// The two are neighbours: a connection takes no time, or there is nobody.
const CONNECT: Duration = Duration::from_secs(2);

/// No call of the shop waits for a bank.
const ANSWER: Duration = Duration::from_secs(10);

/// A merchant server, as seen by a shop that has its key.
#[derive(Clone)]
pub(crate) struct MerchantClient {
    http: Client,
    url: String,
    key: SecretString,
}

/// The client can't be made.
#[derive(Debug, thiserror::Error)]
#[error("could not set the HTTP client up")]
pub(crate) struct MerchantClientError(#[from] reqwest::Error);

impl MerchantClient {
    /// `url` is an origin without trailing slash.
    pub(crate) fn new(url: &str, key: SecretString) -> Result<Self, MerchantClientError> {
        let http = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(Policy::none())
            // A proxy of the environment is for the outside world, and must not see the key.
            .no_proxy()
            .build()?;
        Ok(Self { http, url: url.to_owned(), key })
    }

    /// A call of the shop's API. An error of the merchant server is passed on as it is.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).bearer_auth(self.key.expose_secret());
        if let Some(body) = body {
            request = request.json(body);
        }
        let (status, answer) = send(request).await.map_err(|error| {
            tracing::warn!(%error, "the merchant server did not answer");
            Refusal::merchant_unreachable()
        })?;
        match answer {
            Some(answer) if status.is_success() => Ok(answer),
            // Our key is our business: a shopper can do nothing about it.
            Some(answer) if status != StatusCode::UNAUTHORIZED => Err(Refusal::Merchant(status, answer)),
            _ => {
                tracing::warn!(%status, "the merchant server's answer makes no sense to a shop");
                Err(Refusal::merchant_unreachable())
            }
        }
    }

    /// Whether it answers at all.
    pub(crate) async fn is_up(&self) -> bool {
        let answer = self.http.get(format!("{}/health", self.url)).timeout(CONNECT).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

/// The status, and the body where it is JSON. Errors say neither address nor key.
async fn send(request: RequestBuilder) -> Result<(StatusCode, Option<Value>), reqwest::Error> {
    let answer = request.send().await.map_err(reqwest::Error::without_url)?;
    let status = answer.status();
    let bytes = answer.bytes().await.map_err(reqwest::Error::without_url)?;
    Ok((status, serde_json::from_slice(&bytes).ok()))
}
