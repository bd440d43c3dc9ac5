//! An event is with one sender at a time, and only the latest claim settles it.

use std::time::Duration;

use florin_domain::ids::EventId;
use florin_domain::timestamp::Timestamp;
use florin_store::outbox::{self, Delivery, NewDelivery, Outcome};
use florin_store::{Store, StoreError};

use super::{Place, open};

const LEASE: Duration = Duration::from_secs(60);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn event(number: u8) -> EventId {
    EventId::new(at(0), [number; 16])
}

async fn enqueue(store: &Store, number: u8, due_at: Timestamp) -> Result<(), StoreError> {
    store
        .write(move |tx| {
            let new = NewDelivery {
                id: event(number),
                kind: "payment_succeeded".to_owned(),
                payload: format!("{{\"number\":{number}}}"),
                context: "{}".to_owned(),
                due_at,
            };
            outbox::enqueue(tx, &new)
        })
        .await
}

async fn claim(store: &Store, now: Timestamp, limit: u32) -> Vec<Delivery> {
    let claimed: Result<_, StoreError> = store.write(move |tx| outbox::claim(tx, now, LEASE, limit)).await;
    claimed.unwrap()
}

async fn settle(store: &Store, delivery: &Delivery, outcome: Outcome, now: Timestamp) -> bool {
    let delivery = delivery.clone();
    let settled: Result<_, StoreError> = store.write(move |tx| outbox::settle(tx, &delivery, outcome, now)).await;
    settled.unwrap()
}

async fn remember(store: &Store, delivery: &Delivery, context: &'static str) {
    let delivery = delivery.clone();
    let written: Result<_, StoreError> = store.write(move |tx| outbox::remember(tx, &delivery, context)).await;
    written.unwrap();
}

async fn next_due(store: &Store) -> Option<Timestamp> {
    let due: Result<_, StoreError> = store.read(outbox::next_due).await;
    due.unwrap()
}

pub(crate) async fn what_is_due_is_claimed_in_order_and_only_once(place: impl Place) {
    let store = open(&place).await;
    assert_eq!(next_due(&store).await, None);
    for (number, due) in [(1, 30), (2, 10), (3, 20), (4, 99)] {
        enqueue(&store, number, at(due)).await.unwrap();
    }
    assert_eq!(next_due(&store).await, Some(at(10)));
    let first = claim(&store, at(30), 2).await;
    assert_eq!(first.iter().map(|delivery| delivery.id.clone()).collect::<Vec<_>>(), [event(2), event(3)]);
    assert_eq!((first[0].tries, first[0].created_at), (1, at(10)));
    assert_eq!((first[0].kind.as_str(), first[0].payload.as_str()), ("payment_succeeded", "{\"number\":2}"));
    let rest = claim(&store, at(30), 10).await;
    assert_eq!(rest.iter().map(|delivery| delivery.id.clone()).collect::<Vec<_>>(), [event(1)]);
    assert!(claim(&store, at(30), 10).await.is_empty());
}

pub(crate) async fn an_expired_lease_is_claimed_again_and_the_slow_first_settles_nothing(place: impl Place) {
    let store = open(&place).await;
    enqueue(&store, 1, at(0)).await.unwrap();
    let slow = claim(&store, at(0), 1).await.remove(0);
    assert!(claim(&store, at(59), 1).await.is_empty());
    assert_eq!(next_due(&store).await, Some(at(60)));

    let second = claim(&store, at(60), 1).await.remove(0);
    assert_eq!((second.id.clone(), second.tries), (slow.id.clone(), 2));
    assert!(second.epoch > slow.epoch);
    for outcome in [Outcome::Delivered, Outcome::GivenUp, Outcome::RetryAt(at(61))] {
        assert!(!settle(&store, &slow, outcome, at(61)).await);
    }
    assert_eq!(next_due(&store).await, Some(at(120)));
    assert!(settle(&store, &second, Outcome::Delivered, at(62)).await);
    assert_eq!(next_due(&store).await, None);
    assert!(claim(&store, at(9999), 1).await.is_empty());
}

pub(crate) async fn a_retry_waits_and_its_claim_settles_once(place: impl Place) {
    let store = open(&place).await;
    enqueue(&store, 1, at(0)).await.unwrap();
    let first = claim(&store, at(0), 1).await.remove(0);
    remember(&store, &first, "first").await;
    assert!(settle(&store, &first, Outcome::RetryAt(at(300)), at(1)).await);
    assert!(!settle(&store, &first, Outcome::Delivered, at(2)).await);
    remember(&store, &first, "too late").await;
    assert!(claim(&store, at(299), 1).await.is_empty());

    let second = claim(&store, at(300), 1).await.remove(0);
    assert_eq!((second.tries, second.created_at, second.context.as_str()), (2, at(0), "first"));
    assert!(settle(&store, &second, Outcome::GivenUp, at(301)).await);
    assert!(!settle(&store, &second, Outcome::RetryAt(at(400)), at(302)).await);
    assert_eq!(next_due(&store).await, None);
}

pub(crate) async fn sixteen_workers_send_each_event_once(place: impl Place) {
    let stores = [open(&place).await, open(&place).await];
    for number in 0..50 {
        enqueue(&stores[0], number, at(0)).await.unwrap();
    }
    let workers: Vec<_> = (0..16)
        .map(|number| {
            let store = stores[number % 2].clone();
            tokio::spawn(async move { claim(&store, at(1), 5).await })
        })
        .collect();
    let mut claimed = Vec::new();
    for worker in workers {
        claimed.extend(worker.await.unwrap().into_iter().map(|delivery| delivery.id));
    }
    claimed.sort();
    assert_eq!(claimed, (0..50).map(event).collect::<Vec<_>>());
}

pub(crate) async fn an_event_is_written_with_its_change_or_not_at_all(place: impl Place) {
    let store = open(&place).await;
    let failed: Result<(), StoreError> = store
        .write(|tx| {
            let new = NewDelivery {
                id: event(1),
                kind: "order.paid".to_owned(),
                payload: "{}".to_owned(),
                context: "{}".to_owned(),
                due_at: at(0),
            };
            outbox::enqueue(tx, &new)?;
            Err(StoreError::Corrupt("no".to_owned()))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(next_due(&store).await, None);
    enqueue(&store, 1, at(0)).await.unwrap();
    assert!(matches!(enqueue(&store, 1, at(0)).await, Err(StoreError::Constraint(_))));
}

pub(crate) async fn a_delivery_prints_no_payload(place: impl Place) {
    let store = open(&place).await;
    enqueue(&store, 77, at(0)).await.unwrap();
    let printed = format!("{:?}", claim(&store, at(0), 1).await);
    assert!(printed.contains("payment_succeeded") && !printed.contains("number"), "{printed}");
}
