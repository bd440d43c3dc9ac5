//! One connection: statements, savepoints, and what SQLite's errors mean to us.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, params_from_iter};

use super::statement;
use crate::error::StoreError;
use crate::row::Row;
use crate::tx::Session;
use crate::value::Value;

/// A statement of ours, found again by the address of its `'static` text.
struct Known {
    translated: String,
    columns: Option<Arc<[String]>>,
}

/// One connection and the statements it has met.
pub(super) struct SqliteSession {
    connection: Connection,
    known: HashMap<(usize, usize), Known>,
    /// What took the connection out of its transaction, if anything did.
    lost: Option<StoreError>,
}

impl SqliteSession {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, known: HashMap::new(), lost: None }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Begins a transaction that holds the file's write lock from the start.
    pub(super) fn begin_writing(&mut self) -> Result<(), StoreError> {
        self.begin("BEGIN IMMEDIATE")
    }

    /// Begins a snapshot.
    pub(super) fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.begin("BEGIN")
    }

    fn begin(&mut self, sql: &str) -> Result<(), StoreError> {
        self.lost = None;
        self.control(sql).map_err(translate)
    }

    /// Commits. The error stays SQLite's own: the writer must tell a failing disk from the rest.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.control("COMMIT")
    }

    /// Ends whatever transaction is open, keeping nothing.
    pub(super) fn abandon(&mut self) {
        if !self.connection.is_autocommit() {
            // Can only fail when SQLite has rolled back by itself, which is what is wanted.
            let _ = self.control("ROLLBACK");
        }
    }

    /// Opens the savepoint of one unit.
    pub(super) fn open_unit(&mut self) -> Result<(), StoreError> {
        self.control("SAVEPOINT unit").map_err(translate)
    }

    /// Keeps what the unit did, for the commit to come.
    pub(super) fn keep_unit(&mut self) -> Result<(), StoreError> {
        self.control("RELEASE unit").map_err(translate)
    }

    /// Undoes what the unit did.
    pub(super) fn undo_unit(&mut self) -> Result<(), StoreError> {
        self.control("ROLLBACK TO unit").and_then(|()| self.control("RELEASE unit")).map_err(translate)
    }

    /// Why the connection is no longer in the transaction it began, if it is not.
    pub(super) fn loss(&self) -> Option<StoreError> {
        if !self.connection.is_autocommit() {
            return None;
        }
        Some(self.lost.clone().unwrap_or_else(transaction_gone))
    }

    fn control(&self, sql: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(sql)?.raw_execute().map(drop)
    }

    /// Runs `work` on the prepared statement, and watches whether the transaction survives it.
    fn with<T>(
        &mut self,
        sql: &'static str,
        work: impl FnOnce(&mut CachedStatement<'_>, &mut Option<Arc<[String]>>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        // Outside a transaction each statement would commit by itself, unseen by the group.
        if let Some(loss) = self.loss() {
            return Err(loss);
        }
        let known = match self.known.entry((sql.as_ptr().addr(), sql.len())) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(Known { translated: statement::translate(sql)?, columns: None })
            }
        };
        let result = self
            .connection
            .prepare_cached(&known.translated)
            .and_then(|mut statement| work(&mut statement, &mut known.columns))
            .map_err(translate);
        if let Err(error) = &result
            && self.connection.is_autocommit()
        {
            self.lost = Some(error.clone());
        }
        result
    }
}

impl Session for SqliteSession {
    fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        let touched = self.with(sql, |statement, _| statement.execute(params_from_iter(params)))?;
        Ok(touched as u64)
    }

    fn rows(&mut self, sql: &'static str, params: &[Value], limit: usize) -> Result<Vec<Row>, StoreError> {
        self.with(sql, |statement, columns| {
            let columns = columns.get_or_insert_with(|| statement.column_names().map(str::to_owned).collect()).clone();
            let mut found = Vec::new();
            let mut rows = statement.query(params_from_iter(params))?;
            while let Some(row) = rows.next()? {
                let values = (0..columns.len()).map(|place| row.get_ref(place).map(own)).collect::<Result<_, _>>()?;
                if found.len() < limit {
                    found.push(Row::new(Arc::clone(&columns), values));
                }
            }
            Ok(found)
        })
    }

    fn batch(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.connection.execute_batch(sql).map_err(translate)?;
        self.loss().map_or(Ok(()), Err)
    }

    fn tables(&mut self) -> Result<Vec<String>, StoreError> {
        let rows = self.all("SELECT name FROM sqlite_master WHERE type = 'table'", &[])?;
        rows.iter().map(|row| row.get("name")).collect()
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// A column's value. A real number or broken UTF-8 comes as bytes: no reader of ours expects those,
/// so both end as damaged data that names its column.
fn own(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Blob(number.to_be_bytes().to_vec()),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Blob(text.to_vec()),
        },
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    }
}

fn transaction_gone() -> StoreError {
    StoreError::Engine("the transaction is gone".to_owned())
}

/// What an error of SQLite means to us.
pub(super) fn translate(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(cause, text) => {
            let text = text.clone().unwrap_or_else(|| cause.to_string());
            match cause.code {
                ErrorCode::ConstraintViolation => StoreError::Constraint(text),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt(text),
                ErrorCode::DiskFull => StoreError::Full,
                _ => StoreError::Engine(format!("{text} (SQLite {})", cause.extended_code)),
            }
        }
        other => StoreError::Engine(other.to_string()),
    }
}
