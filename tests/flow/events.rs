//! Events to the shop leave when they are written, not when the next timer happens to ring.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use florin_merchant::{Settings, ShopWebhook};
use florin_signing::standard_webhooks;
use florin_store::Clock;
use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::world::{SHOP_SECRET, World};

/// What a shop's receiver was sent: the headers of each try.
type Tries = Arc<Mutex<Vec<HeaderMap>>>;

/// A receiver that answers every try in the same way.
async fn receiver(answer: fn() -> Response) -> (Url, Tries) {
    let tries = Tries::default();
    let heard = Arc::clone(&tries);
    let take = async move |headers: HeaderMap| {
        heard.lock().unwrap().push(headers);
        answer()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/events", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/events", post(take))).await });
    (url, tries)
}

impl World {
    /// The settings of a server that sends its events there.
    fn sending_to(&self, url: Url) -> Settings {
        let secrets = vec![standard_webhooks::Secret::parse(SHOP_SECRET).unwrap()];
        Settings { shop_webhook: Some(ShopWebhook { url, secrets }), ..self.merchant_settings() }
    }

    /// An order that the shop cancels, so that there is something to tell.
    async fn canceled_order(&self) -> Value {
        let order = self.order().await;
        let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
        assert_eq!(self.shop(Method::POST, &path, None).await.0, StatusCode::OK);
        order
    }
}

#[tokio::test]
async fn the_shop_hears_of_its_cancel_at_once() {
    let world = World::start().await;
    let order = world.order().await;
    // Whatever woke the workers before has come to rest.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    world.shop(Method::POST, &path, None).await;
    world.eventually("the shop hears", async |world| world.told() == ["order.canceled"]).await;
}

#[tokio::test]
async fn a_server_that_rehearses_another_day_signs_for_receivers_that_live_today() {
    let mut world = World::idle().await;
    let (url, tries) = receiver(|| StatusCode::NO_CONTENT.into_response()).await;
    let clock = Clock::system();
    clock.advance(Duration::from_secs(24 * 3600));
    let other = world.another_server_at(clock, world.sending_to(url), false).await;
    world.turn_to(&other);
    world.canceled_order().await;
    while other.merchant.run_due().await.unwrap() {}
    let tries = tries.lock().unwrap();
    let signed: i64 = tries[0]["webhook-timestamp"].to_str().unwrap().parse().unwrap();
    let today = Clock::system().now().as_millis() / 1000;
    assert!((today - signed).abs() < 60, "signed {} s ahead", signed - today);
}

/// An event of a server that has only this receiver, and how often it was sent after each of these pauses.
async fn sent_after(answer: fn() -> Response, pauses: &[u64]) -> Vec<usize> {
    let mut world = World::idle().await;
    let (url, tries) = receiver(answer).await;
    let other = world.another_server_with(world.sending_to(url), false).await;
    world.turn_to(&other);
    world.canceled_order().await;
    let mut sent = Vec::new();
    for pause in pauses {
        world.wait(*pause);
        while other.merchant.run_due().await.unwrap() {}
        sent.push(tries.lock().unwrap().len());
    }
    sent
}

#[tokio::test]
async fn a_receiver_that_says_twice_that_it_is_gone_is_not_told_again() {
    let a_week = 7 * 24 * 3600;
    assert_eq!(sent_after(|| StatusCode::GONE.into_response(), &[0, 60, 240, a_week]).await, [1, 1, 2, 2]);
    assert_eq!(sent_after(|| StatusCode::NOT_FOUND.into_response(), &[0, 5]).await, [1, 2]);
}

/// As while a shop is being moved from one machine to another.
#[tokio::test]
async fn a_minute_of_410_loses_no_event() {
    static TRIES: AtomicUsize = AtomicUsize::new(0);
    let moving = || match TRIES.fetch_add(1, Ordering::Relaxed) {
        0 => StatusCode::GONE.into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    };
    assert_eq!(sent_after(moving, &[0, 60, 240, 24 * 3600]).await, [1, 1, 2, 2]);
}

#[tokio::test]
async fn a_receiver_is_told_again_when_it_says() {
    let busy = || (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "600")]).into_response();
    assert_eq!(sent_after(busy, &[0, 599, 1]).await, [1, 1, 2]);
}
