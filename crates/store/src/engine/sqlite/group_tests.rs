//! What callers that share a commit hear: when it succeeds, and when the disk is full, the file is
//! locked or the commit is refused.

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::task::Poll;
use std::time::Duration;

use florin_domain::mode::Mode;
use tempfile::TempDir;

use super::Tuning;
use crate::engine::Engine;
use crate::error::StoreError;
use crate::params;
use crate::schema::{Migration, Schema};
use crate::tx::Tx;
use crate::unit;

static SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[Migration {
        version: 1,
        name: "notes",
        sql: "
            CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT);
            CREATE TABLE late (id TEXT REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED);
        ",
    }],
};

/// More than fits into `SMALL` pages of 4096 bytes.
const LARGE: usize = 400_000;
const SMALL: u32 = 60;

/// Takes whatever waits into a group, however slow the machine.
const PATIENT: Tuning = Tuning {
    group_units: 64,
    group_time: Duration::from_secs(600),
    queue: 1024,
    readers: 1,
    busy: Duration::from_secs(5),
    max_pages: None,
};

struct File {
    _folder: TempDir,
    path: PathBuf,
    engine: Engine,
}

async fn file(tuning: Tuning) -> File {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("florin.db");
    let engine = super::open(&path, &SCHEMA, Mode::Test, tuning).await.unwrap();
    File { _folder: folder, path, engine }
}

impl File {
    async fn write<T: Send + 'static>(
        &self,
        run: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (work, answer) = unit::wrap(run);
        self.engine.write(work).await?;
        answer.await.unwrap()
    }

    /// Keeps the writer in a unit until the sender is used, so that what follows shares a group.
    async fn hold(&self) -> mpsc::Sender<()> {
        let (open_gate, gate) = mpsc::channel();
        let (running, is_running) = mpsc::channel();
        let (work, _) = unit::wrap(move |_| {
            running.send(()).unwrap();
            gate.recv().unwrap();
            Ok::<_, StoreError>(())
        });
        self.engine.write(work).await.unwrap();
        tokio::task::spawn_blocking(move || is_running.recv().unwrap()).await.unwrap();
        open_gate
    }

    /// What a stranger's connection finds.
    fn notes(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        let mut statement = connection.prepare("SELECT id FROM notes ORDER BY id").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }
}

fn note(tx: &mut Tx<'_>, id: &str, length: usize) -> Result<u64, StoreError> {
    tx.execute("INSERT INTO notes (id, text) VALUES ($1, $2)", params![id, "x".repeat(length)])
}

fn counted(id: &'static str) -> (Arc<AtomicU32>, impl Fn(&mut Tx<'_>) -> Result<u64, StoreError> + Send + 'static) {
    let runs = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&runs);
    (runs, move |tx: &mut Tx<'_>| {
        count.fetch_add(1, Ordering::SeqCst);
        note(tx, id, 10)
    })
}

/// Polls once: the unit is queued, and its caller is not answered.
async fn queue<F: Future>(write: F) -> Pin<Box<F>> {
    let mut write = Box::pin(write);
    assert!(poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_pending())).await);
    write
}

