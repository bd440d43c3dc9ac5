//! The pair of units of one payment, claimed and settled, by 64 callers: in group commit and one by
//! one, on each engine, in one run. Prints ratios; what is kept is counted by a stranger afterwards.

#![expect(clippy::print_stdout, reason = "a benchmark speaks on standard output")]
#![expect(clippy::unwrap_used, reason = "a benchmark that meets an error has no result")]

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use florin_domain::ids::{AttemptId, OrderId};
use florin_domain::mode::Mode;
use florin_store::{Clock, Limits, Migration, Randomness, Schema, Store, StoreError, Target, Tx, params};
use florin_test_postgres::Database;
use tokio::time::Instant;

const CALLERS: u64 = 64;

/// Long enough for some checkpoints, short enough to wait for.
const SPAN: Duration = Duration::from_secs(5);

static SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[Migration {
        version: 1,
        name: "orders",
        sql: "
            CREATE TABLE orders (
                id TEXT PRIMARY KEY, status TEXT NOT NULL, captured BIGINT NOT NULL, version BIGINT NOT NULL
            );
            CREATE TABLE attempts (
                id TEXT PRIMARY KEY, order_id TEXT NOT NULL REFERENCES orders (id), state TEXT NOT NULL,
                version BIGINT NOT NULL
            );
        ",
    }],
};

/// One payment: its order, and its attempt.
#[derive(Clone)]
struct Payment {
    order: OrderId,
    attempt: AttemptId,
}

fn claim(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attempts (id, order_id, state, version) VALUES ($1, $2, 'submitting', 1)",
        params![&payment.attempt, &payment.order],
    )?;
    tx.swap(
        "UPDATE orders SET status = 'processing', version = 2 WHERE id = $1 AND version = 1",
        params![&payment.order],
    )
}

fn settle(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), StoreError> {
    tx.swap(
        "UPDATE attempts SET state = 'succeeded', version = 2 WHERE id = $1 AND version = 1",
        params![&payment.attempt],
    )?;
    tx.swap(
        "UPDATE orders SET status = 'paid', captured = $2, version = 3 WHERE id = $1 AND version = 2",
        params![&payment.order, 4200],
    )
}

/// Orders made before the clock starts, so that only payments are measured.
async fn orders(store: &Store, count: u64) -> Vec<Payment> {
    let (clock, randomness) = (Clock::system(), Randomness::system());
    let new = |_| Payment {
        order: OrderId::new(clock.now(), randomness.bytes()),
        attempt: AttemptId::new(clock.now(), randomness.bytes()),
    };
    let payments: Vec<Payment> = (0..count).map(new).collect();
    for some in payments.chunks(1000) {
        let some = some.to_vec();
        let made = store.write(move |tx| {
            some.iter().try_for_each(|payment| {
                let order = params![&payment.order];
                tx.execute("INSERT INTO orders (id, status, captured, version) VALUES ($1, 'open', 0, 1)", order)
                    .map(drop)
            })
        });
        made.await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }
    payments
}

/// Pays until the time is over; answers the payments acknowledged in that time, a second.
async fn pay(store: &Store, stock: u64) -> (u64, u64) {
    let payments = Arc::new(orders(store, stock).await);
    let next = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (store, payments, next) = (store.clone(), Arc::clone(&payments), Arc::clone(&next));
            tokio::spawn(async move {
                let mut done = 0;
                while began.elapsed() < SPAN {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(payment) = payments.get(usize::try_from(number).unwrap()) else { break };
                    let (first, second) = (payment.clone(), payment.clone());
                    store.write(move |tx| claim(tx, &first)).await?;
                    store.write(move |tx| settle(tx, &second)).await?;
                    done += 1;
                }
                Ok::<u64, StoreError>(done)
            })
        })
        .collect();
    let mut done = 0;
    for caller in callers {
        done += caller.await.unwrap().unwrap();
    }
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap().max(1);
    (done, done * 1000 / millis)
}

fn limits(units_a_commit: usize, connections: usize) -> Limits {
    let number = |number| NonZeroUsize::new(number).unwrap();
    Limits { units_a_commit: number(units_a_commit), connections: number(connections) }
}

async fn sqlite(limits: Limits) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.db");
    let store = Store::open_with(&Target::Sqlite(path.clone()), &SCHEMA, Mode::Test, limits).await.unwrap();
    // Of the connection that writes: no file remembers it.
    let row = store.write(|tx| tx.first("SELECT synchronous FROM pragma_synchronous", params![])).await;
    let synchronous: i64 =
        row.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap().get("synchronous").unwrap();
    let (done, rate) = pay(&store, 200_000).await;
    store.close().await;
    let file = rusqlite::Connection::open(&path).unwrap();
    let journal: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    let paid: u64 = file.query_row(PAID, [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs();
    assert_eq!(paid, done, "acknowledged and kept differ");
    println!("  {rate:>7} payments/s; {paid} rows paid of {done} acknowledged; synchronous {synchronous}, {journal}");
    rate
}

const PAID: &str = "SELECT COUNT(*) FROM orders JOIN attempts ON attempts.order_id = orders.id
    WHERE status = 'paid' AND state = 'succeeded'";

async fn postgres(limits: Limits) -> u64 {
    let database = Database::fresh().unwrap();
    let target = Target::parse(&database.url()).unwrap();
    let store = Store::open_with(&target, &SCHEMA, Mode::Test, limits).await.unwrap();
    let row = store
        .write(|tx| {
            tx.first("SELECT current_setting('synchronous_commit') || ', fsync ' || current_setting('fsync') AS s", &[])
        })
        .await;
    let settings: String = row.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap().get("s").unwrap();
    let (done, rate) = pay(&store, 100_000).await;
    store.close().await;
    let paid = database.sql(&format!("SET search_path TO merchant; {PAID}")).unwrap();
    assert_eq!(paid, done.to_string(), "acknowledged and kept differ");
    println!("  {rate:>7} payments/s; {paid} rows paid of {done} acknowledged; synchronous_commit {settings}");
    rate
}

fn ratio(together: u64, alone: u64) {
    let tenths = together * 10 / alone.max(1);
    println!("  ratio {}.{}", tenths / 10, tenths % 10);
}

#[tokio::main]
async fn main() {
    println!("{CALLERS} callers, {} s each; a payment is two units of two statements", SPAN.as_secs());
    println!("SQLite, up to 64 units a commit");
    let together = sqlite(limits(64, 1)).await;
    println!("SQLite, one unit a commit");
    ratio(together, sqlite(limits(1, 1)).await);
    if let Ok(reason) = std::env::var("FLORIN_BENCH_NO_POSTGRES") {
        println!("SKIPPED PostgreSQL: {reason}");
        return;
    }
    println!("PostgreSQL, 16 connections, whose commits meet");
    let together = postgres(limits(64, 16)).await;
    println!("PostgreSQL, one connection, so one unit a commit");
    ratio(together, postgres(limits(64, 1)).await);
}
