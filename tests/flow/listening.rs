//! Whoever writes a shop and listens to its events misses none, in whatever order they become visible.

use std::time::Duration;

use florin_domain::ids::EventId;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_store::outbox::{self, NewDelivery};
use florin_store::{Store, StoreError, Tx};
use reqwest::Method;
use serde_json::Value;

use crate::world::{SHOP_KEY, World};

impl World {
    /// An event that another server wrote, and whose commit is seen only now.
    async fn comes_late(&self, id: &str, at: Timestamp) {
        let store = Store::open(&self.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
        let (id, kind) = (EventId::parse(id).unwrap(), "order.paid".to_owned());
        let late = NewDelivery { id, kind, payload: "{}".to_owned(), context: String::new(), due_at: at };
        store.write(move |tx| outbox::enqueue(tx, &late)).await.map_err(|error: StoreError| error).unwrap();
        store.close().await;
    }

    async fn heard(&self, query: &str) -> (Vec<String>, String) {
        let (_, page) = self.shop(Method::GET, &format!("/v1/events?{query}"), None).await;
        let ids = page["data"].as_array().unwrap_or_else(|| panic!("{page}")).iter();
        let ids = ids.map(|event: &Value| event["id"].as_str().unwrap().to_owned()).collect();
        (ids, page["cursor"].as_str().unwrap_or_default().to_owned())
    }
}

#[tokio::test]
async fn an_event_that_becomes_visible_late_is_not_passed_over() {
    let world = World::idle().await;
    let now = world.clock.now();
    world.comes_late("evt_5", now).await;
    let (first, cursor) = world.heard("").await;
    assert_eq!((first, cursor.as_str()), (vec!["evt_5".to_owned()], "evt_5"));
    // The same millisecond and a smaller id; and a server whose commit took a second.
    world.comes_late("evt_3", now).await;
    world.comes_late("evt_4", now.minus(Duration::from_secs(1))).await;
    let (second, cursor) = world.heard(&format!("after={cursor}")).await;
    assert_eq!(second, ["evt_4", "evt_3"]);
    assert_eq!(world.heard(&format!("after={cursor}")).await, (Vec::new(), cursor));
    assert_eq!(world.heard("").await.0, ["evt_5", "evt_4", "evt_3"]);
}

#[tokio::test]
async fn pages_of_one_miss_nothing_and_tell_nothing_twice() {
    let world = World::idle().await;
    for number in [7, 2, 9, 4] {
        world.comes_late(&format!("evt_{number}"), world.clock.now()).await;
    }
    let (mut all, mut cursor) = world.heard("limit=1").await;
    while let (next, after) = world.heard(&format!("limit=1&after={cursor}")).await
        && !next.is_empty()
    {
        all.extend(next);
        cursor = after;
    }
    assert_eq!(all, ["evt_2", "evt_4", "evt_7", "evt_9"]);
    world.comes_late("evt_1", world.clock.now()).await;
    assert_eq!(world.heard("after=latest").await, (Vec::new(), "evt_1".to_owned()));
    assert_eq!(world.heard(&format!("after={cursor}")).await.0, ["evt_1"]);
}

#[tokio::test]
async fn a_long_history_is_numbered_part_by_part_in_its_order() {
    const EVENTS: u64 = 2300;
    let world = World::idle().await;
    let store = Store::open(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
    let begin = world.clock.now();
    // The younger ones stand first, several to a millisecond, years before now.
    let write = move |tx: &mut Tx<'_>| {
        (0..EVENTS).rev().try_for_each(|number| {
            let (id, kind) = (EventId::parse(&format!("evt_{number:06}")).unwrap(), "order.paid".to_owned());
            let due_at = begin.minus(Duration::from_secs(1_000_000_000)).plus(Duration::from_millis(number / 7));
            outbox::enqueue(tx, &NewDelivery { id, kind, payload: "{}".to_owned(), context: String::new(), due_at })
        })
    };
    store.write(write).await.map_err(|error: StoreError| error).unwrap();
    store.close().await;
    let latest = format!("evt_{:06}", EVENTS - 1);
    assert_eq!(world.heard("after=latest").await, (Vec::new(), latest.clone()));
    let (mut all, mut cursor) = world.heard("limit=100").await;
    while cursor != latest {
        let (page, last) = world.heard(&format!("limit=100&after={cursor}")).await;
        all.extend(page);
        cursor = last;
    }
    assert_eq!(all, (0..EVENTS).map(|number| format!("evt_{number:06}")).collect::<Vec<_>>());
    // Older than all of them, and visible only now.
    world.comes_late("evt_old", begin.minus(Duration::from_secs(1_500_000_000))).await;
    assert_eq!(world.heard(&format!("after={cursor}")).await.0, ["evt_old"]);
}

#[tokio::test]
async fn whoever_waits_hears_what_another_server_writes_meanwhile() {
    let world = World::idle().await;
    world.comes_late("evt_1", world.clock.now()).await;
    let url = format!("{}/v1/events?after=evt_1&wait=20", world.merchant_url);
    assert_eq!(world.heard("").await.0, ["evt_1"]);
    let waiting = tokio::spawn(world.http.get(url).bearer_auth(SHOP_KEY).send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    // Its commit is seen late by a while.
    world.comes_late("evt_0", world.clock.now().minus(Duration::from_secs(60))).await;
    let page: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(page["cursor"], "evt_0");
}

#[tokio::test]
async fn whoever_waits_hears_soon_of_an_event_whose_commit_took_longer_than_anybody_thinks() {
    let world = World::idle().await;
    world.comes_late("evt_1", world.clock.now()).await;
    let url = format!("{}/v1/events?after=evt_1&wait=20", world.merchant_url);
    assert_eq!(world.heard("").await.0, ["evt_1"]);
    let began = tokio::time::Instant::now();
    let waiting = tokio::spawn(world.http.get(url).bearer_auth(SHOP_KEY).send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.comes_late("evt_0", world.clock.now().minus(Duration::from_secs(3600))).await;
    let page: Value = waiting.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(page["cursor"], "evt_0", "after {:?}", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_follows_hears_every_event_however_many_number_them_at_once() {
    const WRITERS: u64 = 6;
    const UNITS: u64 = 40;
    let world = World::idle().await;
    let store = Store::open(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (store, at) = (store.clone(), world.clock.now());
            tokio::spawn(async move {
                for unit in 0..UNITS {
                    let written = store.write(move |tx| slowly(tx, writer, unit, at)).await;
                    written.map_err(|error: StoreError| error).unwrap();
                }
            })
        })
        .collect();
    let latest = format!("{}/v1/events?after=latest", world.merchant_url);
    let others: Vec<_> = (0..4)
        .map(|_| {
            let request = world.http.get(&latest).bearer_auth(SHOP_KEY);
            tokio::spawn(async move {
                loop {
                    let answer = request.try_clone().unwrap().send().await.unwrap();
                    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
                }
            })
        })
        .collect();
    let (mut all, mut cursor) = (Vec::new(), String::new());
    let mut empty = 0;
    // A numbering that others got before may leave its events to the next.
    while empty < 5 {
        // Looked at before the page: what was written until then has to be on it.
        let is_over = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let after = if cursor.is_empty() { String::new() } else { format!("&after={cursor}") };
        let (page, last) = world.heard(&format!("limit=100{after}")).await;
        empty = if is_over && page.is_empty() { empty + 1 } else { 0 };
        all.extend(page);
        cursor = last;
    }
    for other in others {
        assert!(!other.is_finished(), "{:?}", other.await);
        other.abort();
    }
    store.close().await;
    let told = all.len();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), told), ((2 * WRITERS * UNITS) as usize, (2 * WRITERS * UNITS) as usize));
}

/// Two events, visible only some time after they were written, in no order of their ids.
fn slowly(tx: &mut Tx<'_>, writer: u64, unit: u64, at: Timestamp) -> Result<(), StoreError> {
    for half in 0..2 {
        let number = (writer * 1000 + unit * 2 + half).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (id, kind) = (EventId::parse(&format!("evt_{number:016x}")).unwrap(), "order.paid".to_owned());
        outbox::enqueue(tx, &NewDelivery { id, kind, payload: "{}".to_owned(), context: String::new(), due_at: at })?;
    }
    if unit % 3 == writer % 3 {
        std::thread::sleep(Duration::from_millis(3));
    }
    Ok(())
}
