//! `florin scenario`: named days in the life of a payment, played over HTTP against a demo.
//!
//! Each says what support, finance and engineering should see, looks whether they do, and fails if not.

mod catalog;
mod stage;
mod shopper;
mod shop;
mod bank;
mod play;
mod venue;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{ArgGroup, Args, Subcommand};

use catalog::{CATALOG, Scenario};
use stage::Stage;
use venue::Venue;

/// What to do with scenarios.
#[derive(Subcommand)]
pub(crate) enum ScenarioCommand {
    /// Names every scenario.
    List,
    /// Plays one, and fails if it does not end as it should.
    Run(RunFlags),
}

/// Which, and where.
#[derive(Args)]
#[command(group(ArgGroup::new("venue").required(true).args(["data", "demo"])))]
pub(crate) struct RunFlags {
    /// The scenario's name, from `florin scenario list`, or `all`
    name: String,
    /// Plays against the demo that runs on this folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Starts a demo of its own on free ports, and stops it afterwards
    #[arg(long)]
    demo: bool,
}

/// Runs the command.
pub(crate) fn run(command: &ScenarioCommand) -> ExitCode {
    let done = match command {
        ScenarioCommand::List => list(),
        ScenarioCommand::Run(flags) => play_all(flags),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> Result<()> {
    let widest = CATALOG.iter().map(|scenario| scenario.name.len()).max().unwrap_or(0);
    let lines = CATALOG.iter().map(|scenario| format!("{:widest$}  {}\n", scenario.name, scenario.summary));
    print(&lines.collect::<String>())
}

#[tokio::main]
async fn play_all(flags: &RunFlags) -> Result<()> {
    let scenarios: Vec<&Scenario> =
        CATALOG.iter().filter(|scenario| flags.name == "all" || scenario.name == flags.name).collect();
    if scenarios.is_empty() {
        bail!("there is no scenario {:?}; see `florin scenario list`", flags.name);
    }
    let venue = match &flags.data {
        Some(folder) => Venue::running(folder)?,
        None => Venue::start().await?,
    };
    let mut failed = Vec::new();
    for scenario in scenarios {
        if let Err(error) = play_one(&venue, scenario).await {
            print(&format!("  FAILED: {error:#}\n\n"))?;
            failed.push(scenario.name);
        }
    }
    venue.stop().await?;
    if failed.is_empty() { Ok(()) } else { bail!("did not end as they should: {}", failed.join(", ")) }
}

/// Plays one and prints what each department should see.
async fn play_one(venue: &Venue, scenario: &Scenario) -> Result<()> {
    print(&format!("{}: {}\n", scenario.name, scenario.summary))?;
    let mut stage = Stage::new(venue.record())?;
    let played = play::play(scenario.play, &mut stage).await;
    print(&stage.report(scenario))?;
    stage.tidy_up().await.context("the sandbox could not be tidied up")?;
    played
}

fn print(text: &str) -> Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("could not write to standard output"),
    }
}

#[cfg(test)]
mod tests;
