//! The binary: demo, merchant server, gateway and frame host in one.

mod check;
mod cli;
mod demo;
mod frame;
mod logs;
mod merchant;
mod migrate;
mod scenario;
mod server;
mod shop;
mod signals;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    logs::start();
    match cli.command {
        Command::Demo(flags) => demo::run(&flags),
        Command::Migrate(flags) => migrate::run(&flags),
        Command::Merchant(flags) => merchant::run(&flags),
        Command::Frame(flags) => frame::run(&flags),
        Command::Check(command) => check::run(&command),
        Command::Scenario(command) => scenario::run(&command),
    }
}
