//! A lost compare-and-swap runs the unit again, whatever its error type; not for ever.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use florin_store::{StoreError, Tx, params};

use super::{Place, add, open};

#[derive(Debug, PartialEq)]
enum ShopError {
    SoldOut,
    Store(StoreError),
}

impl From<StoreError> for ShopError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn swap(tx: &mut Tx<'_>, version: i64) -> Result<(), StoreError> {
    tx.swap("UPDATE accounts SET balance = 5, version = version + 1 WHERE id = 'a' AND version = $1", params![version])
}

pub(crate) async fn a_lost_swap_runs_again_until_it_wins(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    // Loses with a stale version twice, then holds the right one.
    let result: Result<u32, ShopError> = store
        .write(move |tx| {
            let run = counted.fetch_add(1, Ordering::SeqCst) + 1;
            super::insert(tx, &format!("run {run}"))?;
            swap(tx, if run < 3 { 77 } else { 1 })?;
            Ok(run)
        })
        .await;
    assert_eq!(result, Ok(3));
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert_eq!(super::accounts(&store).await, ["a", "run 3"]);
}

pub(crate) async fn a_swap_that_never_wins_gives_up_after_five_reruns(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let result: Result<(), ShopError> = store
        .write(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            super::insert(tx, "unseen")?;
            Ok(swap(tx, 77)?)
        })
        .await;
    assert_eq!(result, Err(ShopError::Store(StoreError::LostSwap)));
    assert_eq!(runs.load(Ordering::SeqCst), 6);
    assert_eq!(super::accounts(&store).await, ["a"]);
}

pub(crate) async fn a_plain_lost_swap_of_our_own_error_type_runs_again_too(place: impl Place) {
    let store = open(&place).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let result: Result<(), StoreError> = store
        .write(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Err(StoreError::LostSwap)
        })
        .await;
    assert_eq!(result, Err(StoreError::LostSwap));
    assert_eq!(runs.load(Ordering::SeqCst), 6);
}

pub(crate) async fn a_refusal_is_not_run_again(place: impl Place) {
    let store = open(&place).await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let result: Result<(), ShopError> = store
        .write(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Err(ShopError::SoldOut)
        })
        .await;
    assert_eq!(result, Err(ShopError::SoldOut));
    assert_eq!(runs.load(Ordering::SeqCst), 1);
}

pub(crate) async fn sixty_four_callers_lose_no_update(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.write(deposit).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap(), Ok(()));
    }
    let row = store.read(|tx| tx.first("SELECT balance, version FROM accounts", params![])).await;
    let row = row.map_err(|error: StoreError| error).unwrap().unwrap();
    assert_eq!((row.get::<i64>("balance"), row.get::<i64>("version")), (Ok(64), Ok(65)));
}

fn deposit(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let row = tx.first("SELECT balance, version FROM accounts WHERE id = 'a'", params![])?.expect("added above");
    tx.swap(
        "UPDATE accounts SET balance = $1, version = version + 1 WHERE id = 'a' AND version = $2",
        params![row.get::<i64>("balance")? + 1, row.get::<i64>("version")?],
    )
}
