//! The promises every engine keeps, as functions over a [`Place`]. A second engine implements
//! `Place` and names itself in one more `conformance!`.

pub(crate) mod durability;
pub(crate) mod groups;
pub(crate) mod outbox;
pub(crate) mod rows;
pub(crate) mod stamp;
pub(crate) mod swaps;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;

use florin_domain::mode::Mode;
use florin_store::{Migration, OpenError, Row, Schema, Store, StoreError, Target, params};
use tokio::task::JoinHandle;

/// An empty database somewhere, for one test.
pub(crate) trait Place {
    fn new() -> Self;
    fn target(&self) -> Target;
}

pub(crate) const SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[Migration {
        version: 1,
        name: "accounts",
        sql: "
            CREATE TABLE accounts (
                id TEXT PRIMARY KEY,
                balance BIGINT NOT NULL CHECK (balance >= 0),
                version BIGINT NOT NULL
            );
            CREATE TABLE notes (account TEXT NOT NULL REFERENCES accounts (id), text TEXT);
        ",
    }],
};

static KEPT: Schema = SCHEMA;

pub(crate) async fn open(place: &impl Place) -> Store {
    try_open(place, &KEPT, Mode::Test).await.expect("an empty or our own database opens")
}

pub(crate) async fn try_open(place: &impl Place, schema: &'static Schema, mode: Mode) -> Result<Store, OpenError> {
    Store::open(&place.target(), schema, mode).await
}

pub(crate) async fn add(store: &Store, id: impl Into<String>) -> Result<u64, StoreError> {
    let id = id.into();
    store.write(move |tx| insert(tx, &id)).await
}

pub(crate) fn insert(tx: &mut florin_store::Tx<'_>, id: &str) -> Result<u64, StoreError> {
    tx.execute("INSERT INTO accounts (id, balance, version) VALUES ($1, 0, 1)", params![id])
}

pub(crate) async fn accounts(store: &Store) -> Vec<String> {
    let read = |row: &Row| row.get("id");
    store
        .read(move |tx| tx.all("SELECT id FROM accounts ORDER BY id", params![])?.iter().map(read).collect())
        .await
        .map_err(|error: StoreError| error)
        .unwrap()
}

/// Keeps the writer busy until the gate is opened, so that what is queued meanwhile shares a group.
pub(crate) async fn hold(store: &Store) -> (mpsc::Sender<()>, JoinHandle<Result<(), StoreError>>) {
    let (open_gate, gate) = mpsc::channel::<()>();
    let (running, is_running) = mpsc::channel();
    let store = store.clone();
    let held = tokio::spawn(async move {
        store
            .write(move |_| {
                running.send(()).expect("the test waits");
                gate.recv().expect("the test opens the gate");
                Ok(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || is_running.recv().unwrap()).await.unwrap();
    (open_gate, held)
}

/// Polls once: the unit is queued, and its caller is not answered.
pub(crate) async fn queue<F: Future>(write: F) -> Pin<Box<F>> {
    let mut write = Box::pin(write);
    assert!(poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_pending())).await);
    write
}

macro_rules! conformance {
    ($place:ty: $($module:ident { $($promise:ident)* })*) => {$(
        mod $module {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $promise() {
                    $crate::conformance::$module::$promise(<$place as $crate::conformance::Place>::new()).await;
                }
            )*
        }
    )*};
}
pub(crate) use conformance;
