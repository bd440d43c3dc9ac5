//! Full payments a second, everything durable and over HTTP: order made, payment opened, card traded for
//! a token, paid, webhook delivered and settled, event written and taken by the shop. Shoppers, shop,
//! merchant server and gateway share this process and this machine; what is kept is counted by SQL.

#![expect(clippy::print_stdout, reason = "a benchmark speaks on standard output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that meets an error has no result")]
#![expect(dead_code, reason = "the tests' world can do more than a benchmark needs")]

#[path = "../../../tests/flow/audit.rs"]
mod audit;
#[path = "../../../tests/flow/browser.rs"]
mod browser;
#[path = "../../../tests/flow/world.rs"]
mod world;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use browser::APPROVED;
use world::{SHOP_KEY, Wish, World};

/// Shoppers at once.
const SHOPPERS: usize = 64;

const SPAN: Duration = Duration::from_secs(10);

impl World {
    async fn order(&self) -> Value {
        let request = self.http.request(Method::POST, format!("{}/v1/orders", self.merchant_url));
        let body = json!({ "amount": 4200, "currency": "EUR" });
        request.bearer_auth(SHOP_KEY).json(&body).send().await.unwrap().json().await.unwrap()
    }
}

/// Buys until the time is over, and waits until every webhook and event has come through.
async fn run(collect: CollectMode) -> u64 {
    let world = Arc::new(World::with(Wish { collect, limits: Limits::lifted(), ..Wish::default() }).await);
    let slowest = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let clock = tokio::spawn({
        let world = Arc::clone(&world);
        async move {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                world.clock.advance(Duration::from_millis(10));
            }
        }
    });
    let shoppers: Vec<_> = (0..SHOPPERS)
        .map(|_| {
            let (world, slowest) = (Arc::clone(&world), Arc::clone(&slowest));
            tokio::spawn(async move {
                let mut paid = 0_u64;
                while began.elapsed() < SPAN {
                    let one = Instant::now();
                    let order = world.order().await;
                    let result = world.pay_with(&order, APPROVED).await;
                    assert_eq!(result["status"], "paid", "{result}");
                    slowest.fetch_max(u64::try_from(one.elapsed().as_millis()).unwrap(), Ordering::Relaxed);
                    paid += 1;
                }
                paid
            })
        })
        .collect();
    let mut paid = 0;
    for shopper in shoppers {
        paid += shopper.await.unwrap();
    }
    let moving = "SELECT event_id FROM merchant.inbox WHERE wake_at IS NOT NULL
         UNION ALL SELECT id FROM merchant.outbox WHERE state = 'waiting'
         UNION ALL SELECT id FROM gateway.outbox WHERE state = 'waiting'";
    while !world.books().column(moving).is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap();
    clock.abort();
    let kept = world.books().column("SELECT COUNT(*) FROM merchant.orders WHERE status = 'paid'");
    assert_eq!(kept, [paid.to_string()], "acknowledged and kept differ");
    assert_eq!(world.books().disagreements(), [""; 0]);
    let rate = paid * 1000 / millis;
    let slowest = slowest.load(Ordering::Relaxed);
    println!("  {collect:?}: {rate:>5} payments/s; {paid} paid and kept in {millis} ms; slowest {slowest} ms");
    rate
}

#[tokio::main]
async fn main() {
    let engine = std::env::var("FLORIN_TEST_DATABASE").unwrap_or_else(|_| "sqlite".to_owned());
    println!("{engine}, {SHOPPERS} shoppers for {} s, then until all is delivered", SPAN.as_secs());
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        run(collect).await;
    }
}
