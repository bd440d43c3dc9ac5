//! The program beside a browser that speaks WebDriver, one for each browser.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::Engine;

const START: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(20);

/// A running driver; gone with this value.
pub(crate) struct Driver {
    pub(crate) url: String,
    process: Child,
}

impl Driver {
    /// `display` is the screen for browsers that need one.
    pub(crate) async fn start(engine: Engine, display: Option<&str>) -> Result<Self> {
        let port = free_port()?;
        let program = engine.driver()?;
        let mut command = Command::new(&program);
        match engine {
            Engine::Chromium => command.arg(format!("--port={port}")),
            // Its second port would be the same for every driver on the machine.
            Engine::Firefox => command.args(["--port", &port.to_string(), "--websocket-port", "0"]),
            Engine::Webkit => command.arg(format!("--port={port}")),
        };
        if engine == Engine::Webkit {
            // Its own sandbox does not start as root, in containers or without a session bus.
            command.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1").env("NO_AT_BRIDGE", "1");
            command.env("GDK_BACKEND", "x11").env("LIBGL_ALWAYS_SOFTWARE", "1");
            command.env("DISPLAY", display.context("WebKit needs a screen")?);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let process = command.spawn().with_context(|| format!("can't run {}", program.display()))?;
        let mut driver = Self { url: format!("http://127.0.0.1:{port}"), process };
        driver.answers(port).await.with_context(|| format!("{} did not start", program.display()))?;
        Ok(driver)
    }

    async fn answers(&mut self, port: u16) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("it ended with {status}");
            }
            if Instant::now() > deadline {
                bail!("nothing listens on port {port} after {} s", START.as_secs());
            }
            sleep(GLANCE).await;
        }
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn end(mut self) {
        // It may be gone already, which is what is wanted.
        self.process.kill().await.ok();
    }
}

/// A port that was free a moment ago: the drivers can't all say which one they took.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