/// Commits in a write-ahead log: frames whose header gives the database size after the commit.
/// Source: the SQLite file format, section 4.1.
fn commits(database: &Path) -> usize {
    let log = std::fs::read(database.with_extension("db-wal")).unwrap_or_default();
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
    let Some((header, frames)) = log.split_at_checked(32) else { return 0 };
    let page_size = number(&header[8..12]) as usize;
    frames.chunks_exact(24 + page_size).filter(|frame| number(&frame[4..8]) != 0).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_wait_share_a_commit_up_to_the_limit() {
    let file = file(PATIENT).await;
    let open_gate = file.hold().await;
    let mut callers = Vec::new();
    for number in 0..100 {
        callers.push(queue(file.write(move |tx| note(tx, &number.to_string(), 1))).await);
    }
    let before = commits(&file.path);
    open_gate.send(()).unwrap();
    for caller in callers {
        assert_eq!(caller.await, Ok(1));
    }
    // The held unit and 63 more, then the other 37.
    assert_eq!(commits(&file.path) - before, 2);
    assert_eq!(file.notes().len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_has_lasted_long_enough_takes_no_more() {
    let file = file(Tuning { group_time: Duration::ZERO, ..PATIENT }).await;
    let before = commits(&file.path);
    let open_gate = file.hold().await;
    let first = queue(file.write(|tx| note(tx, "first", 1))).await;
    let second = queue(file.write(|tx| note(tx, "second", 1))).await;
    open_gate.send(()).unwrap();
    assert_eq!(tokio::join!(first, second), (Ok(1), Ok(1)));
    assert_eq!(commits(&file.path) - before, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_ran_first_is_not_answered_while_a_neighbour_still_runs() {
    let file = file(PATIENT).await;
    let open_gate = file.hold().await;
    let (ran, has_run) = mpsc::channel();
    let (open_second_gate, second_gate) = mpsc::channel::<()>();
    let first = queue(file.write(|tx| note(tx, "first", 1))).await;
    let refused = queue(file.write(|tx| note(tx, "first", 1))).await;
    let last = queue(file.write(move |_| {
        ran.send(()).unwrap();
        second_gate.recv().unwrap();
        Ok(())
    }))
    .await;
    open_gate.send(()).unwrap();
    tokio::task::spawn_blocking(move || has_run.recv().unwrap()).await.unwrap();
    assert!(file.notes().is_empty());
    // Not even the refusal: its reason is a row that is not committed yet.
    let (first, refused) = (queue(first).await, queue(refused).await);
    open_second_gate.send(()).unwrap();
    let (first, refused, last) = tokio::join!(first, refused, last);
    assert_eq!((first, last), (Ok(1), Ok(())));
    assert!(matches!(refused, Err(StoreError::Constraint(_))), "{refused:?}");
    assert_eq!(file.notes(), ["first"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_in_mid_group_fails_one_unit_and_the_others_run_again() {
    let file = file(Tuning { max_pages: Some(SMALL), ..PATIENT }).await;
    let open_gate = file.hold().await;
    let ((runs, before), (_, after)) = (counted("before"), counted("after"));
    let (before, full, after, ()) = tokio::join!(biased;
    file.write(before), file.write(|tx| note(tx, "large", LARGE)), file.write(after), async {
        open_gate.send(()).unwrap();
    });
    assert_eq!((before, full, after), (Ok(1), Err(StoreError::Full), Ok(1)));
    // The engine undid the whole group, so the first ran twice: the test met what it is about.
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(file.notes(), ["after", "before"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_ignores_the_full_disk_is_not_acknowledged_and_writes_nothing_more() {
    let file = file(Tuning { max_pages: Some(SMALL), ..PATIENT }).await;
    let stubborn = file
        .write(|tx| {
            assert_eq!(note(tx, "large", LARGE), Err(StoreError::Full));
            assert_eq!(note(tx, "sneaked", 1), Err(StoreError::Full));
            Ok(())
        })
        .await;
    assert_eq!(stubborn, Err(StoreError::Full));
    assert!(file.notes().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_goes_on_once_there_is_space() {
    let file = file(Tuning { max_pages: Some(SMALL), ..PATIENT }).await;
    file.write(|tx| note(tx, "half", LARGE / 3)).await.unwrap();
    assert_eq!(file.write(|tx| note(tx, "other half", LARGE / 3)).await, Err(StoreError::Full));
    assert_eq!(file.notes(), ["half"]);
    file.write(|tx| tx.execute("DELETE FROM notes", params![])).await.unwrap();
    assert_eq!(file.write(|tx| note(tx, "other half", LARGE / 3)).await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_commit_fails_its_cause_and_keeps_the_neighbours() {
    let file = file(PATIENT).await;
    let open_gate = file.hold().await;
    let ((runs, before), (_, after)) = (counted("before"), counted("after"));
    let deferred = file.write(|tx| tx.execute("INSERT INTO late (id) VALUES ('nobody')", params![]));
    let (before, deferred, after, ()) = tokio::join!(biased; file.write(before), deferred, file.write(after), async {
        open_gate.send(()).unwrap();
    });
    assert!(matches!(deferred, Err(StoreError::Constraint(_))), "{deferred:?}");
    assert_eq!((before, after), (Ok(1), Ok(1)));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(file.notes(), ["after", "before"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_locked_by_another_process_refuses_and_then_recovers() {
    let file = file(Tuning { busy: Duration::from_millis(50), ..PATIENT }).await;
    let other = rusqlite::Connection::open(&file.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (runs, unit) = counted("a");
    let refused = file.write(unit).await;
    assert!(matches!(&refused, Err(StoreError::Engine(text)) if text.contains("locked")), "{refused:?}");
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(file.write(|tx| note(tx, "b", 1)).await, Ok(1));
    assert_eq!(file.notes(), ["b"]);
}
