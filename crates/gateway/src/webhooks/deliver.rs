//! One try to hand over one event, over HTTP.

use std::time::Duration;

use florin_signing::standard_webhooks::{Secret, sign};
use florin_store::StoreError;
use reqwest::Client;
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::event::Envelope;
use super::reach::{PublicNames, may_be_called};
use crate::accounts::Profile;
use crate::gateway::Gateway;

/// A receiver that takes longer is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A receiver that is reached at all is reached sooner than this.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);

/// Nobody reads a receiver's answer; a little of it is taken so that the connection can be kept.
const ANSWER_BYTES: usize = 16 * 1024;

/// The client for webhooks: follows no redirect, for it could lead anywhere, and looks up no name that
/// leads into a private network.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_WITHIN)
        .timeout(ANSWER_WITHIN)
        .user_agent("Hyperswitch-Backend-Server")
        .dns_resolver(std::sync::Arc::new(PublicNames))
        .no_proxy()
        .build()
}

/// Sends one event; answers the receiver's status, or nothing when there was none.
pub(super) async fn send(
    client: &Client,
    url: &str,
    body: String,
    signature: &str,
    extra: &[(String, String)],
) -> Option<u16> {
    if !may_be_called(url) {
        tracing::warn!("a webhook's address leads into a private network; nothing was sent");
        return None;
    }
    let mut request = client
        .post(url)
        .header("content-type", "application/json")
        .header("x-webhook-signature-512", signature)
        .body(body);
    for (name, value) in extra {
        request = request.header(name, value);
    }
    let mut answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    let mut read = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        read += chunk.len();
        if read > ANSWER_BYTES {
            break;
        }
    }
    Some(status)
}

/// Headers that only the gateway sets; with a dash at the end, all that begin so.
const OURS: &[&str] =
    &["x-webhook-signature-", "webhook-", "content-", "host", "transfer-encoding", "connection", "user-agent"];

/// Names and values.
pub(super) type Headers = Vec<(String, String)>;

/// The headers a profile asks for beside OwnGateway's: its own, and those of Standard Webhooks, whose
/// time is of this try.
pub(super) async fn extra_headers(
    gateway: &Gateway,
    envelope: &Envelope,
    event_id: &str,
    body: &str,
) -> Result<Headers, StoreError> {
    let (merchant, profile) = (envelope.merchant_id.clone(), envelope.profile_id.clone());
    let found = gateway.store.read(move |tx| Profile::find(tx, &merchant, Some(&profile))).await?;
    let Some(profile) = found else { return Ok(Headers::new()) };
    let own = profile.details.value("outgoing_webhook_custom_http_headers").and_then(Value::as_object);
    // A profile's own headers stand beside the gateway's, never in their place.
    let is_ours = |name: &str| {
        let name = name.to_ascii_lowercase();
        OURS.iter().any(|ours| if ours.ends_with('-') { name.starts_with(ours) } else { name == *ours })
    };
    let own = own.into_iter().flatten().filter(|(name, _)| !is_ours(name));
    let own = own.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let mut headers: Headers = own.collect();
    let Some(secret) = profile.standard_webhooks_secret else { return Ok(headers) };
    // The receiver compares it with its own clock, which nobody moved ahead.
    let now = gateway.clock.of_others();
    let secret = Secret::parse(secret.expose_secret()).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let seconds = now.as_millis().div_euclid(1000);
    let signature = sign(event_id, seconds, body.as_bytes(), &secret);
    let signature = signature.map_err(|error| StoreError::Corrupt(error.to_string()))?;
    headers.extend([
        ("webhook-id".to_owned(), event_id.to_owned()),
        ("webhook-timestamp".to_owned(), seconds.to_string()),
        ("webhook-signature".to_owned(), signature),
    ]);
    Ok(headers)
}
