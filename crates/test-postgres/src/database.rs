//! An empty database for one test.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Missing;
use crate::programs::Programs;
use crate::server::{self, Server, USER};

/// A database that no other test uses. It goes with this value, whoever is still connected.
pub struct Database {
    name: String,
    socket_folder: PathBuf,
    dropdb: PathBuf,
}

impl Database {
    /// Makes an empty database, on the server that this process shares or else starts.
    ///
    /// # Errors
    /// There is no PostgreSQL, or it says why not.
    pub fn fresh() -> Result<Self, Missing> {
        Self::made("")
    }

    /// As [`Database::fresh`], with more words for `CREATE DATABASE`.
    ///
    /// # Errors
    /// There is no PostgreSQL, or it says why not.
    pub fn made(options: &str) -> Result<Self, Missing> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let programs = Programs::find()?;
        let socket_folder = server::shared()?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        server::sql(&programs, &socket_folder, &format!("CREATE DATABASE {name} {options}"))?;
        Ok(Self { name, socket_folder, dropdb: programs.path("dropdb") })
    }

    /// Its address.
    pub fn url(&self) -> String {
        Server::url(&self.socket_folder, &self.name)
    }

    /// Runs statements in it as a stranger would, and answers what they print.
    ///
    /// # Errors
    /// What PostgreSQL says.
    pub fn sql(&self, sql: &str) -> Result<String, Missing> {
        let mut psql = Command::new(Programs::find()?.path("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]);
        psql.args(["--dbname", &self.name, "--username", USER, "--command", sql]);
        crate::programs::answer(psql.arg("--host").arg(&self.socket_folder))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let mut dropdb = Command::new(&self.dropdb);
        dropdb.args(["--force", "--if-exists", "--username", USER, "--host"]).arg(&self.socket_folder).arg(&self.name);
        dropdb.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // It only saves room while the run lasts: the server's folder goes at the end.
        let _ = dropdb.spawn();
    }
}
