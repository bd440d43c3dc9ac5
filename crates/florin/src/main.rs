//! The binary: demo, merchant server, gateway and frame host in one.

mod check;
mod cli;
mod configuration;
mod demo;
#[cfg(test)]
mod documents;
mod errors;
mod events;
mod frame;
mod gateway;
mod keys;
mod listen;
mod logs;
mod merchant;
mod migrate;
mod scenario;
mod server;
mod shop;
mod signals;

use std::process::ExitCode;

use crate::cli::Command;

/// The exit code for "not like this": nothing was started, the text says what to change.
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    logs::start();
    let configured = match configuration::read() {
        Ok(configured) => configured,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            return ExitCode::from(REFUSED);
        }
    };
    let secrets = &configured.secrets;
    match &configured.cli.command {
        Command::Demo(flags) => demo::run(flags),
        Command::Migrate(flags) => migrate::run(flags),
        Command::Merchant(flags) => merchant::run(flags, secrets),
        Command::Gateway(flags) => gateway::run(flags, secrets),
        Command::Frame(flags) => frame::run(flags),
        Command::Check(flags) => check::run(flags, &configured),
        Command::Errors(flags) => errors::run(flags),
        Command::Keys(flags) => keys::run(flags),
        Command::Listen(flags) => listen::run(flags, secrets),
        Command::Events(command) => events::run(command),
        Command::Scenario(command) => scenario::run(command),
    }
}
