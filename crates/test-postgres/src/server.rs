//! One server: a folder, a socket in it, and a keeper that ends both when its process ends.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::programs::{self, Programs};
use crate::{Missing, VARIABLE};

/// The owner of every database in it. There is no password: the socket's folder is the key.
pub(crate) const USER: &str = "florin";

/// Runs the server and waits on its own standard input, which nobody ever writes to: it closes when
/// the process that holds the other end is gone, whether that one returned, panicked or was killed.
const KEEPER: &str = r#"
    "$@" & server=$!
    read -r _
    kill -INT $server; wait $server
"#;

/// A tenth of a second, as often as this: generous for a machine that compiles meanwhile.
const GLANCES: u32 = 300;

/// A running server. It stops, and its folder goes, with this value or with the process.
pub struct Server {
    keeper: Child,
    folder: TempDir,
}

impl Server {
    /// Makes a cluster and starts a server on it, as durable as any: nothing is switched off.
    ///
    /// # Errors
    /// The programs are missing, or say why not.
    pub fn start() -> Result<Self, Missing> {
        Self::start_as(&[], |_| Ok(()))
    }

    /// With these further words for the server, after `prepare` has put what they name into the folder.
    pub(crate) fn start_as(
        words: &[String],
        prepare: impl FnOnce(&Path) -> Result<(), Missing>,
    ) -> Result<Self, Missing> {
        let programs = Programs::find()?;
        let before = programs::unprivileged()?;
        let folder = tempfile::Builder::new().prefix("florin-pg-").tempdir().map_err(|error| failed(&error))?;
        prepare(folder.path())?;
        if let Some(owner) = programs::owner()? {
            programs::answer(Command::new("chown").arg("-R").arg(owner).arg(folder.path()))?;
        }
        let data = folder.path().join("data");
        let mut initdb = as_user(&before, programs.path("initdb"));
        initdb.args(["--auth=trust", "--encoding=UTF8", "--no-locale", "--username", USER, "--pgdata"]);
        programs::answer(initdb.arg(&data).current_dir("/"))?;
        let keeper = keep(&before, &programs, folder.path(), &data, words)?;
        let mut server = Self { keeper, folder };
        server.wait_until_it_answers(&programs)?;
        Ok(server)
    }

    /// What [`VARIABLE`] must hold for other processes to share this server.
    pub fn socket_folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of one of its databases.
    pub fn url(socket_folder: &Path, database: &str) -> String {
        let folder = socket_folder.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{USER}@{folder}/{database}")
    }

    fn wait_until_it_answers(&mut self, programs: &Programs) -> Result<(), Missing> {
        for _ in 0..GLANCES {
            if sql(programs, self.folder.path(), "SELECT 1").is_ok() {
                return Ok(());
            }
            if matches!(self.keeper.try_wait(), Ok(Some(_))) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        Err(Missing::Failed(format!("it does not answer: {}", log.trim())))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The keeper sees the end of its input and stops the server; waited for, so that the folder
        // is no longer written to when it goes.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The socket's folder of the server that this process should use: another's, or its own.
pub(crate) fn shared() -> Result<PathBuf, Missing> {
    use std::sync::OnceLock;
    // Statics are not dropped at the end of a process; the keeper notices that end by itself.
    static OWN: OnceLock<Result<Server, String>> = OnceLock::new();
    if let Some(folder) = std::env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    match OWN.get_or_init(|| Server::start().map_err(|error| error.to_string())) {
        Ok(server) => Ok(server.folder.path().to_owned()),
        Err(reason) => Err(Missing::Failed(reason.clone())),
    }
}

/// Runs one statement on the server's own database.
pub(crate) fn sql(programs: &Programs, socket_folder: &Path, sql: &str) -> Result<String, Missing> {
    let mut psql = Command::new(programs.path("psql"));
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", "postgres", "--username", USER]);
    psql.args(["--port", &port_of(socket_folder)]).arg("--host").arg(socket_folder);
    programs::answer(psql.args(["--command", sql]))
}

/// The port that a socket is named after, also where nobody listens on it.
fn port_of(socket_folder: &Path) -> String {
    let names = std::fs::read_dir(socket_folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let port = |name: OsString| name.to_str()?.strip_prefix(".s.PGSQL.")?.parse::<u16>().ok();
    names.filter_map(port).next().unwrap_or(5432).to_string()
}

fn keep(
    before: &[OsString],
    programs: &Programs,
    folder: &Path,
    data: &Path,
    words: &[String],
) -> Result<Child, Missing> {
    let log = std::fs::File::create(folder.join("log")).map_err(|error| failed(&error))?;
    let also_log = log.try_clone().map_err(|error| failed(&error))?;
    // The folder goes with the keeper too: a killed process cannot clean up behind itself.
    let script = format!("{KEEPER}\nrm -rf \"$FOLDER\"");
    let mut keeper = Command::new("sh");
    keeper.args(["-c", &script, "keeper"]).args(before).arg(programs.path("postgres")).arg("-D").arg(data);
    keeper.arg("-k").arg(folder).args(["-c", "listen_addresses=", "-c", "max_connections=300"]).args(words);
    keeper.env("FOLDER", folder).current_dir("/");
    // Of no use to us: a Ctrl-C reaches the whole group, and the keeper must outlive it to clean up.
    std::os::unix::process::CommandExt::process_group(&mut keeper, 0);
    keeper.stdin(Stdio::piped()).stdout(log).stderr(also_log).spawn().map_err(|error| failed(&error))
}

fn as_user(before: &[OsString], program: PathBuf) -> Command {
    let mut words = before.iter().cloned().chain([program.into_os_string()]);
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

fn failed(error: &std::io::Error) -> Missing {
    Missing::Failed(error.to_string())
}
