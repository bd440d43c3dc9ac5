//! Values go in by number and come out by name and kind.

use florin_domain::ids::OrderId;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, params};

use super::{Place, accounts, add, open};

pub(crate) async fn parameters_bind_by_number_and_columns_read_by_name(place: impl Place) {
    let store = open(&place).await;
    store
        .write(|tx| {
            tx.execute("INSERT INTO accounts (version, balance, id) VALUES ($3, $2, $1)", params!["a", 7, 3_i64])?;
            let row = tx.first("SELECT balance, version, id FROM accounts", params![])?.expect("just written");
            assert_eq!(row.get::<i64>("balance")?, 7);
            assert_eq!(row.get::<u32>("version")?, 3);
            assert_eq!(row.get::<String>("id")?, "a");
            assert_eq!(row.get::<Option<i64>>("balance")?, Some(7));
            assert_eq!(row.get::<Timestamp>("balance")?, Timestamp::from_millis(7));
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

pub(crate) async fn a_value_of_another_kind_is_damage_and_is_not_shown(place: impl Place) {
    let store = open(&place).await;
    add(&store, "4242424242424242").await.unwrap();
    let number = store.read(|tx| tx.first("SELECT id FROM accounts", params![])?.unwrap().get::<i64>("id")).await;
    assert_eq!(number, Err(StoreError::Corrupt("column id: expected an integer, found text".to_owned())));
    let order = store.read(|tx| tx.first("SELECT id FROM accounts", params![])?.unwrap().get::<OrderId>("id")).await;
    assert!(matches!(&order, Err(StoreError::Corrupt(text)) if !text.contains("4242")), "{order:?}");
    let none = store.read(|tx| tx.first("SELECT NULL AS id", params![])?.unwrap().get::<String>("id")).await;
    assert!(matches!(none, Err(StoreError::Corrupt(_))));
    let absent = store.read(|tx| tx.first("SELECT 1 AS a", params![])?.unwrap().get::<i64>("b")).await;
    assert!(matches!(absent, Err(StoreError::Engine(_))));
}

pub(crate) async fn a_filter_that_is_not_given_filters_nothing(place: impl Place) {
    let store = open(&place).await;
    for (id, balance) in [("a", 1), ("b", 2), ("c", 2)] {
        let added = store.write(move |tx| {
            tx.execute("INSERT INTO accounts (id, balance, version) VALUES ($1, $2, 1)", params![id, balance])
        });
        assert_eq!(added.await, Ok::<_, StoreError>(1));
    }
    for (before, balance, expected) in [
        (None, None, vec!["c", "b", "a"]),
        (Some("c"), None, vec!["b", "a"]),
        (None, Some(2), vec!["c", "b"]),
        (Some("c"), Some(2), vec!["b"]),
    ] {
        let found = store
            .read(move |tx| {
                tx.all(
                    "SELECT id FROM accounts WHERE ($1 IS NULL OR id < $1) AND ($2 IS NULL OR balance = $2)
                     ORDER BY id DESC LIMIT $3",
                    params![before, balance, 9],
                )?
                .iter()
                .map(|row| row.get::<String>("id"))
                .collect::<Result<Vec<_>, _>>()
            })
            .await;
        assert_eq!(found.unwrap(), expected, "{before:?} {balance:?}");
    }
}

pub(crate) async fn sums_and_comparisons_are_whole_numbers(place: impl Place) {
    let store = open(&place).await;
    store
        .write(|tx| {
            tx.execute(
                "INSERT INTO accounts (id, balance, version) VALUES ('a', $1, 1), ('b', $2, 1)",
                params![9_000_000_000_000_000_i64, 1],
            )?;
            let row = tx.first(
                "SELECT SUM(balance) AS sum, COUNT(*) AS count, MAX(balance) > $1 AS rich, 7 AS seven FROM accounts
                 HAVING SUM(balance) >= $2",
                params![5, 9_000_000_000_000_001_i64],
            )?;
            let row = row.expect("the sum is reached");
            assert_eq!(row.get::<i64>("sum")?, 9_000_000_000_000_001);
            assert_eq!((row.get::<u32>("count")?, row.get::<i64>("seven")?), (2, 7));
            assert!(row.get::<bool>("rich")?);
            let none = tx.first("SELECT SUM(balance) AS sum FROM accounts WHERE id = 'c'", params![])?;
            assert_eq!(none.expect("one row").get::<Option<i64>>("sum")?, None);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

/// Ids are ordered by time only where capitals, small letters and signs are ordered by their bytes.
pub(crate) async fn text_is_ordered_by_bytes(place: impl Place) {
    let store = open(&place).await;
    for id in ["b", "B", "_", "a", "é", "-"] {
        add(&store, id).await.unwrap();
    }
    assert_eq!(accounts(&store).await, ["-", "B", "_", "a", "b", "é"]);
}

pub(crate) async fn a_query_cannot_write(place: impl Place) {
    let store = open(&place).await;
    let result = store.read(|tx| super::insert(tx, "a")).await;
    assert!(matches!(result, Err(StoreError::Engine(_))), "{result:?}");
    assert!(accounts(&store).await.is_empty());
}

pub(crate) async fn a_query_sees_one_snapshot(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    let (seen_once, wait_for_first) = std::sync::mpsc::channel();
    let (go_on, wait_for_write) = std::sync::mpsc::channel::<()>();
    let reader = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .read(move |tx| {
                    let before = tx.all("SELECT id FROM accounts", params![])?.len();
                    seen_once.send(()).unwrap();
                    wait_for_write.recv().unwrap();
                    Ok::<_, StoreError>((before, tx.all("SELECT id FROM accounts", params![])?.len()))
                })
                .await
        }
    });
    tokio::task::spawn_blocking(move || wait_for_first.recv().unwrap()).await.unwrap();
    add(&store, "b").await.unwrap();
    go_on.send(()).unwrap();
    assert_eq!(reader.await.unwrap(), Ok((1, 1)));
    assert_eq!(accounts(&store).await, ["a", "b"]);
}
