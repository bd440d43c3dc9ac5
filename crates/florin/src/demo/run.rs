//! Runs a demo from its flags to its end.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use florin_frame::{Assets, NOT_BUILT};
use florin_store::Randomness;

use super::flags::{DemoFlags, Part};
use super::greeting::greeting;
use super::parts::Parts;
use super::prepare::{Prepared, prepare};
use crate::signals::StopSignals;

/// The exit code for "not like this": nothing was started, the text says what to change.
const REFUSED: u8 = 2;

/// Runs until somebody stops it.
pub(crate) fn run(flags: &DemoFlags) -> ExitCode {
    let assets = Assets::embedded();
    if assets.is_empty() && flags.parts().contains(&Part::Frame) {
        eprintln!("{NOT_BUILT}");
        return ExitCode::from(REFUSED);
    }
    let demo = match prepare(flags, &Randomness::system()) {
        Ok(demo) => demo,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            return ExitCode::from(REFUSED);
        }
    };
    match run_prepared(demo, assets) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run_prepared(demo: Prepared, assets: Assets) -> Result<()> {
    // Caught before anything runs, so that an early Ctrl-C also stops cleanly.
    let mut signals = StopSignals::catch().context("could not catch signals")?;
    let text = greeting(&demo);
    let mut parts = Parts::start(demo, &assets).await?;
    write_out(&text).context("could not write to standard output")?;
    tokio::select! {
        () = signals.next() => {}
        part = parts.first_to_end() => tracing::error!("the {part} ended by itself"),
    }
    tokio::select! {
        ended = parts.stop() => ended,
        // Asked twice, a program does not argue: what was acknowledged is on disk.
        () = signals.next() => Err(anyhow::anyhow!("stopped at once, as asked a second time")),
    }
}

fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever started us does not listen; that is no reason to end.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
