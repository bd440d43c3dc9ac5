//! Two merchant servers on one database: whatever one of them does, the other does not do again.

use std::net::SocketAddr;
use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_merchant::{Merchant, Settings};
use florin_store::{Clock, Randomness, Store, StoreError, params};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::{SHOP_KEY, Wish, World};

/// A second server, with a store of its own on the same database.
pub(crate) struct Another {
    pub(crate) merchant: Merchant,
    pub(crate) url: String,
    _stop: watch::Sender<bool>,
}

impl World {
    /// Starts another merchant server beside the first. It has workers where `works`.
    pub(crate) async fn another_server(&self, works: bool) -> Another {
        self.another_server_with(self.merchant_settings(), works).await
    }

    /// The same, with settings of its own.
    pub(crate) async fn another_server_with(&self, settings: Settings, works: bool) -> Another {
        self.another_server_at(self.clock.clone(), settings, works).await
    }

    /// The same, by another clock.
    pub(crate) async fn another_server_at(&self, clock: Clock, settings: Settings, works: bool) -> Another {
        let store = Store::open(&self.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
        // No two servers make the same ids.
        let merchant = Merchant::new(settings, store, clock, Randomness::system()).unwrap();
        let (stop, mut stopped) = watch::channel(false);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let service = florin_merchant::router(merchant.clone()).into_make_service_with_connect_info::<SocketAddr>();
        if works {
            tokio::spawn(florin_merchant::run_workers(merchant.clone(), stopped.clone()));
        }
        tokio::spawn(async move {
            let stop = async move { drop(stopped.wait_for(|stop| *stop).await) };
            axum::serve(listener, service).with_graceful_shutdown(stop).await
        });
        Another { merchant, url, _stop: stop }
    }

    /// From now on browsers and the shop talk to that one.
    pub(crate) fn turn_to(&mut self, another: &Another) {
        self.merchant_url.clone_from(&another.url);
    }

    /// Asserts that merchant server and gateway agree, by SQL from outside, once all work is done.
    pub(crate) async fn assert_books_agree(&self) {
        let mut found = Vec::new();
        // A webhook that is just being worked on is no disagreement yet.
        for _ in 0..200 {
            while self.merchant.run_due().await.unwrap() {}
            found = self.books().disagreements();
            if found.is_empty() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{found:#?}");
    }

    /// Every event that the gateway ever wrote, with its signature, whether it was sent or not.
    pub(crate) fn gateway_events(&self) -> Vec<(String, String)> {
        let separator = "SELECT body || '\t' || signature FROM gateway.events ORDER BY event_id";
        let split = |row: String| row.split_once('\t').map(|(body, seal)| (body.to_owned(), seal.to_owned()));
        self.books().column(separator).into_iter().filter_map(split).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_webhook_is_worked_on_by_one_of_two_servers() {
    let world = World::idle().await;
    let other = world.another_server(false).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    let mut payments = Vec::new();
    for _ in 0..24 {
        let order = world.order().await;
        let result = world.pay_with(&order, CHALLENGED).await;
        world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
        payments.push(world.read(&order).await["payment"]["id"].as_str().unwrap().to_owned());
    }
    let mut before = Vec::new();
    for payment in &payments {
        before.push(world.reads(payment).await);
    }
    for (body, signature) in world.gateway_events() {
        if body.contains("payment_succeeded") {
            world.deliver(&world.merchant_url, &body, &signature).await;
        }
    }
    // Both at the same moment, again and again until neither finds anything.
    while {
        let (one, two) = tokio::join!(world.merchant.run_due(), other.merchant.run_due());
        one.unwrap() | two.unwrap()
    } {}
    for (payment, before) in payments.iter().zip(before) {
        assert_eq!(world.reads(payment).await, before + 1, "two servers read one payment for one webhook");
    }
    assert_eq!(world.books().column("SELECT id FROM merchant.orders WHERE status <> 'paid'"), [""; 0]);
    world.assert_books_agree().await;
}

/// The first server has claimed a refund and gets no answer; the second claims it after the lease and
/// brings it to its end. What the first then says of it is no longer asked for.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_after_the_lease_settles_nothing() {
    // Real time: the first server has to be still waiting when the second is done.
    let patient = Wish { no_workers: true, pay_deadline: Duration::from_secs(60), ..Wish::default() };
    let world = World::with(patient).await;
    let other = world.another_server(false).await;
    let order = world.order().await;
    world.pay_with(&order, APPROVED).await;
    world.sandbox("faults", json!({ "route": "POST /refunds", "fault": "ignore", "ms": 120_000, "times": 1 })).await;
    let path = format!("/v1/orders/{}/refunds", order["id"].as_str().unwrap());
    let asked = world
        .http
        .request(Method::POST, format!("{}{path}", world.merchant_url))
        .bearer_auth(SHOP_KEY)
        .header("idempotency-key", "one refund")
        .json(&json!({ "amount": 1000 }));
    let first = tokio::spawn(asked.send());
    let claimed = "SELECT id FROM merchant.operations WHERE tries = 1";
    world.eventually("the first server sends", async |world| !world.books().column(claimed).is_empty()).await;
    // Past the lease, and before the gateway drops the first call.
    world.wait(110);
    let done = "SELECT id FROM merchant.operations WHERE state = 'done' AND wake_at IS NULL";
    world
        .eventually("the second brings it to its end", async |world| {
            other.merchant.run_due().await.unwrap();
            !world.books().column(done).is_empty()
        })
        .await;
    assert!(!first.is_finished(), "the first has heard before: no test");
    // A server that is told to stop waits for what is under way: so the late answer has been heard.
    let (_stop, stopped) = watch::channel(true);
    florin_merchant::run_workers(world.merchant.clone(), stopped).await;
    first.await.unwrap().unwrap();
    assert_eq!(world.books().column(done).len(), 1, "a late answer undid what is done");
    assert_eq!(world.read(&order).await["amount_refunded"], 1000);
    world.assert_books_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_open_at_once_open_one_payment() {
    let world = World::start().await;
    let other = world.another_server(true).await;
    for _ in 0..12 {
        let order = world.order().await;
        let open = |url: &str| {
            let url = format!("{url}/checkout/{}/attempts", order["checkout"]["session"].as_str().unwrap());
            let request = world.http.post(url).json(&json!({ "seen_amount": order["amount"] }));
            async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
        };
        let (one, two) = tokio::join!(open(&world.merchant_url), open(&other.url));
        assert_eq!(one, two);
    }
    world.assert_books_agree().await;
}

/// Whatever code there will be one day: the database itself refuses a second open payment.
#[tokio::test]
async fn the_database_takes_no_second_open_attempt_of_an_order() {
    let world = World::idle().await;
    world.attempt(&world.order().await).await;
    let store = Store::open(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
    let twin = "INSERT INTO attempts (number, id, order_id, account, payment_id, collect, amount, currency, capture,
             state, state_data, holds, looks, created_at, version)
         SELECT number + 1, 'att_twin', order_id, account, 'pay_twin', collect, amount, currency, capture, state,
             state_data, holds, looks, created_at, version FROM attempts";
    let refused: Result<u64, StoreError> = store.write(move |tx| tx.execute(twin, params![])).await;
    assert!(matches!(refused, Err(StoreError::Constraint(_))), "{refused:?}");
}

/// A server may be rehearsing another day, or its machine's clock be wrong: an order lives as long as it says.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_payable_at_a_server_whose_clock_is_not_the_gateways() {
    const SKEW: Duration = Duration::from_secs(3 * 3600);
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        for skewed in [|now: Timestamp| now.plus(SKEW), |now: Timestamp| now.minus(SKEW)] {
            let mut world = World::with(Wish { collect, no_workers: true, ..Wish::default() }).await;
            let clock = Clock::fixed(skewed(world.clock.now()));
            let other = world.another_server_at(clock.clone(), world.merchant_settings(), false).await;
            world.turn_to(&other);
            let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "expires_in": 3600 })).await;
            let opened = world.attempt(&order).await;
            clock.advance(Duration::from_secs(600));
            while other.merchant.run_due().await.unwrap() {}
            let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
            assert_eq!(payment["status"], "requires_payment_method", "it was fenced before its time");
            assert_eq!(world.pay(&order, &opened, APPROVED).await["status"], "paid");
            // And one that nobody pays is fenced when its time is over, by the clock that gave it that time.
            let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "expires_in": 3600 })).await;
            let opened = world.attempt(&order).await;
            clock.advance(Duration::from_secs(3600));
            while other.merchant.run_due().await.unwrap() {}
            let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
            assert_eq!(payment["status"], "cancelled");
            assert_eq!(world.status_of(&order).await, "expired");
        }
    }
}

