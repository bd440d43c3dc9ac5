//! `florin gateway`: the sandbox gateway alone. Accounts, keys and profiles are made over its own API.

mod flags;

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context, Result};
use florin_domain::mode::Mode;
use florin_gateway::{Gateway, Settings};
use florin_store::{Clock, Randomness, Store, Target};
use tokio::sync::watch;

use crate::configuration::Secrets;
use crate::server;
use crate::signals::StopSignals;

pub(crate) use flags::GatewayFlags;

/// The exit code for "not like this": nothing was started, the text says what to change.
const REFUSED: u8 = 2;

/// Runs until somebody stops it.
pub(crate) fn run(flags: &GatewayFlags, secrets: &Secrets) -> ExitCode {
    let prepared = flags.settings(secrets).and_then(|settings| {
        let target = Target::parse(&flags.database)?;
        let socket = TcpListener::bind(&flags.listen).with_context(|| format!("can't listen on {}", flags.listen))?;
        Ok((settings, target, socket))
    });
    let (settings, target, socket) = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            return ExitCode::from(REFUSED);
        }
    };
    match serve(settings, &target, socket) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(settings: Settings, target: &Target, socket: TcpListener) -> Result<()> {
    let mut signals = StopSignals::catch().context("could not catch signals")?;
    // Money is pretended here, whatever the database was used for before.
    let store = Store::open(target, &florin_gateway::SCHEMA, Mode::Test).await?;
    let gateway = Gateway::new(settings, store.clone(), Clock::system(), Randomness::system());
    florin_gateway::resume_clock(&gateway).await?;
    let address = socket.local_addr()?;
    server::announce(&format!(
        "sandbox gateway: http://{address} (pretended money)\ndocuments:       http://{address}/docs"
    ));
    let (tell, stop) = watch::channel(false);
    let mut stopped = stop.clone();
    let workers = tokio::spawn(florin_gateway::run_workers(gateway.clone(), async move {
        // An error means that the sender is gone, and with it everything that runs.
        let _ = stopped.wait_for(|stop| *stop).await;
    }));
    let serving = tokio::spawn(server::serve(vec![socket], florin_gateway::router(gateway), stop));
    signals.next().await;
    let _ = tell.send(true);
    serving.await??;
    workers.await?;
    store.close().await;
    Ok(())
}
