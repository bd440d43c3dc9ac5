//! `florin frame`: the frame host alone. Needs no database and no secret.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Args;
use florin_domain::mode::Mode;
use florin_frame::{Assets, Frame, FrameSettings, NOT_BUILT, Origin};
use tokio::sync::watch;

use crate::server;
use crate::signals::StopSignals;

/// The exit code for "not like this": nothing was started, the text says what to change.
const REFUSED: u8 = 2;

/// The flags of `florin frame`.
#[derive(Args)]
pub(crate) struct FrameFlags {
    /// Where to listen: an address and a port
    #[arg(long, value_name = "ADDR", env = "FLORIN_FRAME_LISTEN", default_value = "127.0.0.1:4244")]
    listen: String,
    #[command(flatten)]
    pub(crate) host: HostFlags,
}

/// What goes into the documents and policies of a frame host.
#[derive(Args)]
pub(crate) struct HostFlags {
    /// The merchant server's origin
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_MERCHANT")]
    merchant: String,
    /// Origins of gateways that a card may be handed to
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_GATEWAYS", value_delimiter = ',', required = true)]
    gateway: Vec<String>,
    /// Origins of shops whose pages may show the form
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_SHOPS", value_delimiter = ',', required = true)]
    shop: Vec<String>,
    /// Pretended money or real
    #[arg(long, value_name = "MODE", env = "FLORIN_MODE", default_value = "test", value_parser = ["test", "live"])]
    mode: String,
    /// Browsers reach this host through TLS, and are told to insist on it; always so in live mode
    #[arg(long, env = "FLORIN_HTTPS")]
    https: bool,
}

impl HostFlags {
    /// The frame host with the form of this binary.
    pub(crate) fn frame(&self) -> Result<Frame> {
        let assets = Assets::embedded();
        ensure!(!assets.is_empty(), NOT_BUILT);
        let mode = if self.mode == "live" { Mode::Live } else { Mode::Test };
        let settings = FrameSettings {
            merchant: Origin::parse(&self.merchant).context("--merchant")?,
            gateways: origins(&self.gateway).context("--gateway")?,
            shops: origins(&self.shop).context("--shop")?,
            mode,
            https: self.https || mode == Mode::Live,
        };
        Ok(Frame::new(&settings, assets)?)
    }
}

#[cfg(test)]
impl HostFlags {
    /// What was told, for tests of where it came from.
    pub(crate) fn describe(&self) -> String {
        let https = if self.https { "https" } else { "" };
        format!("{} {} {} {https}", self.merchant, self.gateway.join(","), self.shop.join(","))
    }
}

fn origins(texts: &[String]) -> Result<Vec<Origin>> {
    texts.iter().map(|text| Ok(Origin::parse(text)?)).collect()
}

/// Runs until somebody stops it.
pub(crate) fn run(flags: &FrameFlags) -> ExitCode {
    let prepared = flags.host.frame().and_then(|frame| {
        let socket = TcpListener::bind(&flags.listen).with_context(|| format!("can't listen on {}", flags.listen))?;
        Ok((frame, socket))
    });
    let (frame, socket) = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => {
            eprintln!("{refusal:#}");
            return ExitCode::from(REFUSED);
        }
    };
    match serve(frame, socket) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn serve(frame: Frame, socket: TcpListener) -> Result<()> {
    let mut signals = StopSignals::catch().context("could not catch signals")?;
    let integrity = frame.loader_integrity().context(NOT_BUILT)?;
    let address = socket.local_addr()?;
    server::announce(&format!(
        "frame host: http://{address}\n\
         loader:     <script src=\"/v1/florin.js\" integrity=\"{integrity}\" crossorigin></script>\n\
         inventory:  http://{address}/v1/inventory.json"
    ));
    let (tell, stop) = watch::channel(false);
    let serving = tokio::spawn(server::serve(vec![socket], florin_frame::router(frame), stop));
    signals.next().await;
    let _ = tell.send(true);
    Ok(serving.await??)
}
