//! `florin events replay`: events once more, by id or by time, on the database of running servers.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_merchant::{Direction, MOST_REPLAYED, Replayed, Selection};
use florin_store::{Clock, Store, Target};

/// The exit code for "not like this": nothing was changed, the text says what to change.
const REFUSED: u8 = 2;

/// What can be done with events.
#[derive(Subcommand)]
pub(crate) enum EventsCommand {
    /// Sends events to the shop again, or works on a gateway's events again.
    ///
    /// Prints a line an event. Nothing happens twice: a shop knows an event by its id, and an order is
    /// compared with its payment as it stands now.
    Replay(ReplayFlags),
}

/// The flags of `florin events replay`.
#[derive(Args)]
pub(crate) struct ReplayFlags {
    /// The merchant server's database: a path, sqlite:/path or postgres://user:password@host/database
    // On the command line other users could read a password; and --help must not print it either.
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database: String,
    /// Whose events
    #[arg(long, value_name = "WHOSE", default_value = "shop")]
    of: Whose,
    /// An event by its id; may be given several times
    #[arg(long, value_name = "ID", conflicts_with_all = ["since", "until"])]
    id: Vec<String>,
    /// Those that came up from this moment on, such as 2026-06-25T10:00:00Z
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Those that came up before this moment [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "since")]
    until: Option<Timestamp>,
    /// Only says what would be replayed
    #[arg(long)]
    dry_run: bool,
    /// The database is of real money
    #[arg(long)]
    live: bool,
}

/// [`Direction`] as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whose {
    /// What the shop was, or was to be, told.
    Shop,
    /// What the gateway told us.
    Gateway,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| "a moment is written like 2026-06-25T10:00:00Z".to_owned())
}

/// Replays, and says what.
pub(crate) fn run(command: &EventsCommand) -> ExitCode {
    let EventsCommand::Replay(flags) = command;
    match replay(flags, Clock::system().now()).and_then(|events| Ok(print(flags, &events)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn replay(flags: &ReplayFlags, now: Timestamp) -> Result<Vec<Replayed>> {
    let selection = selection(flags, now)?;
    let target = Target::parse(&flags.database).context("--database")?;
    let mode = if flags.live { Mode::Live } else { Mode::Test };
    let direction = match flags.of {
        Whose::Shop => Direction::ToShop,
        Whose::Gateway => Direction::FromGateway,
    };
    let store = Store::open_existing(&target, &florin_merchant::SCHEMA, mode).await.context("--database")?;
    let replayed = florin_merchant::replay(&store, direction, selection, flags.dry_run, now).await;
    store.close().await;
    Ok(replayed?)
}

fn selection(flags: &ReplayFlags, now: Timestamp) -> Result<Selection> {
    match (flags.id.as_slice(), flags.since) {
        ([], None) => bail!("say which events: --id ID, or --since TIME"),
        ([], Some(since)) => Ok(Selection::Between(since, flags.until.unwrap_or(now))),
        (ids, _) => Ok(Selection::Ids(ids.to_vec())),
    }
}

fn print(flags: &ReplayFlags, events: &[Replayed]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for Replayed { id, kind, at, about } in events {
        writeln!(out, "{at}  {id}  {kind}  {about}")?;
    }
    let verb = if flags.dry_run { "would be replayed" } else { "will be replayed at once" };
    writeln!(out, "{} events {verb}", events.len())?;
    for id in flags.id.iter().filter(|id| events.iter().all(|event| event.id != **id)) {
        writeln!(out, "there is no event {id}")?;
    }
    if u32::try_from(events.len()).is_ok_and(|count| count == MOST_REPLAYED)
        && let Some(last) = events.last()
    {
        writeln!(out, "there may be more: go on with --since {}", last.at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parse(words: &[&str]) -> Result<ReplayFlags, String> {
        let line = ["florin", "events", "replay", "--database", "m.db"];
        match Cli::try_parse_from(line.iter().chain(words)).map_err(|error| error.to_string())?.command {
            Command::Events(EventsCommand::Replay(flags)) => Ok(flags),
            _ => Err("another command".to_owned()),
        }
    }

    #[test]
    fn events_are_chosen_by_id_or_by_time() {
        let now = Timestamp::from_millis(9_000);
        let chosen =
            |words: &[&str]| parse(words).map(|flags| selection(&flags, now).map_err(|error| error.to_string()));
        assert_eq!(
            chosen(&["--id", "evt_1", "--id", "evt_2"]),
            Ok(Ok(Selection::Ids(vec!["evt_1".into(), "evt_2".into()])))
        );
        let since = Timestamp::from_millis(1_000);
        assert_eq!(chosen(&["--since", "1970-01-01T00:00:01Z"]), Ok(Ok(Selection::Between(since, now))));
        assert!(chosen(&[]).unwrap().unwrap_err().contains("--since"));
        for words in [["--since", "yesterday"], ["--until", "1970-01-01T00:00:01Z"]] {
            assert!(chosen(&words).is_err(), "{words:?}");
        }
        assert!(chosen(&["--id", "evt_1", "--since", "1970-01-01T00:00:01Z"]).is_err());
    }

    #[test]
    fn a_database_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent.db");
        let mut flags = parse(&["--id", "evt_1"]).unwrap();
        flags.database = path.display().to_string();
        let refusal = format!("{:#}", replay(&flags, Timestamp::from_millis(0)).unwrap_err());
        assert!(refusal.contains("there is no"), "{refusal}");
        assert!(!path.exists());
    }
}
