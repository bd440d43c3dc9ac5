//! Stored cards over a real database, rotation under load included.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use florin_domain::mode::Mode;
use florin_store::{Clock, Store, Target};
use florin_test_postgres::Database;
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::*;
use crate::gateway::{Gateway, SCHEMA};
use crate::settings::Settings;
use crate::vault::{VaultKeys, rotate};

const NUMBER: &str = "4242424242424242";

fn keys(versions: &[u8]) -> VaultKeys {
    let key = |byte: u8| SecretString::from(hex::encode([[byte; 31].as_slice(), &[byte ^ 1]].concat()));
    let masters: Vec<_> = versions.iter().map(|version| (u32::from(*version), key(*version))).collect();
    VaultKeys::new(&key(200), &masters).unwrap()
}

/// The folder's own database: a file in it, or with `FLORIN_TEST_DATABASE=postgres` one that stays until
/// the server goes.
fn target(folder: &TempDir) -> Target {
    static MADE: Mutex<BTreeMap<PathBuf, Database>> = Mutex::new(BTreeMap::new());
    if std::env::var_os("FLORIN_TEST_DATABASE").is_none_or(|engine| engine != "postgres") {
        return Target::Sqlite(folder.path().join("gateway.db"));
    }
    let mut made = MADE.lock().unwrap();
    let database = made.entry(folder.path().to_owned()).or_insert_with(|| Database::fresh().unwrap());
    Target::parse(&database.url()).unwrap()
}

async fn gateway(folder: &TempDir, versions: &[u8]) -> Gateway {
    let store = Store::open(&target(folder), &SCHEMA, Mode::Test).await.unwrap();
    let settings = Settings::new("http://127.0.0.1:1", "an admin key of some length".into(), Mode::Test).unwrap();
    let settings = settings.with_vault_keys(keys(versions));
    Gateway::new(settings, store, Clock::fixed(Timestamp::from_millis(1)), Randomness::system())
}

fn card(number: &str) -> Card {
    Card {
        number: CardNumber::parse(number).unwrap(),
        expiry: Expiry::new(10, 2030).unwrap(),
        holder_name: Some("Ada Lovelace".to_owned()),
        network: None,
    }
}

fn sealed(gateway: &Gateway, merchant: &str, number: &str) -> SealedCard {
    let keys = gateway.settings.vault_keys.as_ref().unwrap();
    seal_card(keys, merchant, &card(number), gateway.clock.now(), &gateway.randomness).unwrap()
}

async fn store(gateway: &Gateway, merchant: &str, number: &str) -> String {
    let sealed = sealed(gateway, merchant, number);
    gateway.store.write(move |tx| store_card(tx, &sealed)).await.unwrap()
}

async fn read(gateway: &Gateway, merchant: &str, id: &str) -> Result<Option<String>, StoreError> {
    let (keys, merchant, id) = (gateway.settings.vault_keys.clone().unwrap(), merchant.to_owned(), id.to_owned());
    let found = gateway.store.read(move |tx| read_card(tx, &keys, &merchant, &id)).await?;
    Ok(found.map(|card| card.number.expose().to_owned()))
}

async fn sql(gateway: &Gateway, sql: &'static str) {
    gateway.store.write(move |tx| tx.execute(sql, params![])).await.unwrap();
}

#[tokio::test]
async fn a_card_comes_back_to_its_merchant_until_it_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(&folder, &[1]).await;
    let id = store(&gateway, "merchant_1", NUMBER).await;
    assert_eq!(read(&gateway, "merchant_1", &id).await.unwrap().as_deref(), Some(NUMBER));
    assert_eq!(read(&gateway, "merchant_2", &id).await.unwrap(), None);

    for expected in [true, false] {
        let id = id.clone();
        let deleted: Result<bool, StoreError> = gateway.store.write(move |tx| delete_card(tx, "merchant_1", &id)).await;
        assert_eq!(deleted.unwrap(), expected);
    }
    assert_eq!(read(&gateway, "merchant_1", &id).await.unwrap(), None);
}

