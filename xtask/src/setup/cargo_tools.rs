//! wasm-bindgen, wasm-pack, geckodriver, cargo-deny and cargo-mutants, each installed by cargo into a folder named by its version.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::announce;
use crate::run;
use crate::workshop::{CARGO_DENY_VERSION, CARGO_MUTANTS_VERSION, GECKODRIVER_VERSION, WASM_PACK_VERSION, Workshop};

pub(super) fn bring_wasm_bindgen(workshop: &Workshop) -> Result<()> {
    let root = workshop.wasm_bindgen_root();
    if root.join("bin/wasm-bindgen-test-runner").is_file() {
        return Ok(());
    }
    let version = &workshop.wasm_bindgen_version;
    announce(
        &format!("wasm-bindgen {version}"),
        "makes a JavaScript module of the compiled form (cargo install, some minutes)",
    );
    install(workshop, "wasm-bindgen-cli", version, &root)
}

pub(super) fn bring_wasm_pack(workshop: &Workshop) -> Result<()> {
    let root = workshop.wasm_pack_root();
    if root.join("bin/wasm-pack").is_file() {
        return Ok(());
    }
    announce(
        &format!("wasm-pack {WASM_PACK_VERSION}"),
        "runs the form's tests in a browser (cargo install, a minute or two)",
    );
    install(workshop, "wasm-pack", WASM_PACK_VERSION, &root)
}

/// Firefox without its driver is no use; Debian has no package of it.
pub(super) fn bring_geckodriver(workshop: &Workshop) -> Result<()> {
    announce(
        &format!("geckodriver {GECKODRIVER_VERSION}"),
        "drives Firefox in the tests (cargo install, a minute or two)",
    );
    install(workshop, "geckodriver", GECKODRIVER_VERSION, &workshop.geckodriver_root())
}

pub(super) fn bring_cargo_deny(workshop: &Workshop) -> Result<()> {
    let root = workshop.cargo_deny_root();
    if root.join("bin/cargo-deny").is_file() {
        return Ok(());
    }
    announce(
        &format!("cargo-deny {CARGO_DENY_VERSION}"),
        "looks at licenses, sources and bans of every dependency (cargo install, a few minutes)",
    );
    install(workshop, "cargo-deny", CARGO_DENY_VERSION, &root)
}

pub(super) fn bring_cargo_mutants(workshop: &Workshop) -> Result<()> {
    let root = workshop.cargo_mutants_root();
    if root.join("bin/cargo-mutants").is_file() {
        return Ok(());
    }
    announce(
        &format!("cargo-mutants {CARGO_MUTANTS_VERSION}"),
        "changes one rule at a time to see whether a test notices (cargo install, a few minutes)",
    );
    install(workshop, "cargo-mutants", CARGO_MUTANTS_VERSION, &root)
}

fn install(workshop: &Workshop, package: &str, version: &str, root: &Path) -> Result<()> {
    let log = workshop.tools.join(format!("log/{package}.log"));
    // The dependencies their authors tested; where one of them is not to be had any more, newer.
    if !run::tried(&mut install_command(workshop, package, version, root, true), &log)? {
        println!("    not with its own lock file; trying with current dependencies");
        run::with_heartbeat(&mut install_command(workshop, package, version, root, false), &log).with_context(
            || {
                format!(
                    "{package} {version} could not be installed; with a network, run\n  \
                     cargo install {package} --version {version} --root {}",
                    root.display()
                )
            },
        )?;
    }
    let scratch = scratch_folder(workshop, package);
    fs::remove_dir_all(&scratch).with_context(|| format!("can't remove {}", scratch.display()))
}

fn install_command(
    workshop: &Workshop,
    package: &str,
    version: &str,
    root: &Path,
    locked: bool,
) -> std::process::Command {
    let mut command = workshop.command("cargo");
    command
        .args(["install", package, "--version", version, "--no-track", "--root"])
        .arg(root)
        .args(locked.then_some("--locked"))
        // Outside the clone, whose settings are not meant for tools.
        .current_dir(&workshop.tools)
        .env("CARGO_TARGET_DIR", scratch_folder(workshop, package))
        .env_remove("RUSTFLAGS")
        // They work on a few megabytes: compiling them fast beats running them fast.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false");
    command
}

fn scratch_folder(workshop: &Workshop, package: &str) -> std::path::PathBuf {
    workshop.tools.join(format!("scratch/{package}"))
}
