//! Firefox and WebKit with their drivers, for the journeys in every engine. Where one can't be had,
//! its tests are skipped, with the reason.

use std::fs;
use std::path::{Path, PathBuf};

use super::{announce, apt, cargo_tools};
use crate::workshop::{Workshop, non_empty, on_path};

const FIREFOX_NAMES: [&str; 2] = ["firefox-esr", "firefox"];
const MAC_FIREFOX: &str = "/Applications/Firefox.app/Contents/MacOS/firefox";

/// Firefox and what drives it.
pub(crate) struct Firefox {
    pub(crate) firefox: PathBuf,
    pub(crate) geckodriver: PathBuf,
}

impl Firefox {
    /// The programs of `FIREFOX` and `GECKODRIVER`, or else of PATH and of the tool folder; or what is missing.
    pub(crate) fn find(workshop: &Workshop) -> Result<Self, String> {
        let brought = workshop.geckodriver_root().join("bin/geckodriver");
        let mac = PathBuf::from(MAC_FIREFOX);
        Ok(Self {
            firefox: chosen("FIREFOX")
                .or_else(|| FIREFOX_NAMES.iter().find_map(|name| on_path(name)))
                .or_else(|| Some(mac).filter(|path| path.is_file()))
                .ok_or("Firefox is not on PATH and could not be brought; set FIREFOX")?,
            geckodriver: chosen("GECKODRIVER")
                .or_else(|| Some(brought).filter(|path| path.is_file()))
                .or_else(|| on_path("geckodriver"))
                .ok_or("geckodriver is not on PATH and could not be brought; set GECKODRIVER")?,
        })
    }
}

/// WebKit's small browser, what drives it, and the screen that it needs.
pub(crate) struct Webkit {
    pub(crate) minibrowser: PathBuf,
    pub(crate) driver: PathBuf,
    pub(crate) xvfb: PathBuf,
}

impl Webkit {
    /// The programs of `MINIBROWSER`, `WEBKITDRIVER` and `XVFB`, or else where packages put them; or what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let missing = |what: &str| format!("{what} is not on this machine and could not be brought (Linux only)");
        Ok(Self {
            minibrowser: chosen("MINIBROWSER")
                .or_else(mini_browser)
                .ok_or_else(|| missing("WebKitGTK's MiniBrowser"))?,
            driver: chosen("WEBKITDRIVER")
                .or_else(|| on_path("WebKitWebDriver"))
                .ok_or_else(|| missing("WebKitWebDriver"))?,
            xvfb: chosen("XVFB").or_else(|| on_path("Xvfb")).ok_or_else(|| missing("Xvfb"))?,
        })
    }
}

/// Brings what can be brought.
pub(super) fn bring(workshop: &Workshop) {
    if FIREFOX_NAMES.iter().all(|name| on_path(name).is_none()) && Firefox::find(workshop).is_err() {
        package(workshop, "firefox-esr", "the journeys run in Firefox too", &["firefox-esr"]);
    }
    // A driver without its browser would be built for nothing.
    if Firefox::find(workshop).is_err_and(|missing| missing.starts_with("geckodriver"))
        && let Err(error) = cargo_tools::bring_geckodriver(workshop)
    {
        println!("setup: geckodriver could not be brought: {error:#}");
    }
    if Webkit::find().is_err() {
        let why = "the journeys run in WebKit too, as in Safari; it needs a screen, which is in memory";
        package(workshop, "webkit2gtk-driver and xvfb", why, &["webkit2gtk-driver", "xvfb"]);
    }
}

fn package(workshop: &Workshop, what: &str, why: &str, packages: &[&str]) {
    if !apt::available() {
        return;
    }
    announce(what, &format!("{why} (apt-get)"));
    if let Err(error) = apt::install(workshop, packages) {
        println!("setup: {what} could not be brought: {error:#}");
    }
}

fn chosen(variable: &str) -> Option<PathBuf> {
    non_empty(variable).map(PathBuf::from)
}

/// Packages put it beside the library, in a folder named by its version.
fn mini_browser() -> Option<PathBuf> {
    let libraries =
        subfolders(Path::new("/usr/lib")).chain(["/usr/lib", "/usr/lib64", "/usr/libexec"].map(PathBuf::from));
    let mut versions: Vec<PathBuf> =
        libraries.flat_map(|folder| subfolders(&folder)).filter(|it| is_webkit(it)).collect();
    versions.sort();
    versions.into_iter().map(|folder| folder.join("MiniBrowser")).find(|file| file.is_file())
}

fn is_webkit(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit2gtk-4"))
}

fn subfolders(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir())
}
