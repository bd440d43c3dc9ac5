//! The wasm target where rustup can download nothing: Debian's Rust, with the target's standard
//! library built once from Debian's sources and put where that compiler looks for it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::wasm_target::{self, TARGET};
use super::{announce, apt};
use crate::lockfile;
use crate::run;
use crate::workshop::{Workshop, on_path};

/// rustc 1.96 with its sources; `lld-22` because the code comes from LLVM 22.
const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev", "lld-22"];

/// The name under which rustup knows the toolchain in /usr.
const TOOLCHAIN: &str = "system";

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const LIBRARIES: &str = "/usr/lib/rustlib";

/// Uses what [`bring`] made before, if it is there and belongs to the compiler in /usr.
pub(super) fn adopt(workshop: &mut Workshop) -> bool {
    let Ok(made_for) = fs::read_to_string(marker(workshop)) else { return false };
    if !compiler().is_ok_and(|version| version == made_for) {
        return false;
    }
    use_toolchain(workshop);
    let usable = wasm_target::present(workshop);
    if !usable {
        workshop.toolchain = None;
    }
    usable
}

pub(super) fn bring(workshop: &mut Workshop) -> Result<()> {
    if !apt::available() || !cfg!(target_arch = "x86_64") {
        bail!(
            "the target {TARGET} is missing and could not be brought.\n\
             With rustup (https://rustup.rs) and a network, run: rustup target add {TARGET}\n\
             (what rustup said, if it ran, is in {}).\n\
             Where rustup can't download, Debian 12 on x86-64 has another way; run this as root.",
            workshop.tools.join("log/rustup.log").display()
        );
    }
    install_packages(workshop)?;
    let version = compiler()?;
    if !lockfile::at_least(&version, env!("CARGO_PKG_RUST_VERSION")) {
        bail!("Debian's {version} is older than the {} we need", env!("CARGO_PKG_RUST_VERSION"));
    }
    link_toolchain(workshop)?;
    build_standard_library(workshop)?;
    link_linker()?;
    use_toolchain(workshop);
    if !wasm_target::present(workshop) {
        bail!("the standard library was built and {RUSTC} still does not find it");
    }
    drop_stale_artefacts(workshop)?;
    fs::write(marker(workshop), version).context("can't note that the toolchain is complete")
}

fn install_packages(workshop: &Workshop) -> Result<()> {
    let missing: Vec<&str> = PACKAGES.iter().copied().filter(|package| !apt::installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    announce("Debian's Rust", "a compiler whose standard library can be built here (apt-get)");
    apt::install(workshop, &missing)
}

/// Makes the toolchain known to rustup; without rustup /usr is what PATH finds.
fn link_toolchain(workshop: &Workshop) -> Result<()> {
    if on_path("rustup").is_none() {
        return Ok(());
    }
    run::answer(workshop.command("rustup").args(["toolchain", "link", TOOLCHAIN, "/usr"]))?;
    Ok(())
}

fn use_toolchain(workshop: &mut Workshop) {
    workshop.toolchain = on_path("rustup").map(|_| TOOLCHAIN.to_owned());
}

/// Builds std in an empty library and puts its parts beside those of the host.
fn build_standard_library(workshop: &Workshop) -> Result<()> {
    announce("standard library", "the target's part is built from source, once (about a minute)");
    let crate_folder = workshop.tools.join("scratch/wasm-std");
    let parts = crate_folder.join("target").join(TARGET).join("release/deps");
    if crate_folder.exists() {
        fs::remove_dir_all(&crate_folder)?;
    }
    write_empty_crate(&crate_folder)?;
    run::with_heartbeat(&mut standard_library_build(workshop, &crate_folder), &workshop.tools.join("log/wasm-std.log"))
        .context("the standard library could not be built")?;
    let destination = Path::new(LIBRARIES).join(TARGET).join("lib");
    replace_libraries(&parts, &destination).with_context(|| format!("can't fill {}", destination.display()))?;
    fs::remove_dir_all(&crate_folder)?;
    Ok(())
}

fn write_empty_crate(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder.join("src"))?;
    // `[workspace]` so that cargo looks for none above; the name is what we leave out afterwards.
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/lib.rs"), "")?;
    Ok(())
}

fn standard_library_build(workshop: &Workshop, folder: &Path) -> Command {
    let mut command = workshop.command(CARGO);
    command
        // `test` is there for the tests in a browser.
        .args(["build", "-Z", "build-std=std,panic_abort,test", "--release", "--target", TARGET])
        .current_dir(folder)
        .env_remove("RUSTUP_TOOLCHAIN")
        .env("RUSTC", RUSTC)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Link-time optimisation needs the bitcode.
        .env("RUSTFLAGS", "-C embed-bitcode=yes");
    command
}

fn replace_libraries(parts: &Path, destination: &Path) -> Result<()> {
    fs::create_dir_all(destination)?;
    for old in libraries_in(destination)? {
        fs::remove_file(old)?;
    }
    for part in libraries_in(parts)? {
        let Some(name) = part.file_name() else { continue };
        if !name.to_string_lossy().starts_with("libempty-") {
            fs::copy(&part, destination.join(name))?;
        }
    }
    Ok(())
}

fn libraries_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            found.push(path);
        }
    }
    Ok(found)
}

/// rustc calls the linker `rust-lld`; Debian's package calls it `wasm-ld-22`.
fn link_linker() -> Result<()> {
    let folder = Path::new(LIBRARIES).join("x86_64-unknown-linux-gnu/bin");
    let link = folder.join("rust-lld");
    if !link.exists() {
        fs::create_dir_all(&folder)?;
        // A link that leads nowhere does not exist, yet is in the way.
        fs::remove_file(&link).ok();
        symlink("/usr/bin/wasm-ld-22", &link).with_context(|| format!("can't link {}", link.display()))?;
    }
    Ok(())
}

/// Artefacts made with an earlier standard library are refused by the compiler (E0460).
fn drop_stale_artefacts(workshop: &Workshop) -> Result<()> {
    let stale = workshop.target.join(TARGET);
    if stale.exists() {
        fs::remove_dir_all(&stale).with_context(|| format!("can't clear {}", stale.display()))?;
    }
    Ok(())
}

fn marker(workshop: &Workshop) -> PathBuf {
    workshop.tools.join("debian-rust")
}

fn compiler() -> Result<String> {
    run::answer(Command::new(RUSTC).arg("--version"))
}
