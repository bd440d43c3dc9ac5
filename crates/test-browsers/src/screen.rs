//! A screen that nobody sees, for the engine that has no headless mode.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// An X server with one screen in memory; gone with this value.
pub struct Screen {
    display: String,
    _server: Child,
}

impl Screen {
    /// Starts `Xvfb`, or the program that the variable `XVFB` names, on a display of its own choice.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start() -> Result<Self> {
        let program = std::env::var_os("XVFB").unwrap_or_else(|| "Xvfb".into());
        let mut server = Command::new(&program)
            .args(["-displayfd", "1", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("can't run {}", program.display()))?;
        let output = server.stdout.take().context("Xvfb's output is not piped")?;
        let mut number = String::new();
        BufReader::new(output).read_line(&mut number).await?;
        let number = number.trim();
        ensure!(!number.is_empty(), "Xvfb did not say which display it serves");
        Ok(Self { display: format!(":{number}"), _server: server })
    }

    /// As programs expect it in `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }
}
