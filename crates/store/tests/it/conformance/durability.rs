//! An answer means that it is kept.

use std::collections::HashSet;

use florin_store::StoreError;

use super::{Place, accounts, add, hold, open, queue};

pub(crate) async fn sixty_four_callers_are_all_there_after_reopening(place: impl Place) {
    let store = open(&place).await;
    let callers: Vec<_> = (0..64)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { add(&store, format!("{number:02}")).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(1));
    }
    store.close().await;
    let expected: Vec<String> = (0..64).map(|number| format!("{number:02}")).collect();
    assert_eq!(accounts(&open(&place).await).await, expected);
}

pub(crate) async fn whoever_was_answered_is_seen_by_a_second_connection(place: impl Place) {
    let (store, other) = (open(&place).await, open(&place).await);
    let callers: Vec<_> = (0..64)
        .map(|number| {
            let (store, other) = (store.clone(), other.clone());
            tokio::spawn(async move {
                let id = format!("{number:02}");
                add(&store, id.clone()).await.unwrap();
                assert!(accounts(&other).await.contains(&id), "{id} was answered but is not there");
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}

pub(crate) async fn nobody_is_answered_or_seen_before_the_commit(place: impl Place) {
    let (store, other) = (open(&place).await, open(&place).await);
    let (ran, has_run) = std::sync::mpsc::channel();
    let (open_gate, gate) = std::sync::mpsc::channel::<()>();
    // It has written and still runs: its transaction is open.
    let waiting = queue(store.write(move |tx| {
        super::insert(tx, "a")?;
        ran.send(()).expect("the test waits");
        gate.recv().expect("the test opens the gate");
        Ok::<_, StoreError>(())
    }))
    .await;
    tokio::task::spawn_blocking(move || has_run.recv().unwrap()).await.unwrap();
    assert!(accounts(&other).await.is_empty());
    let waiting = queue(waiting).await;
    open_gate.send(()).unwrap();
    waiting.await.unwrap();
    assert_eq!(accounts(&other).await, ["a"]);
}

pub(crate) async fn two_stores_on_one_database_overwrite_nothing(place: impl Place) {
    let stores = [open(&place).await, open(&place).await];
    let mut callers = Vec::new();
    for number in 0..40 {
        let store = stores[number % 2].clone();
        callers.push(tokio::spawn(async move { add(&store, format!("{number:02}")).await }));
    }
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(1));
    }
    let found: HashSet<String> = accounts(&stores[0]).await.into_iter().collect();
    assert_eq!(found.len(), 40);
}

pub(crate) async fn closing_finishes_what_waits_and_refuses_what_comes_later(place: impl Place) {
    let store = open(&place).await;
    let (open_gate, held) = hold(&store).await;
    let mut waiting = Vec::new();
    for number in 0..10 {
        waiting.push(queue(add(&store, number.to_string())).await);
    }
    let closing = queue(store.close()).await;
    assert_eq!(add(&store, "early").await, Err(StoreError::Closed));
    open_gate.send(()).unwrap();
    closing.await;
    held.await.unwrap().unwrap();
    for caller in waiting {
        assert_eq!(caller.await, Ok(1));
    }
    assert_eq!(add(&store, "late").await, Err(StoreError::Closed));
    assert_eq!(store.read(|_| Ok(())).await, Err(StoreError::Closed));
    store.close().await;
    assert_eq!(accounts(&open(&place).await).await.len(), 10);
}

pub(crate) async fn a_caller_that_went_away_takes_nothing_back(place: impl Place) {
    let store = open(&place).await;
    let (open_gate, held) = hold(&store).await;
    drop(queue(add(&store, "gone")).await);
    open_gate.send(()).unwrap();
    held.await.unwrap().unwrap();
    store.close().await;
    assert_eq!(accounts(&open(&place).await).await, ["gone"]);
}
