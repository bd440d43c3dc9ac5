//! The commands of the binary. Each command's flags live beside what it does.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::check::CheckFlags;
use crate::demo::DemoFlags;
use crate::errors::ErrorsFlags;
use crate::events::EventsCommand;
use crate::frame::FrameFlags;
use crate::gateway::GatewayFlags;
use crate::keys::KeysFlags;
use crate::listen::ListenFlags;
use crate::merchant::MerchantFlags;
use crate::migrate::MigrateFlags;
use crate::scenario::ScenarioCommand;

/// Florin: a checkout for any web page, and the servers that make it safe.
#[derive(Parser)]
#[command(name = "florin", version, propagate_version = true)]
pub(crate) struct Cli {
    /// A file with settings for the servers, in TOML; docs/configuration.md lists them
    // Read before the command line is, because it decides what that takes as defaults.
    #[arg(long, global = true, value_name = "FILE", env = "FLORIN_CONFIG")]
    config: Option<PathBuf>,
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
    /// Runs the sandbox gateway alone: OwnGateway's API for cards, with pretended money.
    Gateway(GatewayFlags),
    /// Runs the frame host alone: loader, payment form and its files.
    Frame(FrameFlags),
    /// Says what is wrong with a merchant server's settings at its gateway and its frame host, a line a finding.
    Check(CheckFlags),
    /// Prints everything that can go wrong with a payment, and what is done about it.
    Errors(ErrorsFlags),
    /// Lists the keys that a merchant server was told, and when each was last used; never a key.
    Keys(KeysFlags),
    /// Prints a shop's events while it is being written, and forwards them; in test mode.
    Listen(ListenFlags),
    /// Events of the merchant server: to the shop, and from the gateway.
    #[command(subcommand)]
    Events(EventsCommand),
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
