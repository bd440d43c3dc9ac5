//! PostgreSQL: the connection breaks in a commit, and the server is asked what became of it.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::thread;

use florin_store::{Store, StoreError, Target, params};
use florin_test_postgres::{Database, Server};

use crate::conformance::{Place, add, open};

/// What the wire does at the next COMMIT.
const CARRY: u8 = 0;
const CUT_BEFORE: u8 = 1;
const CUT_AFTER: u8 = 2;
const CUT_FOR_GOOD: u8 = 3;

/// A wire to the server that can be cut to the byte.
struct Wire {
    database: Database,
    folder: tempfile::TempDir,
    mood: Arc<AtomicU8>,
}

impl Place for Wire {
    fn new() -> Self {
        let database = Database::fresh().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let mood = Arc::new(AtomicU8::new(CARRY));
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (real, own) = (folder_of(&database).join(SOCKET), Arc::clone(&mood));
        thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                if own.load(Ordering::SeqCst) == CUT_FOR_GOOD + 1 {
                    continue;
                }
                carry(client, UnixStream::connect(&real).unwrap(), Arc::clone(&own));
            }
        });
        Self { database, folder, mood }
    }

    fn target(&self) -> Target {
        let url = self.database.url();
        let name = url.rsplit('/').next().unwrap();
        Target::parse(&Server::url(self.folder.path(), name)).unwrap()
    }
}

const SOCKET: &str = ".s.PGSQL.5432";

/// The folder of the real server's socket, out of an address.
fn folder_of(database: &Database) -> PathBuf {
    let url = database.url();
    let folder = url.split('@').nth(1).unwrap().rsplit_once('/').unwrap().0.replace("%2F", "/").replace("%25", "%");
    Path::new(&folder).to_owned()
}

/// Carries both ways, until a COMMIT meets the wire's mood.
fn carry(client: UnixStream, server: UnixStream, mood: Arc<AtomicU8>) {
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    let own = Arc::clone(&mood);
    thread::spawn(move || {
        let mut bytes = [0; 64 * 1024];
        while let Ok(count @ 1..) = from_client.read(&mut bytes) {
            let commit = place_of(&bytes[..count], b"COMMIT\0");
            if let Some(place) = commit
                && own.compare_exchange(CUT_BEFORE, CARRY, Ordering::SeqCst, Ordering::SeqCst).is_ok()
            {
                // What stands before the COMMIT, its own header of five bytes left out, still arrives.
                let _ = to_server.write_all(&bytes[..place - 5]);
                // It answers that, and then finds that nobody is there any more.
                let _ = to_server.shutdown(Shutdown::Write);
                return;
            }
            if to_server.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to_server.shutdown(Shutdown::Both);
        let _ = from_client.shutdown(Shutdown::Both);
    });
    thread::spawn(move || {
        let mut bytes = [0; 64 * 1024];
        while let Ok(count @ 1..) = from_server.read(&mut bytes) {
            let done = place_of(&bytes[..count], b"COMMIT\0");
            if let Some(place) = done
                && [CUT_AFTER, CUT_FOR_GOOD].contains(&mood.load(Ordering::SeqCst))
            {
                let for_good = mood.load(Ordering::SeqCst) == CUT_FOR_GOOD;
                mood.store(if for_good { CUT_FOR_GOOD + 1 } else { CARRY }, Ordering::SeqCst);
                // It is committed; that it is, the client never hears.
                let _ = to_client.write_all(&bytes[..place - 5]);
                break;
            }
            if to_client.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
        let _ = from_server.shutdown(Shutdown::Both);
    });
}

fn place_of(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|found| found == word)
}

/// Adds one to an account over a wire of this mood; what its caller heard, and how often it ran.
async fn deposit(wire: &Wire, mood: u8) -> (Result<u64, StoreError>, u32) {
    let store: Store = open(wire).await;
    add(&store, "a").await.unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    wire.mood.store(mood, Ordering::SeqCst);
    let heard = store
        .write(move |tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            tx.execute("UPDATE accounts SET balance = balance + 1 WHERE id = $1", params!["a"])
        })
        .await;
    (heard, runs.load(Ordering::SeqCst))
}

fn balance(wire: &Wire) -> String {
    wire.database.sql("SELECT balance FROM merchant.accounts").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_commit_whose_answer_was_lost_is_acknowledged_and_not_run_again() {
    let wire = Wire::new();
    assert_eq!(deposit(&wire, CUT_AFTER).await, (Ok(1), 1));
    assert_eq!(balance(&wire), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_commit_that_never_arrived_is_run_again() {
    let wire = Wire::new();
    assert_eq!(deposit(&wire, CUT_BEFORE).await, (Ok(1), 2));
    assert_eq!(balance(&wire), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_commit_that_nobody_can_be_asked_about_is_told_as_unknown() {
    let wire = Wire::new();
    let (heard, runs) = deposit(&wire, CUT_FOR_GOOD).await;
    assert!(matches!(&heard, Err(StoreError::Engine(text)) if text.contains("not known")), "{heard:?}");
    assert_eq!((runs, balance(&wire).as_str()), (1, "1"), "it was kept, and not run again");
}
