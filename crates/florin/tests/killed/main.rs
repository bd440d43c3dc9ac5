//! Two merchant servers on one database, one of them killed again and again in mid-load. Afterwards
//! orders, payments, ledger and events are compared by SQL from outside.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "../../../../tests/flow/audit.rs"]
mod audit;
mod balancer;
mod gateway;
mod servers;
mod shop;
mod shopper;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use florin_store::{Randomness, Target};
use florin_test_postgres::Database;
use futures_util::StreamExt;
use tempfile::TempDir;

use audit::Books;
use balancer::Balancer;
use servers::Servers;
use shop::Shop;
use shopper::Shopper;

/// How many orders are paid meanwhile, at least; many with `FLORIN_ORDERS=2000`.
fn orders() -> usize {
    std::env::var("FLORIN_ORDERS").ok().and_then(|text| text.parse().ok()).unwrap_or(30)
}

/// On a fast machine the orders go on until so many kills were seen; on a slow one no more come than servers start.
const KILLS: std::ops::Range<usize> = 4..16;

/// A crashed claim is looked at again after its lease: this is several of them.
const PATIENCE: Duration = Duration::from_secs(180);

/// Where one run keeps its data.
enum Place {
    Sqlite(TempDir),
    Postgres(Database),
}

impl Place {
    fn target(&self, role: &str) -> String {
        match self {
            Self::Sqlite(folder) => folder.path().join(format!("{role}.sqlite")).to_string_lossy().into_owned(),
            Self::Postgres(database) => database.url(),
        }
    }

    fn books(&self) -> Books<'_> {
        match self {
            Self::Postgres(database) => Books::Postgres(database),
            Self::Sqlite(folder) => Books::Sqlite {
                merchant: folder.path().join("merchant.sqlite"),
                gateway: folder.path().join("gateway.sqlite"),
            },
        }
    }
}

async fn killed_in_mid_load(place: Place, collect: &'static str) {
    let balancer = Balancer::start().await;
    let shop = Shop::start().await;
    let gateway = gateway::start(Target::parse(&place.target("gateway")).unwrap(), &balancer.url).await;
    let mut servers = Servers::start(&place.target("merchant"), collect, &gateway, &balancer, &shop.url);
    let shopper = Arc::new(Shopper::new(&balancer.url, &gateway, collect));
    let kills = Arc::new(AtomicUsize::new(0));
    let load = tokio::spawn({
        let shopper = Arc::clone(&shopper);
        let kills = Arc::clone(&kills);
        let one = move |number| {
            let shopper = Arc::clone(&shopper);
            async move { shopper.buy(number).await }
        };
        let numbers = (0..).take_while(move |number| *number < orders() || kills.load(Ordering::Relaxed) < KILLS.start);
        futures_util::stream::iter(numbers).for_each_concurrent(8, one)
    });
    let dice = Randomness::system();
    while !load.is_finished() && kills.load(Ordering::Relaxed) < KILLS.end {
        let [pause] = dice.bytes::<1>();
        tokio::time::sleep(Duration::from_millis(150 + 2 * u64::from(pause))).await;
        servers.kill_and_restart(kills.fetch_add(1, Ordering::Relaxed) % 2);
    }
    load.await.unwrap();
    let kills = kills.load(Ordering::Relaxed);
    at_rest(&place.books()).await;
    let books = place.books();
    let found = books.disagreements();
    assert!(found.is_empty(), "after {kills} kills: {found:#?}");
    let paid = books.column("SELECT id FROM merchant.orders WHERE paid_at IS NOT NULL").len();
    assert!(paid > orders() / 2 && kills >= KILLS.start, "{paid} paid, {kills} kills: no test");
    shop.heard_of(paid).await;
    eprintln!("{collect}: {paid} orders paid, {kills} kills, books agree");
}

/// Waits until nothing is under way any more.
async fn at_rest(books: &Books<'_>) {
    let moving = "SELECT id FROM merchant.operations WHERE wake_at IS NOT NULL
         UNION ALL SELECT id FROM merchant.attempts WHERE holds = 1 AND state <> 'open'
         UNION ALL SELECT event_id FROM merchant.inbox WHERE wake_at IS NOT NULL
         UNION ALL SELECT id FROM merchant.outbox WHERE state = 'waiting'";
    let waiting = async {
        while !books.column(moving).is_empty() {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    };
    let rested = tokio::time::timeout(PATIENCE, waiting).await;
    assert!(rested.is_ok(), "still under way: {:?}", books.column(moving));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_by_token() {
    killed_in_mid_load(Place::Sqlite(tempfile::tempdir().unwrap()), "token").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_by_confirm() {
    killed_in_mid_load(Place::Sqlite(tempfile::tempdir().unwrap()), "confirm").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn on_postgres_by_token() {
    killed_in_mid_load(Place::Postgres(Database::fresh().unwrap()), "token").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn on_postgres_by_confirm() {
    killed_in_mid_load(Place::Postgres(Database::fresh().unwrap()), "confirm").await;
}
