//! Sends what waits in the outbox, the way the sandbox was told to.

use std::time::Duration;

use florin_store::outbox::{self, Delivery, Outcome};
use florin_store::{StoreError, params};
use reqwest::Client;
use tokio::task::JoinSet;

use super::deliver;
use super::event::Envelope;
use super::schedule::wait_after;
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
    let taken = match serde_json::from_str::<Envelope>(&delivery.context) {
        Ok(envelope) => send_as(&gateway, &client, &delivery, &envelope, mode).await,
        Err(error) => {
            tracing::error!(event.id = %delivery.id, %error, "an event without a readable address");
            false
        }
    };
    let now = gateway.clock.now();
    let outcome = match wait_after(delivery.tries) {
        _ if taken => Outcome::Delivered,
        Some(wait) => Outcome::RetryAt(now.plus(wait)),
        None => Outcome::GivenUp,
    };
    tracing::info!(event.id = %delivery.id, event.kind = %delivery.kind, tries = delivery.tries, ?outcome, "webhook");
    let settled = gateway.store.write(move |tx| outbox::settle(tx, &delivery, outcome, now)).await;
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
) -> bool {
    let body = || delivery.payload.clone();
    match mode {
        WebhookMode::BadSignature => deliver::send(client, &envelope.url, body(), &spoiled(&envelope.signature)).await,
        WebhookMode::Duplicate => {
            deliver::send(client, &envelope.url, body(), &envelope.signature).await
                & deliver::send(client, &envelope.url, body(), &envelope.signature).await
        }
        WebhookMode::Stale => {
            let taken = deliver::send(client, &envelope.url, body(), &envelope.signature).await;
            resend_first(gateway, client, envelope).await;
            taken
        }
        WebhookMode::Deliver | WebhookMode::Shuffle | WebhookMode::Hold => {
            deliver::send(client, &envelope.url, body(), &envelope.signature).await
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
            deliver::send(client, &envelope.url, body, &signature).await;
        }
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "no old event to send again"),
    }
}
