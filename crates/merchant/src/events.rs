//! Events to the shop: written with the change they tell of, delivered by Standard Webhooks.

use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderMap, header};
use florin_domain::flow::ShopEvent;
use florin_domain::flow::deliver::{self, Next, SHOP_SCHEDULE, Tried};
use florin_domain::ids::EventId;
use florin_domain::mode::Mode;
use florin_domain::order::ReturnReason;
use florin_domain::timestamp::Timestamp;
use florin_signing::standard_webhooks;
use florin_store::outbox::{self, Delivery, NewDelivery, Outcome};
use florin_store::{StoreError, Tx, params};
use serde::Serialize;

use crate::keys::KeyKind;
use crate::orders::{OrderJson, Viewer};
use crate::storage::{AttemptRow, OrderRow};
use crate::{ApiError, Merchant};

/// Standard Webhooks asks receivers for an answer within 15 to 30 s.
pub(crate) const ANSWER: Duration = Duration::from_secs(15);

/// Longer than a try can take.
const LEASE: Duration = Duration::from_secs(30);

/// Tried side by side, so that one slow receiver's events don't queue up behind each other.
const AT_ONCE: u32 = 16;

/// What is kept with an event whose receiver has said that there is none any more.
const GONE: &str = "gone";

/// What a unit needs to write an event.
pub(crate) struct Sender {
    pub(crate) viewer: Viewer,
    /// Without a receiver nothing is written, but in test mode: there `florin listen` reads it.
    pub(crate) has_receiver: bool,
}

/// The body of an event.
#[derive(Serialize)]
struct EventJson<'a> {
    id: &'a EventId,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: Timestamp,
    mode: Mode,
    sequence: i64,
    data: EventData,
}

#[derive(Serialize)]
struct EventData {
    order: OrderJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

impl Sender {
    /// Writes the event into the transaction of the change it tells of.
    pub(crate) fn enqueue(
        &self,
        tx: &mut Tx<'_>,
        row: &OrderRow,
        attempt: Option<&AttemptRow>,
        event: ShopEvent,
        id: &EventId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if !self.has_receiver && self.viewer.mode == Mode::Live {
            return Ok(());
        }
        let reason = match event {
            ShopEvent::PaymentReturned(reason) => Some(told(reason)),
            _ => None,
        };
        let body = EventJson {
            id,
            kind: event.name(),
            created_at: now,
            mode: self.viewer.mode,
            sequence: row.event_sequence,
            data: EventData { order: self.viewer.view(tx, row, attempt)?, reason },
        };
        let payload = serde_json::to_string(&body).map_err(|error| StoreError::Engine(error.to_string()))?;
        let delivery =
            NewDelivery { id: id.clone(), kind: event.name().to_owned(), payload, context: String::new(), due_at: now };
        outbox::enqueue(tx, &delivery)?;
        if self.has_receiver { Ok(()) } else { sent_to_nobody(tx, id, now) }
    }
}

/// A receiver that is set up later is not told of what was before; a replay tells it.
fn sent_to_nobody(tx: &mut Tx<'_>, id: &EventId, now: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE outbox SET state = 'given_up', settled_at = $2 WHERE id = $1 AND state = 'waiting'";
    tx.execute(sql, params![id, now]).map(|_| ())
}

/// The contract knows two reasons: money that was not wanted came too late to be.
fn told(reason: ReturnReason) -> &'static str {
    match reason {
        ReturnReason::Duplicate => "duplicate",
        ReturnReason::Late | ReturnReason::NotWanted => "late",
    }
}

/// Delivers what is due; says whether there was anything.
pub(crate) async fn deliver_due(merchant: &Merchant) -> Result<bool, ApiError> {
    if merchant.settings().shop_webhook.is_none() {
        return Ok(false);
    }
    let now = merchant.clock().now();
    let claimed = merchant.store().write(move |tx| Ok::<_, ApiError>(outbox::claim(tx, now, LEASE, AT_ONCE)?)).await?;
    let found = !claimed.is_empty();
    let tries: Vec<_> = claimed
        .into_iter()
        .map(|delivery| {
            let merchant = merchant.clone();
            tokio::spawn(async move { deliver(&merchant, delivery).await })
        })
        .collect();
    for one in tries {
        one.await.map_err(|error| ApiError::Internal(error.to_string()))??;
    }
    Ok(found)
}

async fn deliver(merchant: &Merchant, delivery: Delivery) -> Result<(), ApiError> {
    let tried = send(merchant, &delivery).await;
    let (now, [dice]) = (merchant.clock().now(), merchant.randomness().bytes());
    let was_gone = delivery.context == GONE;
    let outcome = match deliver::step(SHOP_SCHEDULE, delivery.tries, tried, was_gone, dice, now) {
        Next::Delivered => {
            merchant.metrics().delivery("delivered", Some(now.since(delivery.created_at)));
            Outcome::Delivered
        }
        Next::RetryAt(at) => {
            merchant.metrics().delivery("retried", None);
            Outcome::RetryAt(at)
        }
        Next::GiveUp => {
            merchant.metrics().delivery("given_up", None);
            let (id, kind) = (&delivery.id, &delivery.kind);
            tracing::error!(event.id = %id, kind, ?tried, "alert: an event never reached the shop");
            Outcome::GivenUp
        }
    };
    let settle = move |tx: &mut Tx<'_>| {
        if tried.is_gone() {
            outbox::remember(tx, &delivery, GONE)?;
        }
        outbox::settle(tx, &delivery, outcome, now)?;
        Ok::<_, ApiError>(())
    };
    merchant.store().write(settle).await
}

async fn send(merchant: &Merchant, delivery: &Delivery) -> Tried {
    let Some(webhook) = &merchant.settings().shop_webhook else { return Tried::NoAnswer };
    // The timestamp is the try's, the id the event's: so a receiver can refuse old tries and drop repeats. Receivers
    // go by their own clock, whatever this server rehearses.
    let seconds = merchant.clock().of_others().as_millis().div_euclid(1000);
    let sign = |secret| standard_webhooks::sign(delivery.id.as_str(), seconds, delivery.payload.as_bytes(), secret);
    let Ok(signatures) = webhook.secrets.iter().map(sign).collect::<Result<Vec<_>, _>>() else {
        return Tried::NoAnswer;
    };
    merchant.keys().used(KeyKind::ShopWebhook, None, merchant.clock().now());
    let sent = merchant
        .shop_client()
        .post(webhook.url.clone())
        .header("content-type", "application/json")
        .header("webhook-id", delivery.id.as_str())
        .header("webhook-timestamp", seconds.to_string())
        // During a rotation one for each secret: the receiver may know either.
        .header("webhook-signature", signatures.join(" "))
        .body(delivery.payload.clone())
        .send()
        .await;
    sent.map_or(Tried::NoAnswer, |response| Tried::Answered {
        status: response.status().as_u16(),
        retry_after: retry_after(response.headers(), merchant.clock().of_others()),
    })
}

/// `Retry-After`, in seconds or as a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let said = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let since_1970 = httpdate::parse_http_date(said).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(0).plus(since_1970).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_says_in_seconds_or_by_a_date_when_it_wants_to_be_told_again() {
        let now = Timestamp::parse("2026-06-25T10:00:00.000Z").unwrap();
        for (said, seconds) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Thu, 25 Jun 2026 10:01:00 GMT", Some(60)),
            ("Thu, 25 Jun 2026 09:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("99999999999999999999", None),
        ] {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, said.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now).map(|span| span.as_secs()), seconds, "{said}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
