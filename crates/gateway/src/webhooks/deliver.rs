//! One try to hand over one event, over HTTP. Knows no database.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

/// A receiver that takes longer is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A receiver that is reached at all is reached sooner than this.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Nobody reads a receiver's answer; a little of it is taken so that the connection can be kept.
const ANSWER_BYTES: usize = 16 * 1024;

/// The client for webhooks: follows no redirect, for it could lead anywhere.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .user_agent("Hyperswitch-Backend-Server")
        .no_proxy()
        .build()
}

/// Sends one event; true when the receiver took it, with any 2xx.
pub(super) async fn send(client: &Client, url: &str, body: String, signature: &str) -> bool {
    let request = client
        .post(url)
        .header("content-type", "application/json")
        .header("x-webhook-signature-512", signature)
        .body(body);
    match request.send().await {
        Ok(mut answer) => {
            let taken = answer.status().is_success();
            let mut read = 0;
            while let Ok(Some(chunk)) = answer.chunk().await {
                read += chunk.len();
                if read > ANSWER_BYTES {
                    break;
                }
            }
            taken
        }
        Err(_) => false,
    }
}
