//! `florin listen`: prints a shop's events while the shop is being written, and forwards them to it.
//!
//! Asks the merchant server, so that the shop's machine need not be reachable from anywhere. In test mode alone.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use florin_signing::standard_webhooks::{self, Secret};
use florin_store::{Clock, Randomness};
use reqwest::{Client, StatusCode};
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;

use crate::configuration::{SecretName, Secrets};

/// The exit code for "not like this": nothing was forwarded, the text says what to change.
const REFUSED: u8 = 2;

/// How long the server may hold a question.
const WAIT_SECONDS: u64 = 20;

/// Longer than the server may hold it.
const ANSWER: Duration = Duration::from_secs(30);

/// The shop that is being written may stand at a breakpoint.
const FORWARD: Duration = Duration::from_secs(30);

/// After a question that was not answered.
const PAUSE: Duration = Duration::from_secs(2);

/// The flags of `florin listen`.
///
/// The shop key stands in the environment or in a file: FLORIN_SHOP_KEYS. Forwarded events are signed anew with
/// FLORIN_SHOP_WEBHOOK_SECRET; without one, with a secret that is made up and printed.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ListenFlags {
    /// The merchant server
    #[arg(long, value_name = "URL", env = "FLORIN_PUBLIC_URL", default_value = "http://127.0.0.1:4242")]
    merchant: Url,
    /// Where the shop takes its events
    #[arg(long, value_name = "URL")]
    forward: Option<Url>,
    /// Begins with every event there is, instead of the next one
    #[arg(long)]
    all: bool,
    /// Ends after this many events
    #[arg(long, value_name = "NUMBER")]
    count: Option<u64>,
}

/// Some events, and where to go on.
#[derive(Deserialize)]
struct Events {
    data: Vec<Event>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created_at: String,
    /// The exact bytes to send.
    body: String,
}

/// Runs until somebody stops it, or until it has seen enough.
pub(crate) fn run(flags: &ListenFlags, secrets: &Secrets) -> ExitCode {
    match listen(flags, secrets) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn listen(flags: &ListenFlags, secrets: &Secrets) -> Result<()> {
    let listener = Listener::new(flags, secrets)?;
    let mut out = std::io::stdout();
    if let (Some(forward), Some(secret)) = (&flags.forward, &listener.made_up) {
        writeln!(out, "forwarding to {forward}, signed with {secret}")?;
    }
    let mut cursor = if flags.all { None } else { listener.ask("latest", 0).await?.cursor };
    let mut left = flags.count.unwrap_or(u64::MAX);
    while left > 0 {
        let answer = match listener.ask(cursor.as_deref().unwrap_or_default(), WAIT_SECONDS).await {
            Ok(answer) => answer,
            Err(Trouble::Refused(text)) => bail!(text),
            Err(Trouble::NoAnswer(text)) => {
                eprintln!("{text}; asking again");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        for event in answer.data.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            let told = listener.forward(event).await;
            writeln!(out, "{} {:<24} {}{told}", event.created_at, event.kind, event.id)?;
            left -= 1;
        }
        cursor = answer.cursor;
    }
    Ok(())
}

/// Why there are no events.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    /// The server will not answer this, now or later.
    #[error("{0}")]
    Refused(String),
    /// It may, later.
    #[error("{0}")]
    NoAnswer(String),
}

struct Listener {
    client: Client,
    merchant: Url,
    shop_key: secrecy::SecretString,
    forward: Option<Url>,
    secret: Secret,
    /// The secret, where nobody knows it yet.
    made_up: Option<String>,
    clock: Clock,
}

impl Listener {
    fn new(flags: &ListenFlags, secrets: &Secrets) -> Result<Self> {
        let shop_key = secrets.one_or_two(SecretName::ShopKeys)?.remove(0);
        let (secret, made_up) = match secrets.find(SecretName::ShopWebhookSecret) {
            Some(known) => {
                let newest = known.expose_secret().split(',').next().unwrap_or_default().trim().to_owned();
                (Secret::parse(&newest).context(SecretName::ShopWebhookSecret.name())?, None)
            }
            None => {
                let text = format!("whsec_{}", STANDARD.encode(Randomness::system().bytes::<32>()));
                (Secret::parse(&text)?, Some(text))
            }
        };
        ensure!(!flags.merchant.cannot_be_a_base(), "--merchant: an address such as http://127.0.0.1:4242");
        // The key goes to the server that was named, and nowhere that it points to.
        let client =
            Client::builder().timeout(ANSWER).redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        let (merchant, forward) = (flags.merchant.clone(), flags.forward.clone());
        Ok(Self { client, merchant, shop_key, forward, secret, made_up, clock: Clock::system() })
    }

    async fn ask(&self, after: &str, wait: u64) -> Result<Events, Trouble> {
        let mut url = self.merchant.clone();
        url.set_path("/v1/events");
        url.set_query(None);
        if !after.is_empty() {
            url.query_pairs_mut().append_pair("after", after);
        }
        url.query_pairs_mut().append_pair("wait", &wait.to_string());
        let request = self.client.get(url).bearer_auth(self.shop_key.expose_secret());
        let server = self.merchant.origin().ascii_serialization();
        let response = request.send().await.map_err(|_| Trouble::NoAnswer(format!("{server} does not answer")))?;
        match response.status() {
            StatusCode::OK => {
                response.json().await.map_err(|_| Trouble::NoAnswer(format!("{server} did not answer with events")))
            }
            StatusCode::UNAUTHORIZED => Err(Trouble::Refused(format!("{server} does not know this shop key"))),
            StatusCode::NOT_FOUND => {
                Err(Trouble::Refused(format!("{server} has no events to listen to: is it in test mode?")))
            }
            status if status.is_server_error() => Err(Trouble::NoAnswer(format!("{server} answered {status}"))),
            status => Err(Trouble::Refused(format!("{server} answered {status}"))),
        }
    }

    /// What came of forwarding, in words; none without an address.
    async fn forward(&self, event: &Event) -> String {
        let Some(url) = &self.forward else { return String::new() };
        let seconds = self.clock.now().as_millis().div_euclid(1000);
        let Ok(signature) = standard_webhooks::sign(&event.id, seconds, event.body.as_bytes(), &self.secret) else {
            return " → not signed".to_owned();
        };
        let request = self
            .client
            .post(url.clone())
            .timeout(FORWARD)
            .header("content-type", "application/json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature)
            .body(event.body.clone());
        match request.send().await {
            Ok(response) => format!(" → {}", response.status().as_u16()),
            Err(_) => " → no answer".to_owned(),
        }
    }
}
