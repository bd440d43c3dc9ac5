//! What a unit works with: statements inside a transaction that somebody else opens and ends.

use crate::error::StoreError;
use crate::row::Row;
use crate::value::Value;

/// What an engine offers a transaction.
pub(crate) trait Session {
    /// Runs one statement; answers the rows touched.
    fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError>;
    /// Runs one statement; answers at most `limit` rows.
    fn rows(&mut self, sql: &'static str, params: &[Value], limit: usize) -> Result<Vec<Row>, StoreError>;
    /// Runs one statement; answers all rows.
    fn all(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.rows(sql, params, usize::MAX)
    }
    /// Runs several statements without parameters: migrations only.
    fn batch(&mut self, sql: &'static str) -> Result<(), StoreError>;
    /// The names of all tables: migrations only.
    fn tables(&mut self) -> Result<Vec<String>, StoreError>;
}

/// One transaction, lent to a unit. The unit cannot end it.
///
/// Statements are `SELECT`, `INSERT`, `UPDATE`, `DELETE` or `WITH`, in the common subset of SQLite
/// and PostgreSQL, with parameters by number: `$1`, `$2`. A claim reads its rows with
/// `FOR UPDATE SKIP LOCKED`, which SQLite is spared.
pub struct Tx<'s> {
    session: &'s mut dyn Session,
    lost_swap: bool,
}

impl<'s> Tx<'s> {
    pub(crate) fn new(session: &'s mut dyn Session) -> Self {
        Self { session, lost_swap: false }
    }

    /// Whether the unit met another version and should run again.
    pub(crate) fn has_lost_swap(&self) -> bool {
        self.lost_swap
    }

    /// Runs a statement that answers no rows; returns how many rows it touched.
    ///
    /// # Errors
    /// Whatever the engine says; the unit should give up and pass it on.
    pub fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.session.execute(sql, params)
    }

    /// Runs a query; returns its first row.
    ///
    /// # Errors
    /// Whatever the engine says; the unit should give up and pass it on.
    pub fn first(&mut self, sql: &'static str, params: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.session.rows(sql, params, 1)?.pop())
    }

    /// Runs a query; returns all its rows.
    ///
    /// # Errors
    /// Whatever the engine says; the unit should give up and pass it on.
    pub fn all(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.session.all(sql, params)
    }

    /// A compare-and-swap: `UPDATE … WHERE id = $1 AND version = $2`.
    ///
    /// # Errors
    /// [`StoreError::LostSwap`] when no row was touched; the store then runs the unit again, at
    /// most five times. Otherwise whatever the engine says.
    pub fn swap(&mut self, sql: &'static str, params: &[Value]) -> Result<(), StoreError> {
        match self.execute(sql, params)? {
            0 => Err(self.lost_swap()),
            _ => Ok(()),
        }
    }

    /// The error of a swap lost by other means than [`Tx::swap`]; asks for the unit to run again.
    #[must_use]
    pub fn lost_swap(&mut self) -> StoreError {
        self.lost_swap = true;
        StoreError::LostSwap
    }
}
