//! Logs go to standard error, so that standard output stays for people.

use tracing_subscriber::EnvFilter;

/// Quiet unless `RUST_LOG` asks for more.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
