//! Chromium and its driver: Debian's packages, or whatever browser and driver the machine has.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::{announce, apt};
use crate::lockfile;
use crate::run;
use crate::workshop::{Workshop, non_empty, on_path};

const BROWSER_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_BROWSER: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// A browser and the driver that belongs to it.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

impl Browser {
    /// The browser of `CHROMIUM` and `CHROMEDRIVER`, or else of PATH.
    pub(crate) fn find() -> Option<Self> {
        let chromium = non_empty("CHROMIUM")
            .map(PathBuf::from)
            .or_else(|| BROWSER_NAMES.iter().find_map(|name| on_path(name)))
            .or_else(|| Some(PathBuf::from(MAC_BROWSER)).filter(|path| path.is_file()))?;
        let chromedriver = non_empty("CHROMEDRIVER").map(PathBuf::from).or_else(|| on_path("chromedriver"))?;
        Some(Self { chromium, chromedriver })
    }
}

pub(super) fn bring(workshop: &Workshop) -> Result<()> {
    let browser = match Browser::find() {
        Some(browser) => browser,
        None => install(workshop)?,
    };
    let chromium = version(workshop, &browser.chromium)?;
    let chromedriver = version(workshop, &browser.chromedriver)?;
    if lockfile::major(&chromium) != lockfile::major(&chromedriver) {
        bail!(
            "the browser and its driver differ:\n  {}: {chromium}\n  {}: {chromedriver}\n\
             install the driver of that browser, or set CHROMIUM and CHROMEDRIVER to a pair",
            browser.chromium.display(),
            browser.chromedriver.display()
        );
    }
    Ok(())
}

fn install(workshop: &Workshop) -> Result<Browser> {
    if !apt::available() {
        bail!(
            "Chromium and its driver are needed for the tests in a browser and are not on PATH; \
             install them (Debian: `apt-get install chromium chromium-driver`; elsewhere Chrome \
             and the chromedriver of the same version), or set CHROMIUM and CHROMEDRIVER"
        );
    }
    announce("chromium and its driver", "the tests run in a real browser (apt-get)");
    apt::install(workshop, &["chromium", "chromium-driver"])?;
    Browser::find().ok_or_else(|| anyhow!("chromium was installed and is still not on PATH"))
}

fn version(workshop: &Workshop, program: &Path) -> Result<String> {
    run::answer(workshop.command(program).arg("--version"))
        .with_context(|| format!("{} does not answer", program.display()))
}
