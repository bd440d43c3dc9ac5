//! `florin check frame`: whether a frame host serves what this program would serve, byte for byte.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use florin_frame::{Frame, Origin, Script, integrity_of};
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::frame::HostFlags;

/// The exit code for "could not look": nothing is said about the host.
const REFUSED: u8 = 2;

/// Longer than any file takes that a shopper would wait for.
const ANSWER: Duration = Duration::from_secs(20);

/// The flags of `florin check frame`.
#[derive(Args)]
pub(crate) struct CheckFrameFlags {
    /// The frame host's origin
    #[arg(long, value_name = "ORIGIN")]
    url: String,
    #[command(flatten)]
    host: HostFlags,
}

/// Prints a line a file; fails when one differs.
pub(super) fn run(flags: &CheckFrameFlags) -> ExitCode {
    match check_frame(flags) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(REFUSED)
        }
    }
}

#[tokio::main]
async fn check_frame(flags: &CheckFrameFlags) -> Result<bool> {
    let url = Origin::parse(&flags.url).context("--url")?;
    compare(&url, &flags.host.frame()?).await
}

async fn compare(url: &Origin, expected: &Frame) -> Result<bool> {
    let http = Client::builder().timeout(ANSWER).redirect(Policy::none()).build()?;
    let mut out = std::io::stdout();
    let mut all = true;
    for file in &expected.listed().files {
        let verdict = match look(&http, url, file).await? {
            None => "same",
            Some(difference) => {
                all = false;
                difference
            }
        };
        writeln!(out, "{verdict:<8} {} {}", file.path, file.integrity)?;
    }
    Ok(all)
}

/// What is different about a file, if anything is.
async fn look(http: &Client, url: &Origin, file: &Script) -> Result<Option<&'static str>> {
    let answer =
        http.get(format!("{url}{}", file.path)).send().await.with_context(|| format!("{url} did not answer"))?;
    if !answer.status().is_success() {
        return Ok(Some("ABSENT"));
    }
    let bytes = answer.bytes().await?;
    Ok((integrity_of(&bytes) != file.integrity).then_some("CHANGED"))
}
