//! The commands of the binary. Each command's flags live beside what it does.

use clap::{Parser, Subcommand};

use crate::check::CheckCommand;
use crate::demo::DemoFlags;
use crate::frame::FrameFlags;
use crate::merchant::MerchantFlags;
use crate::migrate::MigrateFlags;
use crate::scenario::ScenarioCommand;

/// Florin: a checkout for any web page, and the servers that make it safe.
#[derive(Parser)]
#[command(name = "florin", version, propagate_version = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the binary can do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Runs a shop, the merchant server, the gateway and the frame host, with pretend money.
    Demo(DemoFlags),
    /// Brings a server's database to this version, before the servers of this version start.
    Migrate(MigrateFlags),
    /// Runs the merchant server beside a gateway, real or sandbox.
    Merchant(Box<MerchantFlags>),
    /// Runs the frame host alone: loader, payment form and its files.
    Frame(FrameFlags),
    /// Compares what is running with what this program would run.
    #[command(subcommand)]
    Check(CheckCommand),
    /// Plays named days in the life of a payment against a demo.
    #[command(subcommand)]
    Scenario(ScenarioCommand),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
