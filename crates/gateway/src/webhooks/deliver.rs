//! One try to hand over one event, over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use florin_signing::standard_webhooks::{Secret, sign};
use florin_store::StoreError;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use secrecy::ExposeSecret;
use serde_json::Value;
use url::{Host, Url};

use super::event::Envelope;
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
    let own = own.into_iter().flatten().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let mut headers: Headers = own.collect();
    let Some(secret) = profile.standard_webhooks_secret else { return Ok(headers) };
    let now = gateway.clock.now();
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

/// Whether an address that is written as a number may be called; names are looked at once they are
/// looked up.
fn may_be_called(url: &str) -> bool {
    match Url::parse(url).ok().and_then(|url| url.host().map(|host| host.to_owned())) {
        Some(Host::Ipv4(address)) => is_open(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => is_open(IpAddr::V6(address)),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// Public addresses, and this machine: the sandbox's receivers run beside it.
fn is_open(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            let is_benchmark = first == 198 && (second == 18 || second == 19);
            v4.is_loopback()
                || !(v4.is_private()
                    || v4.is_link_local()
                    || v4.is_unspecified()
                    || v4.is_broadcast()
                    || v4.is_multicast()
                    || first == 0
                    || first >= 240
                    || is_shared
                    || is_benchmark)
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || !(v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified() || v6.is_multicast())
        }
    }
}

/// Looks names up, and leaves out what no webhook may reach.
struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|address| is_open(address.ip())).collect();
            Ok(Box::new(open.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_closed_and_this_machine_is_open() {
        for url in [
            "http://10.0.0.1/",
            "http://192.168.1.1/x",
            "http://172.16.0.1/",
            "http://169.254.169.254/latest",
            "http://0.0.0.0/",
            "http://100.64.0.1/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[::ffff:10.0.0.1]/",
            "not a url",
        ] {
            assert!(!may_be_called(url), "{url}");
        }
        for url in ["http://127.0.0.1:1/", "http://[::1]/", "https://93.184.215.14/", "https://shop.example/hook"] {
            assert!(may_be_called(url), "{url}");
        }
    }
}
