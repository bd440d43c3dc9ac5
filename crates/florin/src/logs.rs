//! Logs go to standard error, so that standard output stays for people.
//!
//! One line a fact, with ids as fields; no bodies, no card data, no handles.

use tracing_subscriber::EnvFilter;

/// `json`: an object a line, for whoever collects logs.
const FORM: &str = "FLORIN_LOGS";

/// Quiet unless `RUST_LOG` asks for more.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var(FORM).is_ok_and(|form| form == "json") {
        logs.json().init();
    } else {
        logs.init();
    }
}
