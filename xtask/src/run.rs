//! Runs child processes: shown as they are, with a heartbeat, or for their answer.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::stopwatch::Stopwatch;

/// How often a long step says that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often a running child is looked at: short enough that quick steps stay quick.
const GLANCE: Duration = Duration::from_millis(50);

/// Lines of a failed step's log that are shown.
const LAST_LINES: usize = 25;

/// Runs a command whose output the contributor sees, and fails when it fails.
pub(crate) fn shown(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("can't run {}", name(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// What a command prints on standard output; an error when it can't be run or fails.
pub(crate) fn answer(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("can't run {}", name(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", line(command), output.status, complaint.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a long command with its output in a log file, and shows every ten seconds that it lives.
///
/// On failure the end of the log is shown, and where the rest is.
pub(crate) fn with_heartbeat(command: &mut Command, log: &Path) -> Result<()> {
    let status = run_into_log(command, log)?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
        eprintln!("    {line}");
    }
    bail!("`{}` failed ({status}); all of its output is in {}", line(command), log.display());
}

/// As [`with_heartbeat`], for a first try whose failure is expected now and then: shows no log.
pub(crate) fn tried(command: &mut Command, log: &Path) -> Result<bool> {
    Ok(run_into_log(command, log)?.success())
}

fn run_into_log(command: &mut Command, log: &Path) -> Result<ExitStatus> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
    }
    let file = File::create(log).with_context(|| format!("can't write {}", log.display()))?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let mut child = command.spawn().with_context(|| format!("can't run {}", name(command)))?;
    let watch = Stopwatch::start();
    let mut beats = 0;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(GLANCE);
        if watch.elapsed().0 >= HEARTBEAT * (beats + 1) {
            beats += 1;
            println!("    {} s  {}", (HEARTBEAT * beats).as_secs(), last_line(log));
        }
    }
}

fn last_line(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    line.chars().take(80).collect()
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// The command as a person would type it.
fn line(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name(command)).chain(words).collect::<Vec<_>>().join(" ")
}
