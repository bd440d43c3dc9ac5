//! The commands of the binary. Each command's flags live beside what it does.

use clap::{Parser, Subcommand};

use crate::demo::DemoFlags;

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