#[tokio::test]
async fn swapped_rows_and_merchants_do_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(&folder, &[1]).await;
    let one = store(&gateway, "merchant_1", NUMBER).await;
    let other = store(&gateway, "merchant_1", "5555555555554444").await;
    sql(&gateway, "UPDATE vault_cards SET card_id = card_id || 'x'").await;
    let moved = format!("{one}x");
    assert!(matches!(read(&gateway, "merchant_1", &moved).await, Err(StoreError::Corrupt(_))), "another id");
    sql(&gateway, "UPDATE vault_cards SET card_id = SUBSTR(card_id, 1, LENGTH(card_id) - 1)").await;
    assert!(read(&gateway, "merchant_1", &one).await.unwrap().is_some(), "back in its place");

    sql(&gateway, "UPDATE vault_cards SET merchant_id = 'merchant_2'").await;
    assert!(matches!(read(&gateway, "merchant_2", &one).await, Err(StoreError::Corrupt(_))), "another merchant");
    sql(&gateway, "UPDATE vault_cards SET merchant_id = 'merchant_1'").await;

    // Both halves of the other row, under this row's id.
    sql(
        &gateway,
        "UPDATE vault_cards SET sealed = (SELECT sealed FROM vault_cards AS other WHERE other.card_id <> vault_cards.card_id),
             wrapped_key = (SELECT wrapped_key FROM vault_cards AS other WHERE other.card_id <> vault_cards.card_id)
         WHERE card_id = (SELECT MIN(card_id) FROM vault_cards)",
    )
    .await;
    let copied = one.min(other);
    assert!(matches!(read(&gateway, "merchant_1", &copied).await, Err(StoreError::Corrupt(_))), "another's ciphertext");
}

#[tokio::test]
async fn one_number_has_one_fingerprint_a_merchant() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(&folder, &[1]).await;
    let (one, again) = (sealed(&gateway, "merchant_1", NUMBER), sealed(&gateway, "merchant_1", "4242 4242 4242 4242"));
    assert_eq!(one.fingerprint, again.fingerprint);
    assert_ne!(one.id, again.id);
    assert_ne!(one.fingerprint, sealed(&gateway, "merchant_2", NUMBER).fingerprint);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rotation_under_load_loses_no_card_and_frees_the_old_key() {
    const CARDS: usize = 250;
    let folder = tempfile::tempdir().unwrap();
    let before = gateway(&folder, &[1]).await;
    let mut ids = Vec::new();
    for _ in 0..CARDS {
        ids.push(store(&before, "merchant_1", NUMBER).await);
    }
    before.store.close().await;

    let gateway = gateway(&folder, &[1, 2]).await;
    let mut load = JoinSet::new();
    for (place, id) in ids.clone().into_iter().enumerate() {
        let gateway = gateway.clone();
        load.spawn(async move {
            if place % 5 == 0 {
                let id = id.clone();
                gateway.store.write(move |tx| delete_card(tx, "merchant_1", &id)).await.unwrap();
                store(&gateway, "merchant_1", NUMBER).await;
            }
            let found = read(&gateway, "merchant_1", &id).await.unwrap();
            assert_eq!(found.as_deref(), (place % 5 != 0).then_some(NUMBER), "readable while it is moved");
        });
    }
    // Two at once, as two processes would.
    let (one, other) = tokio::join!(rotate(&gateway), rotate(&gateway));
    load.join_all().await;
    assert!(one.unwrap().rewrapped + other.unwrap().rewrapped >= (CARDS - CARDS / 5) as u64);
    let last = rotate(&gateway).await.unwrap();
    assert_eq!(last.cards_by_key, BTreeMap::from([(2, CARDS as i64)]), "no card needs the old key");
    gateway.store.close().await;

    let after = self::gateway(&folder, &[2]).await;
    for (_, id) in ids.iter().enumerate().filter(|(place, _)| place % 5 != 0) {
        assert_eq!(read(&after, "merchant_1", id).await.unwrap().as_deref(), Some(NUMBER));
    }
}

#[tokio::test]
async fn a_missing_master_key_stops_the_rotation_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let before = gateway(&folder, &[1]).await;
    let id = store(&before, "merchant_1", NUMBER).await;
    before.store.close().await;
    let wrong = gateway(&folder, &[2]).await;
    let Err(StoreError::Corrupt(said)) = rotate(&wrong).await else { panic!("rotated without the old key") };
    assert_eq!(said, "a stored card is wrapped by master key 1, which is not configured");
    wrong.store.close().await;
    let right = gateway(&folder, &[1]).await;
    assert_eq!(read(&right, "merchant_1", &id).await.unwrap().as_deref(), Some(NUMBER));
}

#[tokio::test]
async fn the_files_hold_nothing_of_a_stored_card_but_what_may_be_shown() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = gateway(&folder, &[1]).await;
    let id = store(&gateway, "merchant_1", NUMBER).await;
    rotate(&gateway).await.unwrap();
    assert!(read(&gateway, "merchant_1", &id).await.unwrap().is_some());
    let hex = hex::encode(NUMBER);
    let reversed: String = hex.chars().rev().collect();
    let mut searched = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        searched += bytes.len();
        for form in [NUMBER, &NUMBER[..12], &NUMBER[4..], &hex, &reversed] {
            assert!(!bytes.windows(form.len()).any(|window| window == form.as_bytes()), "{form}");
        }
    }
    assert!(searched > 4096, "database and write-ahead log were there");
}
