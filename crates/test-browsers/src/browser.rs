//! One browser with a fresh profile, its driver, and the session between them.

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;

use crate::driver::Driver;
use crate::privacy::capabilities;
use crate::{Engine, Privacy};

/// An open browser. Close it: dropping it leaves the browser to its driver's end.
pub struct Browser {
    /// What drives it.
    pub client: Client,
    driver: Driver,
}

impl Browser {
    /// Starts driver and browser; `display` is the screen for the engine without a headless mode.
    ///
    /// # Errors
    /// When a program is missing or does not start.
    pub async fn open(engine: Engine, privacy: Privacy, display: Option<&str>) -> Result<Self> {
        let browser = engine.browser()?;
        let driver = Driver::start(engine, display).await?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(engine, &browser, privacy))
            .connect(&driver.url)
            .await
            .with_context(|| format!("{} did not open", engine.name()))?;
        Ok(Self { client, driver })
    }

    /// Ends session, browser and driver.
    ///
    /// # Errors
    /// When the session could not be ended; the driver is gone all the same.
    pub async fn close(self) -> Result<()> {
        let closed = self.client.close().await;
        self.driver.end().await;
        closed.context("the browser did not close")
    }
}
