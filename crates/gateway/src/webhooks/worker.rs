//! Sends what waits in the outbox, the way the sandbox was told to.

use std::time::Duration;

use florin_store::outbox::{self, Delivery, Outcome};
use florin_store::{StoreError, params};
use reqwest::Client;
use tokio::task::JoinSet;

use super::deliver::{self, Headers};
use super::event::Envelope;
use super::schedule::wait_after;
use super::tries::{self, Try};
use crate::gateway::Gateway;
use crate::sandbox::WebhookMode;

/// A try is over long before this; after it another worker may have the event.
const LEASE: Duration = Duration::from_secs(60);

/// Enough to keep a receiver busy, few enough that a slow one does not pile them up.
const AT_ONCE: u32 = 16;

/// How long to rest when the database does not answer.
const REST: Duration = Duration::from_secs(1);

/// Sends until dropped. An event that was on its way then is sent again after its lease.
pub(crate) async fn run(gateway: Gateway) {
    let client = match deliver::client() {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "no webhook can be sent");
            return;
        }
    };
    loop {
        match send_due(&gateway, &client).await {
            Ok(0) => wait(&gateway).await,
            Ok(_) => {}
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "webhooks wait for the database");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Until something new waits, or something old is due.
async fn wait(gateway: &Gateway) {
    let bell = gateway.outbox_bell.notified();
    if gateway.sandbox.webhook_mode() == WebhookMode::Hold {
        return bell.await;
    }
    match gateway.store.read(outbox::next_due).await {
        Ok(Some(due)) => tokio::select! {
            () = bell => {}
            () = gateway.clock.sleep_until(due) => {}
        },
        Ok(None) => bell.await,
        Err(_) => tokio::time::sleep(REST).await,
    }
}

/// Sends a batch of what is due; answers how many.
async fn send_due(gateway: &Gateway, client: &Client) -> Result<usize, StoreError> {
    let mode = gateway.sandbox.webhook_mode();
    if mode == WebhookMode::Hold {
        return Ok(0);
    }
    let now = gateway.clock.now();
    let mut batch: Vec<Delivery> = gateway.store.write(move |tx| outbox::claim(tx, now, LEASE, AT_ONCE)).await?;
    let count = batch.len();
    if mode == WebhookMode::Shuffle {
        batch.sort_by_cached_key(|_| gateway.randomness.bytes::<8>());
    }
    let mut running = JoinSet::new();
    for delivery in batch {
        running.spawn(hand_over(gateway.clone(), client.clone(), delivery, mode));
        if mode == WebhookMode::Shuffle {
            // One after the other, or the order would be the network's again.
            running.join_next().await;
        }
    }
    running.join_all().await;
    Ok(count)
}

/// Tries one event and records how it ended.
async fn hand_over(gateway: Gateway, client: Client, delivery: Delivery, mode: WebhookMode) {
    let mut late = None;
    let status = match serde_json::from_str::<Envelope>(&delivery.context) {
        Ok(envelope) => {
            let day = gateway.sandbox.webhook_day(&envelope.object_id);
            late = (day.mode == WebhookMode::Delay && delivery.tries == 1).then_some(day.delay);
            // Shuffled batches were put in order before; else a payment may have a mode of its own.
            let mode = if mode == WebhookMode::Shuffle { mode } else { day.mode };
            if late.is_some() { None } else { send_as(&gateway, &client, &delivery, &envelope, mode).await }
        }
        Err(error) => {
            tracing::error!(event.id = %delivery.id, %error, "an event without a readable address");
            None
        }
    };
    let now = gateway.clock.now();
    let first = delivery.tries == 1;
    let event_id = delivery.id.to_string();
    let one = Try {
        id: if first { event_id.clone() } else { gateway.id("evt_") },
        event_id,
        kind: if first { "initial_attempt" } else { "automatic_retry" },
        status,
        at: now,
    };
    let taken = one.is_delivered();
    // One that is held back was not tried.
    let tried = late.is_none();
    let outcome = match wait_after(delivery.tries) {
        _ if taken => Outcome::Delivered,
        _ if late.is_some() => Outcome::RetryAt(now.plus(late.unwrap_or_default())),
        Some(wait) => Outcome::RetryAt(now.plus(wait)),
        None => Outcome::GivenUp,
    };
    tracing::info!(event.id = %delivery.id, event.kind = %delivery.kind, tries = delivery.tries, ?outcome, "webhook");
    let settled = gateway.store.write(move |tx| {
        if tried {
            tries::write(tx, &one)?;
        }
        outbox::settle(tx, &delivery, outcome, now)
    });
    let settled = settled.await;
    if let Err(error) = settled {
        // The lease ends, and it is sent once more: receivers expect that.
        tracing::error!(%error, "a webhook's end was not recorded");
    }
}

async fn send_as(
    gateway: &Gateway,
    client: &Client,
    delivery: &Delivery,
    envelope: &Envelope,
    mode: WebhookMode,
) -> Option<u16> {
    let extra = match deliver::extra_headers(gateway, envelope, delivery.id.as_str(), &delivery.payload).await {
        Ok(extra) => extra,
        Err(error) => {
            tracing::error!(event.id = %delivery.id, %error, "a webhook could not be signed");
            return None;
        }
    };
    let send = |signature: String, extra: Headers| {
        let (client, url, body) = (client.clone(), envelope.url.clone(), delivery.payload.clone());
        async move { deliver::send(&client, &url, body, &signature, &extra).await }
    };
    let signature = envelope.signature.clone();
    match mode {
        WebhookMode::BadSignature => {
            let spoil = |(name, value): (String, String)| match value.strip_prefix("v1,") {
                Some(signature) if name == "webhook-signature" => (name, format!("v1,{}", spoiled(signature))),
                _ => (name, value),
            };
            send(spoiled(&signature), extra.into_iter().map(spoil).collect()).await
        }
        WebhookMode::Duplicate => {
            let first = send(signature.clone(), extra.clone()).await;
            let second = send(signature, extra).await;
            if first.is_some_and(|status| (200..300).contains(&status)) { second } else { first }
        }
        WebhookMode::Stale => {
            let status = send(signature, extra).await;
            resend_first(gateway, client, envelope).await;
            status
        }
        WebhookMode::Deliver | WebhookMode::Shuffle | WebhookMode::Hold | WebhookMode::Delay => {
            send(signature, extra).await
        }
    }
}

/// A signature of the right form that is wrong.
fn spoiled(signature: &str) -> String {
    let first = if signature.starts_with('0') { '1' } else { '0' };
    std::iter::once(first).chain(signature.chars().skip(1)).collect()
}

/// Sends the object's very first event again, as it was: old news with a good signature.
async fn resend_first(gateway: &Gateway, client: &Client, envelope: &Envelope) {
    let (merchant, object) = (envelope.merchant_id.clone(), envelope.object_id.clone());
    let first = gateway.store.read(move |tx| {
        let row = tx.first(
            "SELECT body, signature FROM events WHERE merchant_id = $1 AND object_id = $2 ORDER BY created_at, event_id",
            params![&merchant, &object],
        )?;
        row.map(|row| Ok::<_, StoreError>((row.get::<String>("body")?, row.get::<String>("signature")?))).transpose()
    });
    match first.await {
        Ok(Some((body, signature))) => {
            deliver::send(client, &envelope.url, body, &signature, &[]).await;
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "no old event to send again"),
    }
}
