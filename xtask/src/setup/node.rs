//! Node.js, and what comes from npm: wasm-opt and esbuild for builds, Playwright for tests.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{announce, apt};
use crate::lockfile;
use crate::run;
use crate::workshop::{Workshop, on_path};

/// The oldest Node.js that every tool from npm accepts.
const NODE_LEAST: &str = "18.0";

pub(super) fn bring_runtime(workshop: &Workshop) -> Result<()> {
    if on_path("node").is_none() || on_path("npm").is_none() {
        if !apt::available() {
            bail!(
                "Node.js {NODE_LEAST} or newer, with npm, is needed for wasm-opt, esbuild and \
                 Playwright and is not on PATH; install it (https://nodejs.org, or your system's \
                 packages `nodejs` and `npm`) and run this again"
            );
        }
        announce("nodejs and npm", "run wasm-opt, esbuild and the browser tests (apt-get)");
        apt::install(workshop, &["nodejs", "npm"])?;
    }
    let version = run::answer(workshop.command("node").arg("--version"))?;
    if !lockfile::at_least(&version, NODE_LEAST) {
        bail!("Node.js on PATH is {version}; {NODE_LEAST} or newer is needed");
    }
    Ok(())
}

/// wasm-opt and esbuild, in a folder outside the clone named by their lock file.
pub(super) fn bring_build_tools(workshop: &Workshop) -> Result<()> {
    let folder = build_tools_folder(workshop)?;
    let complete = folder.join("complete");
    if complete.is_file() {
        return Ok(());
    }
    announce("wasm-opt and esbuild", "make the form and its scripts smaller (npm)");
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(workshop.root.join("xtask/npm").join(file), folder.join(file))
            .with_context(|| format!("can't copy xtask/npm/{file}"))?;
    }
    npm_ci(workshop, &folder, "npm-build-tools")?;
    fs::write(&complete, "").with_context(|| format!("can't write {}", complete.display()))
}

/// Playwright's library stands in the clone, where Node.js looks for what a test imports.
pub(super) fn bring_playwright(workshop: &Workshop) -> Result<()> {
    let why = "drive the browser in the end-to-end tests, and examine what it shows (npm)";
    bring_locked(workshop, "tests/e2e", "playwright-core and axe-core", why)
}

/// The example is built by a test as its readers build it.
pub(super) fn bring_react_example(workshop: &Workshop) -> Result<()> {
    bring_locked(workshop, "examples/react", "vite and react", "build the React example that a test pays in (npm)")
}

/// What the lock file of a folder in the clone names, once for each state of that file.
fn bring_locked(workshop: &Workshop, folder: &str, what: &str, why: &str) -> Result<()> {
    let log = format!("npm-{}", folder.replace('/', "-"));
    let folder = workshop.root.join(folder);
    let wanted = read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/installed-from.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    announce(what, why);
    npm_ci(workshop, &folder, &log)?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

/// The path of a command that [`bring_build_tools`] installed.
pub(crate) fn npm_tool(workshop: &Workshop, name: &str) -> Result<PathBuf> {
    Ok(build_tools_folder(workshop)?.join("node_modules/.bin").join(name))
}

fn build_tools_folder(workshop: &Workshop) -> Result<PathBuf> {
    let lock = read(&workshop.root.join("xtask/npm/package-lock.json"))?;
    let mut hasher = DefaultHasher::new();
    lock.hash(&mut hasher);
    Ok(workshop.tools.join(format!("npm-{:016x}", hasher.finish())))
}

fn npm_ci(workshop: &Workshop, folder: &Path, log_name: &str) -> Result<()> {
    let log = workshop.tools.join(format!("log/{log_name}.log"));
    let mut command = workshop.command("npm");
    command.args(["ci", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder);
    run::with_heartbeat(&mut command, &log)
        .with_context(|| format!("npm could not install; with a network, run `npm ci` in {}", folder.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
}
