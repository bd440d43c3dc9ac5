//! `florin migrate`: brings one server's database to this version and stamps it.
//!
//! Servers do the same when they start; this does it apart, with other rights or ahead of them.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use florin_domain::mode::Mode;
use florin_store::{Schema, Store, Target};

/// The exit code for "not like this": the database is as it was, the text says what to change.
const REFUSED: u8 = 2;

/// The flags of `florin migrate`.
#[derive(Args)]
pub(crate) struct MigrateFlags {
    /// The database: a path, sqlite:/path or postgres://user:password@host/database
    // On the command line other users could read a password; and --help must not print it either.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// Whose database it is; in PostgreSQL, whose schema
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// Pretend money or real; a database belongs to one of the two for good
    #[arg(long, value_name = "MODE", default_value = "test")]
    mode: ModeFlag,
}

/// Which of the two servers that keep data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Role {
    /// The merchant server.
    Merchant,
    /// The gateway.
    Gateway,
}

impl Role {
    fn schema(self) -> &'static Schema {
        match self {
            Self::Merchant => &florin_merchant::SCHEMA,
            Self::Gateway => &florin_gateway::SCHEMA,
        }
    }
}

/// [`Mode`] as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModeFlag {
    Test,
    Live,
}

impl From<ModeFlag> for Mode {
    fn from(flag: ModeFlag) -> Self {
        match flag {
            ModeFlag::Test => Self::Test,
            ModeFlag::Live => Self::Live,
        }
    }
}

/// Migrates, and says to which version.
pub(crate) fn run(flags: &MigrateFlags) -> ExitCode {
    match migrate(flags) {
        Ok(text) => {
            // Whoever does not listen has the exit code.
            let _ = writeln!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            eprintln!("{refusal:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn migrate(flags: &MigrateFlags) -> Result<String> {
    let target = Target::parse(&flags.database).context("--database")?;
    let (schema, mode) = (flags.role.schema(), Mode::from(flags.mode));
    let store = Store::open(&target, schema, mode).await?;
    store.close().await;
    let version = schema.migrations.last().map_or(0, |last| last.version);
    let place = match &target {
        Target::Sqlite(path) => path.display().to_string(),
        Target::Postgres(address) => address.to_string(),
    };
    Ok(format!("the {}'s database {place} is at version {version}, in {mode} mode", schema.role))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parse(words: &[&str]) -> Result<MigrateFlags, String> {
        match Cli::try_parse_from(["florin", "migrate"].iter().chain(words)).map_err(|error| error.to_string())?.command
        {
            Command::Migrate(flags) => Ok(flags),
            _ => Err("another command".to_owned()),
        }
    }

    #[test]
    fn a_new_database_is_made_and_a_second_time_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db").display().to_string();
        let flags = parse(&["--database", &path, "--role", "merchant"]).unwrap();
        let text = migrate(&flags).unwrap();
        assert!(text.contains("merchant's database") && text.ends_with("in test mode"), "{text}");
        assert_eq!(migrate(&flags).unwrap(), text);
    }

    #[test]
    fn a_database_of_another_role_or_mode_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db").display().to_string();
        migrate(&parse(&["--database", &path, "--role", "merchant"]).unwrap()).unwrap();
        let refused = |words: &[&str]| {
            let words = [["--database", &path].as_slice(), words].concat();
            migrate(&parse(&words).unwrap()).unwrap_err().to_string()
        };
        assert!(refused(&["--role", "gateway"]).contains("belongs to the merchant"));
        assert!(refused(&["--role", "merchant", "--mode", "live"]).contains("made for test mode"));
    }

    #[test]
    fn a_refused_address_is_named_by_its_flag_and_not_repeated() {
        let flags =
            parse(&["--database", "postgres://u:hunter2@far.example/db?sslmode=prefer", "--role", "merchant"]).unwrap();
        let text = format!("{:#}", migrate(&flags).unwrap_err());
        assert!(text.starts_with("--database: ") && !text.contains("hunter2"), "{text}");
    }
}
