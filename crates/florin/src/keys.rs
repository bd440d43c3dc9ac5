//! `florin keys`: which keys a merchant server was told, since when, and when each was last used. Never a key.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_merchant::{KeyEntry, key_inventory};
use florin_store::{Store, Target};
use serde_json::json;

/// The exit code for "not like this": nothing was read, the text says what to change.
const REFUSED: u8 = 2;

/// The flags of `florin keys`.
#[derive(Args)]
pub(crate) struct KeysFlags {
    /// The merchant server's database: a path, sqlite:/path or postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// Pretend money or real: the environment of the keys
    #[arg(long, value_name = "MODE", default_value = "test")]
    mode: Environment,
    /// As data
    #[arg(long)]
    json: bool,
}

/// [`Mode`] as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Environment {
    Test,
    Live,
}

/// Prints the inventory.
pub(crate) fn run(flags: &KeysFlags) -> ExitCode {
    match inventory(flags) {
        Ok(text) => {
            // Whoever does not listen has the exit code.
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            eprintln!("{refusal:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn inventory(flags: &KeysFlags) -> Result<String> {
    let target = Target::parse(&flags.database).context("--database")?;
    let mode = match flags.mode {
        Environment::Test => Mode::Test,
        Environment::Live => Mode::Live,
    };
    let store = Store::open_existing(&target, &florin_merchant::SCHEMA, mode).await.context("--database")?;
    let keys = key_inventory(&store).await;
    store.close().await;
    let keys = keys?;
    Ok(if flags.json { as_json(&keys, mode) } else { as_table(&keys, mode) })
}

fn as_json(keys: &[KeyEntry], mode: Mode) -> String {
    format!("{:#}\n", json!({ "environment": mode, "keys": keys }))
}

fn as_table(keys: &[KeyEntry], mode: Mode) -> String {
    let mut text = row(["KIND", "LABEL", "ENVIRONMENT", "FINGERPRINT", "CREATED", "LAST USED", "LAST CONFIGURED"]);
    for key in keys {
        let used = key.last_used_at.map_or_else(|| "never".to_owned(), to_the_minute);
        text.push_str(&row([
            &key.kind,
            &key.label,
            &mode.to_string(),
            &key.fingerprint,
            &to_the_minute(key.created_at),
            &used,
            &to_the_minute(key.seen_at),
        ]));
    }
    text
}

fn row(cells: [&str; 7]) -> String {
    let [kind, label, environment, fingerprint, created, used, seen] = cells;
    let mut row = String::new();
    // Writing to a String can not fail.
    let _ = writeln!(row, "{kind:<20} {label:<25} {environment:<11} {fingerprint:<17} {created:<17} {used:<17} {seen}");
    row
}

/// `2026-06-25 10:00`, in UTC.
fn to_the_minute(at: Timestamp) -> String {
    at.to_string().replace('T', " ").chars().take("2026-06-25 10:00".len()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::Parser;
    use florin_store::Schema;

    use super::*;
    use crate::cli::{Cli, Command};

    fn asked_of(path: &Path) -> Result<String> {
        let database = path.display().to_string();
        let Command::Keys(flags) = Cli::try_parse_from(["florin", "keys", "--database", &database])?.command else {
            anyhow::bail!("another command")
        };
        inventory(&flags)
    }

    #[test]
    fn a_database_of_an_older_release_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let (_, older) = florin_merchant::SCHEMA.migrations.split_last().unwrap();
        let schema: &Schema = Box::leak(Box::new(Schema { role: "merchant", migrations: older }));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            Store::open(&Target::Sqlite(path.clone()), schema, Mode::Test).await.unwrap().close().await;
        });
        let before = std::fs::read(&path).unwrap();
        let refusal = format!("{:#}", asked_of(&path).unwrap_err());
        assert!(refusal.contains("florin migrate"), "{refusal}");
        assert!(std::fs::read(&path).unwrap() == before, "the file was changed");
    }

    #[test]
    fn a_file_that_is_no_database_of_ours_is_refused_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        assert!(format!("{:#}", asked_of(&path).unwrap_err()).contains("there is no"));
        assert!(!path.exists());
        std::fs::write(&path, "").unwrap();
        let refusal = format!("{:#}", asked_of(&path).unwrap_err());
        assert!(refusal.contains("florin migrate"), "{refusal}");
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0, "the empty file was stamped");
    }

    #[test]
    fn a_table_names_what_a_person_needs_to_rotate_a_key() {
        let at = Timestamp::parse("2026-06-25T10:07:59.000Z").unwrap();
        let key = KeyEntry {
            kind: "shop key".to_owned(),
            label: "first".to_owned(),
            fingerprint: "0123456789abcdef".to_owned(),
            created_at: at,
            last_used_at: None,
            seen_at: at,
        };
        let table = as_table(&[key], Mode::Test);
        let line = table.lines().nth(1).unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(
            words,
            ["shop", "key", "first", "test", "0123456789abcdef", "2026-06-25", "10:07", "never", "2026-06-25", "10:07"]
        );
    }
}
