//! What a role keeps: its name and its migrations. Applied and stamped in one transaction.

mod apply;
mod check;

pub(crate) use apply::apply;
pub(crate) use check::check;

/// The tables of one role. A database belongs to exactly one role.
#[derive(Debug)]
pub struct Schema {
    /// Who owns the database: `merchant` or `gateway`.
    pub role: &'static str,
    /// Every migration ever released, by ascending version from 1.
    pub migrations: &'static [Migration],
}

/// One step of a schema. Released steps never change.
#[derive(Debug)]
pub struct Migration {
    /// 1, 2, 3 …
    pub version: i64,
    /// What it is for; recorded, so that another history is noticed.
    pub name: &'static str,
    /// Statements in the common subset of SQLite and PostgreSQL, separated by `;`.
    pub sql: &'static str,
}
