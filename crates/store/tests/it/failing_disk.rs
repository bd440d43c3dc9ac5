//! A disk that fails in COMMIT ends the process, and what was acknowledged is there afterwards.
//!
//! The failure is real: the process may write files up to a limit, after which the system refuses
//! the log's next bytes.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use florin_store::{Store, Target};
use tempfile::TempDir;

use crate::conformance::{Place, accounts, add, open};

const NAME: &str = "failing_disk::a_disk_that_fails_in_a_commit_ends_the_process_and_loses_nothing_acknowledged";

/// Tells the child which folder to write to; its absence makes the parent.
const FOLDER: &str = "FLORIN_STORE_FAILING_DISK";

const SIGABRT: i32 = 6;

struct Folder(std::path::PathBuf);

impl Place for Folder {
    fn new() -> Self {
        unreachable!("the parent makes the folder")
    }

    fn target(&self) -> Target {
        Target::Sqlite(self.0.join("florin.db"))
    }
}

#[tokio::test]
async fn a_disk_that_fails_in_a_commit_ends_the_process_and_loses_nothing_acknowledged() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return write_until_the_disk_fails(&open(&Folder(folder.into())).await).await;
    }
    let folder = TempDir::new().unwrap();
    let place = Folder(folder.path().to_owned());
    open(&place).await.close().await;

    // 600 blocks of 512 bytes: some dozen commits. The signal is ignored so that write() fails.
    let limited = "trap '' XFSZ; ulimit -c 0; ulimit -f 600; exec \"$0\" --exact --nocapture \"$1\"";
    let child = Command::new("sh")
        .args(["-c", limited])
        .arg(std::env::current_exe().unwrap())
        .arg(NAME)
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert_eq!(child.status.signal(), Some(SIGABRT), "{said}{}", String::from_utf8_lossy(&child.stderr));

    let acknowledged: Vec<String> =
        said.lines().filter_map(|line| line.strip_prefix("acknowledged ")).map(str::to_owned).collect();
    assert!(acknowledged.len() > 5, "the limit was met too early: {said}");
    let found = accounts(&open(&place).await).await;
    assert!(acknowledged.iter().all(|id| found.contains(id)), "{acknowledged:?} of {found:?}");
    assert!(found.len() <= acknowledged.len() + 1, "{found:?} but only {acknowledged:?}");
}

async fn write_until_the_disk_fails(store: &Store) {
    for number in 0..10_000 {
        let id = format!("{number:05}");
        let result = add(store, id.clone()).await;
        assert_eq!(result, Ok(1), "an error was answered where the process should have ended");
        // Each line must be out before the next commit may end the process.
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {id}").and_then(|()| out.flush()).unwrap();
    }
}
