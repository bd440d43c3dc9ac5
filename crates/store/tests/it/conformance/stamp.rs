//! A database is of one mode and one role, and no older program touches a newer one.

use florin_domain::mode::Mode;
use florin_store::{Migration, OpenError, Schema, Store, StoreError, params};

use super::{KEPT, Place, SCHEMA, accounts, add, open, try_open};

const SECOND: Migration =
    Migration { version: 2, name: "nickname", sql: "ALTER TABLE accounts ADD COLUMN nickname TEXT" };

static GROWN: Schema = Schema { role: "merchant", migrations: &[first(), SECOND] };

static RENAMED: Schema = Schema {
    role: "merchant",
    migrations: &[Migration { version: 1, name: "other", sql: "CREATE TABLE other (id TEXT PRIMARY KEY)" }],
};

static BROKEN: Schema = Schema {
    role: "merchant",
    migrations: &[
        first(),
        SECOND,
        Migration { version: 3, name: "broken", sql: "CREATE TABLE fine (id TEXT); CREATE TABLE accounts (id TEXT)" },
    ],
};

const fn first() -> Migration {
    let Migration { version, name, sql } = SCHEMA.migrations[0];
    Migration { version, name, sql }
}

#[track_caller]
fn refused(result: Result<Store, OpenError>) -> OpenError {
    match result {
        Ok(_) => panic!("the database was opened"),
        Err(error) => error,
    }
}

pub(crate) async fn another_mode_is_refused(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    store.close().await;

    let error = refused(try_open(&place, &KEPT, Mode::Live).await);
    assert!(matches!(error, OpenError::WrongMode { .. }));
    assert!(error.to_string().contains("was made for test mode; this process runs in live mode"), "{error}");
    assert_eq!(accounts(&open(&place).await).await, ["a"]);
}

pub(crate) async fn a_grown_schema_migrates_and_the_old_program_then_refuses(place: impl Place) {
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    store.close().await;

    let grown = try_open(&place, &GROWN, Mode::Test).await.unwrap();
    let named = grown.write(|tx| tx.execute("UPDATE accounts SET nickname = 'A'", params![])).await;
    assert_eq!(named, Ok::<_, StoreError>(1));
    grown.close().await;

    let error = refused(try_open(&place, &KEPT, Mode::Test).await);
    assert!(matches!(error, OpenError::Newer { found: 2, known: 1, .. }), "{error}");
    try_open(&place, &GROWN, Mode::Test).await.unwrap();
}

pub(crate) async fn who_only_looks_neither_makes_nor_migrates(place: impl Place) {
    let look = async |schema| Store::open_existing(&place.target(), schema, Mode::Test).await;
    for _ in 0..2 {
        let error = refused(look(&KEPT).await);
        assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    }
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    assert_eq!(accounts(&look(&KEPT).await.unwrap()).await, ["a"], "beside a server");
    for _ in 0..2 {
        let error = refused(look(&GROWN).await);
        assert!(matches!(error, OpenError::Older { series: "merchant", missing: 2, .. }), "{error}");
    }
    store.close().await;
    try_open(&place, &GROWN, Mode::Test).await.unwrap().close().await;
    let error = refused(look(&KEPT).await);
    assert!(matches!(error, OpenError::Newer { found: 2, known: 1, .. }), "{error}");
    let error = refused(Store::open_existing(&place.target(), &GROWN, Mode::Live).await);
    assert!(matches!(error, OpenError::WrongMode { .. }), "{error}");
    assert_eq!(accounts(&look(&GROWN).await.unwrap()).await, ["a"], "once the server has gone");
}

pub(crate) async fn another_history_is_refused(place: impl Place) {
    open(&place).await.close().await;
    let error = refused(try_open(&place, &RENAMED, Mode::Test).await);
    assert!(matches!(error, OpenError::OtherHistory { version: 1, .. }), "{error}");
}

pub(crate) async fn a_failing_migration_keeps_none_of_them(place: impl Place) {
    open(&place).await.close().await;
    let error = refused(try_open(&place, &BROKEN, Mode::Test).await);
    assert!(matches!(error, OpenError::Migration { version: 3, name: "broken", .. }), "{error}");
    // Version 2 went with it, so the first program still opens the database.
    add(&open(&place).await, "a").await.unwrap();
}

pub(crate) async fn eight_processes_may_open_a_new_database_at_once(place: impl Place) {
    let target = place.target();
    let openings: Vec<_> = (0..8)
        .map(|_| {
            let target = target.clone();
            tokio::spawn(async move { Store::open(&target, &KEPT, Mode::Test).await })
        })
        .collect();
    for (number, opening) in openings.into_iter().enumerate() {
        let store = opening.await.unwrap().unwrap();
        assert_eq!(add(&store, number.to_string()).await, Ok(1));
    }
}
