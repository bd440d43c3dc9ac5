//! Every webhook many times, in any order, at two servers: one effect each.
//!
//! All shoppers come from one network here, far more of them decline than anywhere else, and a hundred payments are
//! read a second: the limits on all that are lifted, or they would end the storm before it began. That they stand
//! is tested in `limits` and `guards`, and beside the token bucket.
//!
//! 60 events by themselves; 10,000 with `FLORIN_EVENTS=10000 cargo test --release -p florin --test flow storm::events`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_store::Randomness;
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{APPROVED, CHALLENGED, DECLINED};
use crate::world::{Wish, World};

/// How many events of the gateway's there are at least; 10,000 with `FLORIN_EVENTS=10000`.
fn events() -> usize {
    std::env::var("FLORIN_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// A number from 0 below `end`.
fn below(dice: &Randomness, end: usize) -> usize {
    usize::try_from(u64::from_be_bytes(dice.bytes()) % end as u64).unwrap()
}

impl World {
    fn count(&self, sql: &str) -> usize {
        self.books().column(sql)[0].parse().unwrap()
    }

    /// Every order's status, as the shop lists them.
    async fn statuses(&self) -> HashMap<String, String> {
        let (mut statuses, mut from) = (HashMap::new(), String::new());
        loop {
            let (_, page) = self.shop(Method::GET, &format!("/v1/orders?limit=100{from}"), None).await;
            for order in page["data"].as_array().unwrap() {
                let text = |name: &str| order[name].as_str().unwrap().to_owned();
                from = format!("&starting_after={}", text("id"));
                statuses.insert(text("id"), text("status"));
            }
            if page["has_more"] != true {
                return statuses;
            }
        }
    }

    /// Hands an event to a server, as the gateway does.
    pub(crate) async fn deliver(&self, url: &str, body: &str, signature: &str) {
        let request = self.http.post(format!("{url}/webhooks/gateway")).body(body.to_owned());
        let answer = request.header("x-webhook-signature-512", signature).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }

    /// An order whose fate the webhooks will tell: approved at the bank and never returned from it, or
    /// declined first, or paid at once. Answers whether money was taken.
    async fn live_a_life(&self, number: usize) -> (Value, bool) {
        let order = self.order().await;
        match number % 4 {
            0 => {
                assert_eq!(self.pay_with(&order, DECLINED).await["status"], "declined");
                (order, false)
            }
            1 => {
                self.pay_with(&order, DECLINED).await;
                assert_eq!(self.pay_with(&order, APPROVED).await["status"], "paid");
                (order, true)
            }
            way => {
                let result = self.pay_with(&order, CHALLENGED).await;
                self.at_the_bank(result["action"]["url"].as_str().unwrap(), way == 2).await;
                (order, way == 2)
            }
        }
    }
}

async fn storm(collect: CollectMode, seed: u64) {
    // Hundreds of shoppers of one network, and most of the time nobody's webhook.
    let pay_deadline = Duration::from_secs(60);
    let world = World::with(Wish { collect, pay_deadline, limits: Limits::lifted(), ..Wish::default() }).await;
    let other = world.another_server(true).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    let dice = Randomness::seeded(seed);
    let mut orders = Vec::new();
    while world.count("SELECT COUNT(*) FROM gateway.events") < events() {
        let lives = futures_util::stream::iter((0..32).map(|number| world.live_a_life(number)));
        orders.extend(lives.buffer_unordered(16).collect::<Vec<_>>().await);
    }
    let all = world.gateway_events();
    let mut deliveries: Vec<usize> = (0..all.len()).flat_map(|event| vec![event; 1 + below(&dice, 20)]).collect();
    for place in (1..deliveries.len()).rev() {
        deliveries.swap(place, below(&dice, place + 1));
    }
    let all = Arc::new(all);
    let sent = deliveries.len();
    eprintln!("{} orders, {} events: {sent} deliveries begin", orders.len(), all.len());
    futures_util::stream::iter(deliveries.into_iter().enumerate())
        .for_each_concurrent(32, |(place, event)| {
            let url = if place % 2 == 0 { &world.merchant_url } else { &other.url };
            let (body, signature) = &all[event];
            world.deliver(url, body, signature)
        })
        .await;
    let undecided = "SELECT id FROM merchant.orders WHERE status NOT IN ('paid', 'open')
         UNION ALL SELECT event_id FROM merchant.inbox WHERE wake_at IS NOT NULL";
    let dealt_with = async || {
        world.wait(1);
        world.books().column(undecided).is_empty()
    };
    soon("all is dealt with", sent, dealt_with).await;
    let statuses = world.statuses().await;
    for (order, is_paid) in &orders {
        let status = statuses.get(order["id"].as_str().unwrap()).map(String::as_str);
        assert_eq!(status, Some(if *is_paid { "paid" } else { "open" }), "seed {seed}: {order}");
    }
    world.assert_books_agree().await;
    let paid = orders.iter().filter(|(_, is_paid)| *is_paid).count();
    soon("the shop hears of all", sent, async || told_paid(&world) == paid).await;
    eprintln!("{} orders, {} events, {sent} deliveries, {paid} paid", orders.len(), all.len());
}

/// Waits as long as so many deliveries may take.
async fn soon(what: &str, deliveries: usize, mut happened: impl AsyncFnMut() -> bool) {
    for _ in 0..1000 + deliveries {
        if happened().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: did not happen");
}

fn told_paid(world: &World) -> usize {
    world.told().iter().filter(|kind| *kind == "order.paid").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_delivered_up_to_twenty_times_in_any_order_have_one_effect_each_by_token() {
    storm(CollectMode::Token, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_delivered_up_to_twenty_times_in_any_order_have_one_effect_each_by_confirm() {
    storm(CollectMode::Confirm, 8).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_returns_with_the_webhook_and_the_sweep_pay_once() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        let other = world.another_server(true).await;
        let order = world.order().await;
        let result = world.pay_with(&order, CHALLENGED).await;
        world.sandbox("webhooks", json!({ "mode": "hold" })).await;
        let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
        let there = back.replace(&world.merchant_url, &other.url);
        let returns = futures_util::future::join_all((0..100).map(|number| {
            let url = if number % 2 == 0 { &back } else { &there };
            world.follow(url)
        }));
        let rest = async {
            world.sandbox("webhooks", json!({ "mode": "duplicate" })).await;
            world.wait(61);
            world.shop(Method::GET, "/v1/orders", None).await;
        };
        let (returned, ()) = tokio::join!(returns, rest);
        assert!(returned.iter().all(|(status, _)| *status == StatusCode::SEE_OTHER));
        world.eventually_status(&order, "paid").await;
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        world.assert_books_agree().await;
        assert_eq!(world.told(), ["order.paid"]);
    }
}
