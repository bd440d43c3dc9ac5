//! Units that share a commit do not share their fate.

use florin_store::{StoreError, params};

use super::{Place, accounts, add, hold, insert, open};

pub(crate) async fn a_unit_that_errs_keeps_nothing_and_harms_nobody(place: impl Place) {
    let store = open(&place).await;
    let (open_gate, held) = hold(&store).await;
    let failing = store.write(|tx| {
        insert(tx, "bad")?;
        Err::<(), _>(StoreError::Corrupt("my own reason".to_owned()))
    });
    // `biased` polls in order: all three are queued before the gate opens.
    let (before, failed, after, ()) = tokio::join!(biased; add(&store, "before"), failing, add(&store, "after"), async {
        open_gate.send(()).unwrap();
    });
    held.await.unwrap().unwrap();
    assert_eq!((before, after), (Ok(1), Ok(1)));
    assert_eq!(failed, Err(StoreError::Corrupt("my own reason".to_owned())));
    assert_eq!(accounts(&store).await, ["after", "before"]);
}

pub(crate) async fn a_unit_that_panics_keeps_nothing_and_harms_nobody(place: impl Place) {
    let store = open(&place).await;
    let (open_gate, held) = hold(&store).await;
    let panicking = store.write(|tx| {
        insert(tx, "bad")?;
        let row = tx.first("SELECT 1 AS one WHERE 1 = 2", params![])?;
        row.expect("a test panics on purpose");
        Ok::<_, StoreError>(())
    });
    let (before, panicked, after, ()) = tokio::join!(biased; add(&store, "before"), panicking, add(&store, "after"), async {
        open_gate.send(()).unwrap();
    });
    held.await.unwrap().unwrap();
    assert_eq!(panicked, Err(StoreError::UnitPanicked));
    assert_eq!((before, after), (Ok(1), Ok(1)));
    assert_eq!(accounts(&store).await, ["after", "before"]);
    assert_eq!(add(&store, "later").await, Ok(1));
}

pub(crate) async fn a_neighbours_broken_constraint_is_its_own(place: impl Place) {
    let store = open(&place).await;
    let (open_gate, held) = hold(&store).await;
    let twin = store.write(|tx| {
        insert(tx, "unseen")?;
        insert(tx, "same")
    });
    let orphan = store.write(|tx| tx.execute("INSERT INTO notes (account, text) VALUES ($1, NULL)", params!["nobody"]));
    let negative =
        store.write(|tx| tx.execute("INSERT INTO accounts (id, balance, version) VALUES ('n', -1, 1)", params![]));
    let (first, twin, orphan, negative, last, ()) = tokio::join!(biased;
    add(&store, "same"), twin, orphan, negative, add(&store, "last"), async {
        open_gate.send(()).unwrap();
    });
    held.await.unwrap().unwrap();
    assert_eq!(last, Ok(1));
    // Where units run side by side, either of the two that want one id may be the first.
    let (expected, refused) = match (first, twin) {
        (Ok(1), refused) => (vec!["last", "same"], refused),
        (refused, Ok(1)) => (vec!["last", "same", "unseen"], refused),
        neither => panic!("{neither:?}"),
    };
    for broken in [refused, orphan, negative] {
        assert!(matches!(broken, Err(StoreError::Constraint(_))), "{broken:?}");
    }
    assert_eq!(accounts(&store).await, expected);
}

pub(crate) async fn a_unit_cannot_end_the_shared_transaction(place: impl Place) {
    let store = open(&place).await;
    for sql in ["COMMIT", "ROLLBACK", "PRAGMA foreign_keys = OFF"] {
        let result = store
            .write(move |tx| {
                insert(tx, "half")?;
                tx.execute(sql, params![])
            })
            .await;
        assert!(matches!(result, Err(StoreError::Engine(_))), "{sql}: {result:?}");
    }
    assert!(accounts(&store).await.is_empty());
}