/// Beside a gateway whose clock was resumed, as the demo does after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_started_again_goes_on_where_its_clock_was() {
    let world = World::idle().await;
    let started = Clock::fixed(world.clock.now());
    let advance = async |url: &str, seconds: u64| {
        let request = world.http.post(format!("{url}/sandbox/clock")).bearer_auth(SHOP_KEY);
        request.json(&json!({ "advance_seconds": seconds })).send().await.unwrap().status().as_u16()
    };
    for seconds in [600, 299] {
        assert_eq!(advance(&world.merchant_url, seconds).await, 200);
    }
    let again = world.another_server_at(started.clone(), world.merchant_settings(), false).await;
    florin_merchant::resume_clock(&again.merchant).await.unwrap();
    assert_eq!(started.now().since(Timestamp::parse("2026-06-25T10:00:00Z").unwrap()), Duration::from_secs(899));
    for _ in 0..49 {
        assert_eq!(advance(&again.url, 366 * 24 * 60 * 60).await, 200);
    }
    assert_eq!(advance(&again.url, 366 * 24 * 60 * 60).await, 422, "fifty years in all");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_refund_no_more_than_was_taken() {
    let world = World::start().await;
    let other = world.another_server(true).await;
    for _ in 0..3 {
        let order = world.paid_order().await;
        let storm = (0..24).map(|number| {
            let server = if number % 2 == 0 { &world.merchant_url } else { &other.url };
            let url = format!("{server}/v1/orders/{}/refunds", order["id"].as_str().unwrap());
            let request = world.http.post(url).bearer_auth(SHOP_KEY).header("idempotency-key", format!("k{number}"));
            request.json(&json!({ "amount": 2500 })).send()
        });
        let answers = futures_util::future::join_all(storm).await;
        let mut given = 0;
        for answer in answers {
            let status = answer.unwrap().status();
            assert!([201, 409, 422].contains(&status.as_u16()), "{status}");
            given += u64::from(status == StatusCode::CREATED);
        }
        world.eventually_status(&order, "partially_refunded").await;
        assert_eq!((given, &world.read(&order).await["amount_refunded"]), (1, &json!(2500)));
        assert_eq!(world.at_the_gateway(&order).await["refunds"].as_array().unwrap().len(), 1);
    }
    world.assert_books_agree().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_hours_apart_move_each_amount_once() {
    let world = World::idle().await;
    let late = Clock::fixed(world.clock.now().minus(Duration::from_secs(3 * 3600)));
    let other = world.another_server_at(late.clone(), world.merchant_settings(), false).await;
    let (mut held, mut paid) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        held.push(world.authorized_order().await);
        paid.push(world.paid_order().await);
    }
    let ask = |order: &Value, what: &str, place: usize| {
        let server = if place.is_multiple_of(2) { &world.merchant_url } else { &other.url };
        let url = format!("{server}/v1/orders/{}/{what}", order["id"].as_str().unwrap());
        let request = world.http.post(url).bearer_auth(SHOP_KEY).header("idempotency-key", format!("k{place}"));
        request.json(&json!({ "amount": 1500 })).send()
    };
    world.sandbox("faults", json!({ "route": "POST /refunds", "fault": "delay", "ms": 300 })).await;
    let asked = async {
        let captures = held.iter().enumerate().map(|(place, order)| ask(order, "capture", place));
        let refunds = paid.iter().enumerate().map(|(place, order)| ask(order, "refunds", place));
        tokio::join!(futures_util::future::join_all(captures), futures_util::future::join_all(refunds))
    };
    let worked = async {
        for _ in 0..40 {
            let (one, two) = tokio::join!(world.merchant.run_due(), other.merchant.run_due());
            one.unwrap();
            two.unwrap();
            world.wait(5);
            late.advance(Duration::from_secs(5));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::join!(asked, worked);
    world.assert_books_agree().await;
    for (order, what) in
        held.iter().map(|order| (order, "amount_captured")).chain(paid.iter().map(|order| (order, "amount_refunded")))
    {
        assert_eq!(world.read(order).await[what], 1500, "{what}");
    }
    for order in &paid {
        assert_eq!(world.at_the_gateway(order).await["refunds"].as_array().unwrap().len(), 1);
    }
}
