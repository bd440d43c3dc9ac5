//! Where the programs of PostgreSQL are, and as whom they run: they refuse to run as root.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Missing;

/// Where Debian keeps them: a folder a version, none of it on PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of one installation.
pub(crate) struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The newest installation of Debian's kind, or else the one on PATH.
    pub(crate) fn find() -> Result<Self, Missing> {
        let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
        let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path());
        let newest = debian.filter(|folder| version(folder).is_some()).max_by_key(version);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = newest.map(|folder| folder.join("bin")).into_iter().chain(std::env::split_paths(&path));
        let whole = |folder: &PathBuf| ["initdb", "postgres", "psql"].iter().all(|name| folder.join(name).is_file());
        folders.into_iter().find(whole).map(|folder| Self { folder }).ok_or(Missing::Programs)
    }

    /// The full path of one program.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Words to put before a command so that it does not run as root; none when we are not root.
pub(crate) fn unprivileged() -> Result<Vec<OsString>, Missing> {
    let user = if !is_root() {
        return Ok(Vec::new());
    } else if has_user("postgres") {
        "postgres"
    } else {
        "nobody"
    };
    if !Path::new("/usr/bin/setpriv").is_file() {
        return Err(Missing::Failed("as root it needs setpriv, which util-linux has".to_owned()));
    }
    let words = ["/usr/bin/setpriv", "--reuid", user, "--regid", &group_of(user)?, "--clear-groups"];
    Ok(words.iter().map(OsString::from).collect())
}

/// The user and group that own the server's folder, for chown; none when we are not root.
pub(crate) fn owner() -> Result<Option<String>, Missing> {
    let words = unprivileged()?;
    let word = |place: usize| words.get(place).map(|word| word.to_string_lossy().into_owned());
    Ok(word(2).zip(word(4)).map(|(user, group)| format!("{user}:{group}")))
}

fn is_root() -> bool {
    answer(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn has_user(name: &str) -> bool {
    answer(Command::new("id").args(["-u", name])).is_ok()
}

fn group_of(user: &str) -> Result<String, Missing> {
    answer(Command::new("id").args(["-g", user]))
}

/// What a program says on standard output; what it complains of, when it fails.
pub(crate) fn answer(command: &mut Command) -> Result<String, Missing> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Missing::Failed(format!("{name}: {error}")))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(Missing::Failed(format!("{name}: {}", complaint.trim())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
