//! The socket a server listens on: its own, or one that outlives it.

use std::net::TcpListener;

use anyhow::{Context, Result};
use listenfd::ListenFd;

/// Takes the socket that whoever started us holds open (`LISTEN_FDS`, as systemd does), else listens on
/// `address`. On a socket that is kept open, a restart refuses no connection: they wait in its queue.
pub(crate) fn socket(address: &str) -> Result<TcpListener> {
    let given = ListenFd::from_env().take_tcp_listener(0).context("LISTEN_FDS holds no TCP socket")?;
    match given {
        Some(socket) => Ok(socket),
        None => TcpListener::bind(address).with_context(|| format!("can't listen on {address}")),
    }
}
