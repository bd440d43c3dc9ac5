//! The shop's webhook receiver: verifies each event on its raw bytes and takes it in once.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use florin_domain::ids::OrderId;
use florin_signing::standard_webhooks;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Answer, Shop};

/// What the merchant server signs its events with.
pub(crate) type ShopSecret = standard_webhooks::Secret;

/// Kept in memory: enough for a demo's day, and never more.
const MOST_EVENTS: usize = 1000;

/// `POST /webhooks`
pub(super) async fn receive(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> Answer {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let id = header("webhook-id");
    let signed = standard_webhooks::Headers {
        id,
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let secrets = std::slice::from_ref(&shop.settings().secret);
    standard_webhooks::verify(&signed, &body, shop.clock().now(), secrets).map_err(|_| Refusal::bad_signature())?;
    let event = serde_json::from_slice(&body).map_err(|_| Refusal::malformed())?;
    shop.inbox().take_in(id, event);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The events taken in, newest last.
#[derive(Default)]
pub(crate) struct Inbox(Mutex<VecDeque<Event>>);

struct Event {
    id: String,
    content: Value,
}

impl Inbox {
    /// Takes an event in, unless it is there already: senders repeat themselves.
    fn take_in(&self, id: &str, content: Value) {
        let mut events = self.lock();
        if events.iter().any(|event| event.id == id) {
            return;
        }
        if events.len() == MOST_EVENTS {
            events.pop_front();
        }
        events.push_back(Event { id: id.to_owned(), content });
    }

    /// What was heard of an order, in the order in which it happened there.
    pub(super) fn events_of(&self, order: &OrderId) -> Vec<Value> {
        let is_of_order = |event: &&Event| event.content["data"]["order"]["id"] == order.as_str();
        let mut found: Vec<Value> = self.lock().iter().filter(is_of_order).map(|event| event.content.clone()).collect();
        found.sort_by_key(|event| event["sequence"].as_i64());
        found
    }

    /// A panic elsewhere leaves the list whole: it is changed in one step.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use florin_domain::timestamp::Timestamp;
    use florin_store::{Clock, Randomness};
    use serde_json::json;
    use tower::ServiceExt;

    use super::*;
    use crate::shop::{MerchantClient, ShopSettings, router};

    const SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    const NOW: i64 = 1_790_000_000;

    fn shop() -> Shop {
        let settings = ShopSettings {
            url: "http://localhost:4241".to_owned(),
            frame_url: "http://127.0.0.1:4244".to_owned(),
            collect_mode: "token".to_owned(),
            merchant: MerchantClient::new("http://127.0.0.1:4242", "demo_shop_1".into()).unwrap(),
            secret: ShopSecret::parse(SECRET).unwrap(),
        };
        Shop::new(settings, Clock::fixed(Timestamp::from_millis(NOW * 1000)), Randomness::seeded(1))
    }

    /// Signs `signed` at `sent`, and sends `body` with it.
    async fn send(shop: &Shop, sent: i64, signed: &str, body: &str) -> StatusCode {
        let secret = ShopSecret::parse(SECRET).unwrap();
        let request = Request::post("/webhooks")
            .header("webhook-id", "evt_1")
            .header("webhook-timestamp", sent.to_string())
            .header("webhook-signature", standard_webhooks::sign("evt_1", sent, signed.as_bytes(), &secret).unwrap())
            .body(Body::from(body.to_owned()))
            .unwrap();
        router(shop.clone()).oneshot(request).await.unwrap().status()
    }

    fn heard(shop: &Shop) -> usize {
        shop.inbox().events_of(&OrderId::parse("ord_1").unwrap()).len()
    }

    #[tokio::test]
    async fn a_signed_event_is_taken_in_and_its_repetition_agreed_with() {
        let (shop, body) = (shop(), event("ord_1", 1).to_string());
        assert_eq!(send(&shop, NOW, &body, &body).await, StatusCode::NO_CONTENT);
        assert_eq!(send(&shop, NOW + 60, &body, &body).await, StatusCode::NO_CONTENT);
        assert_eq!(heard(&shop), 1);
    }

    #[tokio::test]
    async fn an_event_that_is_not_the_merchant_servers_changes_nothing() {
        let (shop, body) = (shop(), event("ord_1", 1).to_string());
        let tampered = body.replace("order.paid", "order.void");
        assert_ne!(tampered, body);
        assert_eq!(send(&shop, NOW, &body, &tampered).await, StatusCode::UNAUTHORIZED);
        assert_eq!(send(&shop, NOW - 301, &body, &body).await, StatusCode::UNAUTHORIZED);
        let unsigned = Request::post("/webhooks").body(Body::from(body)).unwrap();
        let answer = router(shop.clone()).oneshot(unsigned).await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(heard(&shop), 0);
    }

    #[tokio::test]
    async fn a_signed_event_that_is_no_json_is_refused() {
        let shop = shop();
        assert_eq!(send(&shop, NOW, "{", "{").await, StatusCode::BAD_REQUEST);
    }

    fn event(order: &str, sequence: i64) -> Value {
        json!({ "type": "order.paid", "sequence": sequence, "data": { "order": { "id": order } } })
    }

    #[test]
    fn an_event_sent_twice_is_taken_in_once() {
        let inbox = Inbox::default();
        inbox.take_in("evt_1", event("ord_1", 1));
        inbox.take_in("evt_1", event("ord_1", 1));
        assert_eq!(inbox.events_of(&OrderId::parse("ord_1").unwrap()), [event("ord_1", 1)]);
    }

    #[test]
    fn events_are_told_by_order_and_in_their_own_sequence() {
        let inbox = Inbox::default();
        inbox.take_in("evt_2", event("ord_1", 2));
        inbox.take_in("evt_3", event("ord_2", 1));
        inbox.take_in("evt_1", event("ord_1", 1));
        assert_eq!(inbox.events_of(&OrderId::parse("ord_1").unwrap()), [event("ord_1", 1), event("ord_1", 2)]);
    }

    #[test]
    fn the_oldest_events_make_room() {
        let inbox = Inbox::default();
        for number in 0..=MOST_EVENTS {
            inbox.take_in(&format!("evt_{number}"), event(&format!("ord_{number}"), 1));
        }
        assert!(inbox.events_of(&OrderId::parse("ord_0").unwrap()).is_empty());
        assert_eq!(inbox.events_of(&OrderId::parse("ord_1").unwrap()).len(), 1);
    }
}
