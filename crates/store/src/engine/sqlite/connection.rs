//! Opens a file as a writing or a reading connection, with the settings durability rests on.

use std::fs::OpenOptions;
use std::path::Path;
use std::time::Duration;

use florin_domain::mode::Mode;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::Tuning;
use super::session::{self, SqliteSession};
use crate::engine::handle;
use crate::error::OpenError;
use crate::schema::{self, Schema};

/// Statements kept prepared on one connection: more than a role has.
const PREPARED: usize = 256;

/// That `path` can't be used, and why.
pub(super) fn unusable(path: &Path, reason: impl std::fmt::Display) -> OpenError {
    handle::unusable(&path.display(), reason)
}

/// Opens the one connection that writes; migrates and checks the stamp.
pub(super) fn open_writing(
    path: &Path,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
) -> Result<SqliteSession, OpenError> {
    create(path).map_err(|error| unusable(path, error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unusable(path, error))?;
    prepare(&connection, tuning.busy).map_err(|error| unusable(path, error))?;
    let mut session = SqliteSession::new(connection);
    // The stamp is checked before the file is changed in any way.
    migrate(&mut session, path, schema, mode)?;
    keep(session.connection(), tuning).map_err(|reason| unusable(path, reason))?;
    Ok(session)
}

/// Opens a connection that can only read.
pub(super) fn open_reading(path: &Path, busy: Duration) -> Result<SqliteSession, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| unusable(path, error))?;
    prepare(&connection, busy)
        .and_then(|()| connection.pragma_update(None, "query_only", true))
        .map_err(|error| unusable(path, error))?;
    Ok(SqliteSession::new(connection))
}

/// Makes the file when missing, readable by its owner alone; SQLite gives its log the same rights.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(made) => {
            // Never closed, on purpose: closing any descriptor of a file gives up every lock that
            // this process holds on it, SQLite's included.
            std::mem::forget(made);
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Settings of a connection; none of them changes the file.
fn prepare(connection: &Connection, busy: Duration) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(PREPARED);
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS an fsync alone stops at the drive's cache; elsewhere these two do nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)
}

/// Says whether the file is ours as it stands; neither makes nor changes it.
pub(super) fn check(path: &Path, schema: &'static Schema, mode: Mode, busy: Duration) -> Result<(), OpenError> {
    let place = path.display().to_string();
    // In a folder that may not be searched nobody can say.
    if !path.try_exists().map_err(|error| unusable(path, error))? {
        return Err(OpenError::Missing { place });
    }
    let mut session = open_reading(path, busy)?;
    session.begin_reading().map_err(|error| unusable(path, error))?;
    let found = schema::check(&mut session, &place, schema, mode);
    session.abandon();
    found
}

fn migrate(session: &mut SqliteSession, path: &Path, schema: &'static Schema, mode: Mode) -> Result<(), OpenError> {
    session.begin_writing().map_err(|error| unusable(path, error))?;
    match schema::apply(session, &path.display().to_string(), schema, mode) {
        Ok(()) => session.commit().map_err(|error| unusable(path, session::translate(error))),
        Err(error) => {
            session.abandon();
            Err(error)
        }
    }
}

/// Settings of the file, and a look whether SQLite took those that matter.
fn keep(connection: &Connection, tuning: Tuning) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let journal = write_ahead(connection, tuning.busy).map_err(text)?;
    let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).map_err(text)?;
    if journal != "wal" || synchronous != 2 {
        return Err(format!("it cannot keep a write-ahead log here (journal {journal}, synchronous {synchronous})"));
    }
    if let Some(pages) = tuning.max_pages {
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).map_err(text)?;
    }
    Ok(())
}

/// Asks for a write-ahead log; answers the journal mode that SQLite then has.
///
/// Two processes that open a new file at once meet here, and SQLite does not wait by itself: the
/// busy timeout does not cover this change.
fn write_ahead(connection: &Connection, busy: Duration) -> rusqlite::Result<String> {
    const PAUSE: Duration = Duration::from_millis(10);
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < busy => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            journal => return journal,
        }
    }
}
