//! Debian packages, where the machine has apt-get and we are root. Asks for no password.

use std::process::Command;

use anyhow::{Context, Result};

use crate::run;
use crate::workshop::{Workshop, on_path};

/// Whether packages can be installed at all.
pub(super) fn available() -> bool {
    on_path("apt-get").is_some() && run::answer(Command::new("id").arg("-u")).is_ok_and(|uid| uid == "0")
}

/// Whether dpkg has this package installed.
pub(super) fn installed(package: &str) -> bool {
    run::answer(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// Installs packages; reads the package lists first only where they are missing or too old.
pub(super) fn install(workshop: &Workshop, packages: &[&str]) -> Result<()> {
    let log = workshop.tools.join("log/apt.log");
    if run::tried(&mut install_command(workshop, packages), &log)? {
        return Ok(());
    }
    println!("    reading the package lists again");
    run::with_heartbeat(apt_get(workshop).arg("update"), &log)
        .context("apt-get could not read the package lists; is there a network?")?;
    run::with_heartbeat(&mut install_command(workshop, packages), &log)
        .with_context(|| format!("apt-get could not install {}", packages.join(" ")))
}

fn install_command(workshop: &Workshop, packages: &[&str]) -> Command {
    let mut command = apt_get(workshop);
    command.args(["install", "-y", "--no-install-recommends"]).args(packages);
    command
}

fn apt_get(workshop: &Workshop) -> Command {
    let mut command = workshop.command("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
