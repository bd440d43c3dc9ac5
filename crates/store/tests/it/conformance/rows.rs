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
