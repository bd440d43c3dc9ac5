//! PostgreSQL over TCP: encrypted to whom it should be, or not at all.

use florin_domain::mode::Mode;
use florin_store::{OpenError, Store, StoreError, Target, params};
use florin_test_postgres::EncryptedServer;

use crate::conformance::SCHEMA;

static KEPT: florin_store::Schema = SCHEMA;

async fn open(url: &str) -> Result<Store, OpenError> {
    Store::open(&Target::parse(url).unwrap(), &KEPT, Mode::Test).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test --only postgres"]
async fn a_connection_is_encrypted_to_the_server_that_was_named_and_to_no_other() {
    let server = EncryptedServer::start().unwrap();
    let certificate = format!("sslrootcert={}", server.certificate().display());

    let store = open(&server.url("localhost", &certificate)).await.unwrap();
    let row = store.write(|tx| tx.first("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", params![])).await;
    let encrypted = row.unwrap_or_else(|error: StoreError| panic!("{error}")).unwrap().get::<bool>("ssl");
    assert_eq!(encrypted, Ok(true));

    // The right certificate, of another name; and the right name, vouched for by nobody.
    for url in [server.url("127.0.0.1", &certificate), server.url("localhost", "sslmode=require")] {
        let refused = open(&url).await.err().unwrap().to_string();
        assert!(refused.contains("certificate"), "{refused}");
    }
    let nobody = open(&server.url("localhost", "sslrootcert=/nowhere.pem")).await.err().unwrap().to_string();
    assert!(nobody.contains("/nowhere.pem"), "{nobody}");
}
