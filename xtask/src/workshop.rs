//! Where things are, and what every child process gets: tools on PATH, the folder, the toolchain.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::lockfile;

/// The wasm-pack that set-up brings.
pub(crate) const WASM_PACK_VERSION: &str = "0.15.1";

/// The cargo-deny that set-up brings.
pub(crate) const CARGO_DENY_VERSION: &str = "0.20.2";

/// The cargo-mutants that set-up brings.
pub(crate) const CARGO_MUTANTS_VERSION: &str = "27.1.0";

/// The driver of Firefox that set-up brings.
pub(crate) const GECKODRIVER_VERSION: &str = "0.37.1";

/// The clone, its target folder and the tools, which live outside the clone so that a fresh clone
/// starts fast.
pub(crate) struct Workshop {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) tools: PathBuf,
    /// The wasm-bindgen that the lock file names; the command line tool must be the same.
    pub(crate) wasm_bindgen_version: String,
    /// The rustup toolchain of the children, when it is not the one that runs us.
    pub(crate) toolchain: Option<String>,
}

impl Workshop {
    pub(crate) fn open() -> Result<Self> {
        let root = repository_root()?;
        let lock = root.join("Cargo.lock");
        let lock_text = std::fs::read_to_string(&lock).with_context(|| format!("can't read {}", lock.display()))?;
        let wasm_bindgen_version = lockfile::version_of(&lock_text, "wasm-bindgen")
            .ok_or_else(|| anyhow!("Cargo.lock names no wasm-bindgen"))?;
        let target = match non_empty("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(PathBuf::from(folder))?,
            None => root.join("target"),
        };
        Ok(Self { root, target, tools: tools_folder()?, wasm_bindgen_version, toolchain: None })
    }

    /// The folder whose `bin` holds wasm-bindgen and its test runner, named by version so that
    /// clones with different lock files live side by side.
    pub(crate) fn wasm_bindgen_root(&self) -> PathBuf {
        self.tools.join(format!("wasm-bindgen-{}", self.wasm_bindgen_version))
    }

    pub(crate) fn wasm_pack_root(&self) -> PathBuf {
        self.tools.join(format!("wasm-pack-{WASM_PACK_VERSION}"))
    }

    pub(crate) fn geckodriver_root(&self) -> PathBuf {
        self.tools.join(format!("geckodriver-{GECKODRIVER_VERSION}"))
    }

    pub(crate) fn cargo_deny_root(&self) -> PathBuf {
        self.tools.join(format!("cargo-deny-{CARGO_DENY_VERSION}"))
    }

    pub(crate) fn cargo_mutants_root(&self) -> PathBuf {
        self.tools.join(format!("cargo-mutants-{CARGO_MUTANTS_VERSION}"))
    }

    /// The built form, as it is embedded into the binary.
    ///
    /// Not `form`: cargo keeps the profile of that name there.
    pub(crate) fn form_dir(&self) -> PathBuf {
        self.target.join("shipped-form")
    }

    /// A child process in the clone.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }

    /// `cargo` in the clone, using the same target folder as we do.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command("cargo");
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    fn path(&self) -> OsString {
        let ours = [self.wasm_bindgen_root().join("bin"), self.wasm_pack_root().join("bin")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = ours.into_iter().chain(env::split_paths(&inherited));
        // Only a folder with a colon in its name can't be joined; then ours stay out.
        env::join_paths(folders).unwrap_or(inherited)
    }
}

/// The file that `name` would run, looked up as a shell does.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// An environment variable that is set and not empty.
pub(crate) fn non_empty(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn repository_root() -> Result<PathBuf> {
    // At run time, not at compile time: clones may share one target folder, and with it one xtask.
    let manifest =
        non_empty("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest.parent().map(Path::to_path_buf);
    root.ok_or_else(|| anyhow!("{} has no parent folder", manifest.display()))
}

fn tools_folder() -> Result<PathBuf> {
    if let Some(folder) = non_empty("FLORIN_TOOLS") {
        return Ok(std::path::absolute(PathBuf::from(folder))?);
    }
    let home =
        non_empty("HOME").ok_or_else(|| anyhow!("HOME is not set; set FLORIN_TOOLS to a folder for the tools"))?;
    Ok(PathBuf::from(home).join(".cache/florin/tools"))
}
