//! Whoever writes a shop and listens to its events misses none, in whatever order they become visible.

use florin_domain::ids::EventId;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_store::outbox::{self, NewDelivery};
use florin_store::{Store, StoreError};
use reqwest::Method;
use serde_json::Value;

use crate::world::World;

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
    world.comes_late("evt_4", now.minus(std::time::Duration::from_secs(1))).await;
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
