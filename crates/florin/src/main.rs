//! The binary: demo, merchant server, gateway and frame host in one.

mod cli;
mod demo;
mod logs;
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
    }
}
