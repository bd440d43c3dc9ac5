//! Waiting for what will happen, and no longer.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(40);

/// What `happened` answers, as soon as it answers something. Its errors count as "not yet".
pub(crate) async fn eventually<T>(what: &str, mut happened: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let last = match happened().await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => String::new(),
            Err(error) => format!(": {error:#}"),
        };
        if Instant::now() > deadline {
            bail!("{what}: did not happen in {} s{last}", PATIENCE.as_secs());
        }
        sleep(GLANCE).await;
    }
}
