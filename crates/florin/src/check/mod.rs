//! `florin check`: what is wrong with the settings of a merchant server, or with a frame host, a line a finding.

mod frame;
mod findings;
mod merchant;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::configuration::Configured;

use frame::CheckFrameFlags;

/// The flags of `florin check`.
#[derive(Args)]
pub(crate) struct CheckFlags {
    #[command(subcommand)]
    what: Option<CheckCommand>,
}

/// What can be checked apart from the merchant server.
#[derive(Subcommand)]
enum CheckCommand {
    /// Compares the files of a frame host with those of this program and this configuration.
    Frame(CheckFrameFlags),
}

/// Prints a line a finding; fails when something is wrong.
pub(crate) fn run(flags: &CheckFlags, configured: &Configured) -> ExitCode {
    match &flags.what {
        Some(CheckCommand::Frame(flags)) => frame::run(flags),
        None => merchant::run(configured),
    }
}
