//! SQLite keeps the promises, and some of its own.

use std::os::unix::fs::PermissionsExt;

use florin_domain::mode::Mode;
use florin_store::{OpenError, Schema, Store, Target};
use tempfile::TempDir;

use crate::conformance::{Place, SCHEMA, add, conformance, open};

struct File(TempDir);

impl Place for File {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn target(&self) -> Target {
        Target::Sqlite(self.0.path().join("florin.db"))
    }
}

conformance! { File }

static MERCHANT: Schema = SCHEMA;

static GATEWAY: Schema = Schema { role: "gateway", migrations: SCHEMA.migrations };

async fn refused(target: &Target) -> OpenError {
    match Store::open(target, &MERCHANT, Mode::Test).await {
        Ok(_) => panic!("{target:?} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_file_of_another_role_is_refused() {
    let place = File::new();
    open(&place).await.close().await;
    let error = Store::open(&place.target(), &GATEWAY, Mode::Test).await.err().unwrap();
    assert!(matches!(error, OpenError::WrongRole { .. }));
    assert!(error.to_string().contains("belongs to the merchant; this process is the gateway"), "{error}");
    add(&open(&place).await, "a").await.unwrap();
}

#[tokio::test]
async fn whoever_only_looks_is_told_why_where_it_can_not_be_said_whether_there_is_a_file() {
    let place = File::new();
    open(&place).await.close().await;
    // As in a folder that may not be searched, which the owner of everything may always be.
    let behind = Target::Sqlite(place.0.path().join("florin.db").join("florin.db"));
    let error = Store::open_existing(&behind, &MERCHANT, Mode::Test).await.err().unwrap();
    assert!(matches!(error, OpenError::Unusable { .. }), "{error}");
    assert!(error.to_string().contains("Not a directory"), "{error}");
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_and_not_changed() {
    let place = File::new();
    let path = place.0.path().join("florin.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE photos (id)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(refused(&place.target()).await, OpenError::NotOurs { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_not_changed() {
    let place = File::new();
    let path = place.0.path().join("florin.db");
    let text = "this is a letter to my bank, not a database. ".repeat(40);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(refused(&place.target()).await, OpenError::Unusable { .. }));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let nowhere = Target::Sqlite(place.0.path().join("no/such/folder/florin.db"));
    assert!(matches!(refused(&nowhere).await, OpenError::Unusable { .. }));
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let place = File::new();
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    for entry in std::fs::read_dir(place.0.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
    }
}

#[tokio::test]
async fn closing_leaves_one_whole_file() {
    let place = File::new();
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    store.close().await;
    let files: Vec<_> = std::fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["florin.db"]);
}
