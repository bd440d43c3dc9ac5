//! PostgreSQL keeps the promises, and some of its own.
//!
//! Ignored by a plain `cargo test`, and said so there: `cargo xtask test --only postgres` brings the
//! server and runs them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use florin_domain::ids::EventId;
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_store::outbox::{NewDelivery, claim, enqueue};
use florin_store::{Migration, OpenError, Schema, Store, StoreError, Target, params};
use florin_test_postgres::Database;

use crate::conformance::{Place, SCHEMA, accounts, add, conformance, insert, open, try_open};

struct Fresh(Database);

impl Place for Fresh {
    /// In a language whose order of letters is not that of their bytes, as most servers are set up.
    fn new() -> Self {
        Self(Database::made("LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0").unwrap())
    }

    fn target(&self) -> Target {
        Target::parse(&self.0.url()).unwrap()
    }
}

impl Fresh {
    /// Cuts connections as an administrator does, and as a crash of the server looks from here.
    fn cut(&self, of: &str) {
        let cut = format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'florin' AND {of}"
        );
        let answer = self.0.sql(&cut).unwrap();
        assert!(answer.lines().count() > 0 && answer.lines().all(|line| line == "t"), "nobody was cut: {answer}");
    }
}

conformance! { Fresh, #[ignore = "needs PostgreSQL: cargo xtask test --only postgres"] }

static MERCHANT: Schema = SCHEMA;

static GATEWAY: Schema = Schema {
    role: "gateway",
    migrations: &[Migration { version: 1, name: "cards", sql: "CREATE TABLE cards (id TEXT PRIMARY KEY)" }],
};

/// What the merchant's schema looks like after the next release.
static GROWN: Schema = Schema {
    role: "merchant",
    migrations: &[
        Migration { version: 1, name: "accounts", sql: SCHEMA.migrations[0].sql },
        Migration { version: 2, name: "nickname", sql: "ALTER TABLE accounts ADD COLUMN nickname TEXT" },
    ],
};

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn whoever_may_not_look_into_the_schema_is_not_told_that_there_is_none() {
    let place = Fresh::new();
    open(&place).await.close().await;
    place.0.sql("CREATE ROLE passer_by LOGIN").unwrap();
    let target = Target::parse(&place.0.url().replace("florin@", "passer_by@")).unwrap();
    let look = async || Store::open_existing(&target, &MERCHANT, Mode::Test).await;
    let error = look().await.err().unwrap();
    assert!(matches!(error, OpenError::Unusable { .. }), "{error}");
    assert!(error.to_string().contains("may not use the schema \"merchant\""), "{error}");
    place.0.sql("GRANT USAGE ON SCHEMA merchant TO passer_by").unwrap();
    let error = look().await.err().unwrap();
    assert!(error.to_string().contains("permission denied"), "{error}");
    place.0.sql("DROP SCHEMA merchant CASCADE").unwrap();
    assert!(matches!(look().await.err().unwrap(), OpenError::Missing { .. }));
    place.0.sql("DROP ROLE passer_by").unwrap();
}

/// The second is checked in the commit, and takes its time the first time.
static SLOW_COMMIT: Schema = Schema {
    role: "merchant",
    migrations: &[Migration {
        version: 1,
        name: "late",
        sql: "
            CREATE TABLE accounts (id TEXT PRIMARY KEY, balance BIGINT, version BIGINT);
            CREATE TABLE late (id TEXT REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED);
            CREATE SEQUENCE dawdled;
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql
                AS 'BEGIN IF nextval(''dawdled'') = 1 THEN PERFORM pg_sleep(30); END IF; RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION dawdle();
        ",
    }],
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_connection_cut_in_mid_unit_is_no_acknowledgement_and_the_next_unit_connects_again() {
    let place = Fresh::new();
    let store = open(&place).await;
    let (ran, has_run) = mpsc::channel();
    let (open_gate, gate) = mpsc::channel::<()>();
    let cut = tokio::spawn({
        let store = store.clone();
        async move {
            store
                .write(move |tx| {
                    insert(tx, "cut")?;
                    ran.send(()).unwrap();
                    gate.recv().unwrap();
                    Ok::<_, StoreError>(())
                })
                .await
        }
    });
    tokio::task::spawn_blocking(move || has_run.recv().unwrap()).await.unwrap();
    place.cut("state = 'idle in transaction'");
    open_gate.send(()).unwrap();
    let cut = cut.await.unwrap();
    assert!(matches!(&cut, Err(StoreError::Engine(text)) if text.contains("lost")), "{cut:?}");
    assert_eq!(add(&store, "next").await, Ok(1));
    assert_eq!(accounts(&store).await, ["next"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_unit_that_ignores_the_cut_is_not_acknowledged_either() {
    let place = Arc::new(Fresh::new());
    let store = open(&*place).await;
    let cutting = Arc::clone(&place);
    let stubborn = store
        .write(move |tx| {
            insert(tx, "cut")?;
            cutting.cut("state = 'idle in transaction'");
            assert!(insert(tx, "more").is_err());
            assert!(insert(tx, "and more").is_err());
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(stubborn, Err(StoreError::Engine(_))), "{stubborn:?}");
    assert!(accounts(&store).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_connection_cut_in_a_commit_that_was_not_kept_runs_the_unit_again() {
    let place = Fresh::new();
    let store = try_open(&place, &SLOW_COMMIT, Mode::Test).await.unwrap();
    add(&store, "a").await.unwrap();
    let writing = store.clone();
    let unit =
        tokio::spawn(async move { writing.write(|tx| tx.execute("UPDATE accounts SET balance = 7", params![])).await });
    let in_commit = "query = 'COMMIT' AND state = 'active'";
    while place.0.sql(&format!("SELECT 1 FROM pg_stat_activity WHERE {in_commit}")).unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    place.cut(in_commit);
    let kept: Result<u64, StoreError> = unit.await.unwrap();
    assert_eq!(kept, Ok(1));
    assert_eq!(place.0.sql("SELECT balance FROM merchant.accounts").unwrap(), "7");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn connections_cut_while_idle_are_replaced_unnoticed() {
    let place = Fresh::new();
    let store = open(&place).await;
    for number in 0..20 {
        add(&store, format!("{number:02}")).await.unwrap();
        accounts(&store).await;
    }
    place.cut("state = 'idle'");
    for number in 20..40 {
        assert_eq!(add(&store, format!("{number:02}")).await, Ok(1));
        assert_eq!(accounts(&store).await.len(), number + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_swallowed_error_is_not_acknowledged() {
    let place = Fresh::new();
    let store = open(&place).await;
    // PostgreSQL has undone the whole transaction by then, and answers its COMMIT without an error.
    let result = store
        .write(|tx| {
            insert(tx, "a")?;
            assert!(insert(tx, "a").is_err());
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(&result, Err(StoreError::Constraint(text)) if text.contains("accounts_pkey")), "{result:?}");
    assert!(accounts(&store).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn an_error_quotes_no_value() {
    let place = Fresh::new();
    let store = open(&place).await;
    add(&store, "4242424242424242").await.unwrap();
    let twice = add(&store, "4242424242424242").await.unwrap_err();
    let mismatch = store.write(|tx| insert_balance(tx, "4242")).await.unwrap_err();
    for error in [twice, mismatch] {
        assert!(!format!("{error} {error:?}").contains("4242"), "{error}");
    }
}

fn insert_balance(tx: &mut florin_store::Tx<'_>, balance: &str) -> Result<u64, StoreError> {
    tx.execute("INSERT INTO accounts (id, balance, version) VALUES ('b', $1, 1)", params![balance])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_constraint_that_fails_in_the_commit_fails_its_unit() {
    let place = Fresh::new();
    let store = try_open(&place, &SLOW_COMMIT, Mode::Test).await.unwrap();
    let late = store.write(|tx| tx.execute("INSERT INTO late (id) VALUES ('nobody')", params![])).await;
    assert!(matches!(late, Err(StoreError::Constraint(_))), "{late:?}");
    assert_eq!(add(&store, "a").await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn of_two_units_that_block_each_other_both_are_kept() {
    let place = Fresh::new();
    let store = open(&place).await;
    for id in ["a", "b"] {
        add(&store, id).await.unwrap();
    }
    let runs = Arc::new(AtomicU32::new(0));
    let crossing = |first: &'static str, second: &'static str, meet: Arc<std::sync::Barrier>| {
        let (store, runs) = (store.clone(), Arc::clone(&runs));
        let met = AtomicBool::new(false);
        async move {
            store
                .write(move |tx| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    let deposit = "UPDATE accounts SET balance = balance + 1 WHERE id = $1";
                    tx.execute(deposit, params![first])?;
                    // Only the first time: the second run must find its way alone.
                    if !met.swap(true, Ordering::SeqCst) {
                        meet.wait();
                    }
                    tx.execute(deposit, params![second])
                })
                .await
        }
    };
    let meet = Arc::new(std::sync::Barrier::new(2));
    let both = tokio::join!(crossing("a", "b", Arc::clone(&meet)), crossing("b", "a", meet));
    assert_eq!(both, (Ok::<_, StoreError>(1), Ok::<_, StoreError>(1)));
    assert!(runs.load(Ordering::SeqCst) > 2, "they did not block each other");
    assert_eq!(place.0.sql("SELECT SUM(balance) FROM merchant.accounts").unwrap(), "4");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn the_old_program_goes_on_while_the_new_one_migrates() {
    let place = Fresh::new();
    let old = open(&place).await;
    add(&old, "a").await.unwrap();
    let count = || old.read(|tx| Ok::<_, StoreError>(tx.all("SELECT * FROM accounts", params![])?.len()));
    // On all reading connections, so that each has prepared it.
    for _ in 0..20 {
        assert_eq!(count().await, Ok(1));
    }
    let new = try_open(&place, &GROWN, Mode::Test).await.unwrap();
    for _ in 0..20 {
        assert_eq!(count().await, Ok(1));
    }
    assert_eq!(add(&old, "b").await, Ok(1));
    assert_eq!(accounts(&new).await, ["a", "b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_claim_skips_what_another_process_is_claiming() {
    let place = Fresh::new();
    let (one, other) = (open(&place).await, open(&place).await);
    let at = Timestamp::from_millis(1000);
    one.write(move |tx| {
        (0..4).try_for_each(|number| {
            let new = NewDelivery {
                id: EventId::new(at, [number; 16]),
                kind: "order.paid".to_owned(),
                payload: String::new(),
                context: String::new(),
                due_at: at,
            };
            enqueue(tx, &new)
        })
    })
    .await
    .unwrap_or_else(|error: StoreError| panic!("{error}"));
    let claim_two = move |tx: &mut florin_store::Tx<'_>| -> Result<Vec<_>, StoreError> {
        let claimed = claim(tx, at, Duration::from_secs(60), 2)?;
        Ok(claimed.into_iter().map(|delivery| delivery.id).collect())
    };
    let (claimed, has_claimed) = mpsc::channel();
    let (open_gate, gate) = mpsc::channel::<()>();
    let first = tokio::spawn(async move {
        one.write(move |tx| {
            let ids = claim_two(tx)?;
            claimed.send(()).unwrap();
            gate.recv().unwrap();
            Ok::<_, StoreError>(ids)
        })
        .await
    });
    tokio::task::spawn_blocking(move || has_claimed.recv().unwrap()).await.unwrap();
    // The first has not committed; who had to wait for it would wait for the gate.
    let second = tokio::time::timeout(Duration::from_secs(4), other.write(claim_two)).await.unwrap().unwrap();
    open_gate.send(()).unwrap();
    let mut all = [first.await.unwrap().unwrap(), second].concat();
    all.sort();
    assert_eq!(all, (0..4).map(|number| EventId::new(at, [number; 16])).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn two_roles_share_a_database_each_in_its_own_schema() {
    let place = Fresh::new();
    let merchant = open(&place).await;
    let gateway = try_open(&place, &GATEWAY, Mode::Test).await.unwrap();
    add(&merchant, "a").await.unwrap();
    gateway
        .write(|tx| tx.execute("INSERT INTO cards (id) VALUES ('token_1')", params![]))
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    let count = "SELECT (SELECT COUNT(*) FROM merchant.accounts) || ' ' || (SELECT COUNT(*) FROM gateway.cards)";
    assert_eq!(place.0.sql(count).unwrap(), "1 1");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_schema_of_another_program_is_refused_and_not_changed() {
    let place = Fresh::new();
    place.0.sql("CREATE SCHEMA merchant; CREATE TABLE merchant.photos (id BIGINT)").unwrap();
    let refused = Store::open(&place.target(), &MERCHANT, Mode::Test).await.err().unwrap();
    assert!(matches!(refused, OpenError::NotOurs { .. }), "{refused}");
    let tables = "SELECT string_agg(relname, ',') FROM pg_class WHERE relnamespace = 'merchant'::regnamespace";
    assert_eq!(place.0.sql(tables).unwrap(), "photos");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_database_told_to_forget_is_told_otherwise() {
    let place = Fresh::new();
    let forget =
        "DO 'BEGIN EXECUTE ''ALTER DATABASE '' || current_database() || '' SET synchronous_commit = off''; END'";
    place.0.sql(forget).unwrap();
    assert_eq!(place.0.sql("SHOW synchronous_commit").unwrap(), "off");
    let store = open(&place).await;
    let ours = store
        .write(|tx| {
            tx.first("SELECT current_setting('synchronous_commit') AS here", params![])?
                .expect("one row")
                .get::<String>("here")
        })
        .await;
    assert_eq!(ours, Ok::<_, StoreError>("on".to_owned()));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_database_of_another_encoding_is_refused() {
    let place = Fresh(Database::made("ENCODING 'SQL_ASCII' TEMPLATE template0").unwrap());
    let refused = Store::open(&place.target(), &MERCHANT, Mode::Test).await.err().unwrap();
    assert!(refused.to_string().contains("its encoding is SQL_ASCII and must be UTF8"), "{refused}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let target = Target::parse("postgres://u:hunter2@127.0.0.1:1/shop").unwrap();
    let refused = Store::open(&target, &MERCHANT, Mode::Test).await.err().unwrap();
    let text = format!("{refused} {refused:?}");
    assert!(text.contains("shop at 127.0.0.1 port 1") && !text.contains("hunter2"), "{text}");
}
