//! `florin merchant`: the merchant server beside a gateway, real or sandbox. All of it is told from outside.

mod flags;
mod keys;
mod limits;

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context, Result};
use florin_merchant::{Merchant, Settings};
use florin_store::{Clock, Randomness, Store, Target};
use tokio::sync::watch;

use crate::configuration::Secrets;
use crate::server::{self, Manners};
use crate::signals::StopSignals;

pub(crate) use flags::MerchantFlags;

/// The exit code for "not like this": nothing was started, the text says what to change.
const REFUSED: u8 = 2;

/// Runs until somebody stops it.
pub(crate) fn run(flags: &MerchantFlags, secrets: &Secrets) -> ExitCode {
    let prepared = flags.settings(secrets).and_then(|settings| {
        let target = Target::parse(&flags.database)?;
        let socket = server::socket(&flags.listen)?;
        Ok((settings, target, socket))
    });
    let (settings, target, socket) = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            return ExitCode::from(REFUSED);
        }
    };
    let manners = Manners { drain: flags.drain(), ..Manners::default() };
    match serve(settings, &target, socket, manners) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(settings: Settings, target: &Target, socket: TcpListener, manners: Manners) -> Result<()> {
    let mut signals = StopSignals::catch().context("could not catch signals")?;
    let store = Store::open(target, &florin_merchant::SCHEMA, settings.mode).await?;
    let (mode, gateway) = (settings.mode, settings.account.base_url.clone());
    let merchant = Merchant::new(settings, store.clone(), Clock::system(), Randomness::system())?;
    let address = socket.local_addr()?;
    server::announce(&format!("merchant server: http://{address} ({mode} mode)\ngateway:         {gateway}"));
    let (tell, stop) = watch::channel(false);
    let workers = tokio::spawn(florin_merchant::run_workers(merchant.clone(), stop.clone()));
    let serving =
        tokio::spawn(server::serve_with(vec![socket], florin_merchant::router(merchant.clone()), stop, manners));
    signals.next().await;
    // The receivers may have ended by themselves; then there is nobody to tell.
    let _ = tell.send(true);
    serving.await??;
    workers.await?;
    merchant.finish().await;
    store.close().await;
    Ok(())
}
