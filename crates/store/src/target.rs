//! Which database: read from what an operator wrote.

use std::path::PathBuf;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One SQLite file; made when missing.
    Sqlite(PathBuf),
}

/// The text names no database we can use. Never repeats the text: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing was given.
    #[error("no database was named; give a path, or sqlite:/path/to/file")]
    Missing,
    /// PostgreSQL is designed for, not built.
    #[error("PostgreSQL is not built into this version yet; use sqlite:/path/to/file")]
    PostgresNotBuilt,
    /// Another scheme.
    #[error("the database address has a scheme this version does not know; use sqlite:/path/to/file")]
    UnknownScheme,
    /// A database in memory would lose what was acknowledged.
    #[error("a database in memory cannot keep what it acknowledged; use sqlite:/path/to/file")]
    InMemory,
    /// Options after `?` are not understood, so they are not silently dropped either.
    #[error("options after '?' in a SQLite address are not understood; give the path alone")]
    Options,
}

impl Target {
    /// Reads `sqlite:/path`, `sqlite:///path` or a plain path.
    ///
    /// # Errors
    /// Nothing, a database in memory, or an engine this version does not have.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return Err(TargetError::PostgresNotBuilt);
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None if text.contains("://") || text.starts_with("file:") => {
                return Err(TargetError::UnknownScheme);
            }
            None => text,
        };
        match path {
            "" => Err(TargetError::Missing),
            _ if path.contains(":memory:") => Err(TargetError::InMemory),
            _ if path.contains('?') => Err(TargetError::Options),
            _ => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, TargetError>) {
        assert_eq!(Target::parse(text), expected.map(|path| Target::Sqlite(PathBuf::from(path))), "{text:?}");
    }

    #[test]
    fn a_path_is_sqlite_with_or_without_its_scheme() {
        check("/var/lib/florin/merchant.db", Ok("/var/lib/florin/merchant.db"));
        check("sqlite:/var/lib/m.db", Ok("/var/lib/m.db"));
        check("sqlite:///var/lib/m.db", Ok("/var/lib/m.db"));
        check("sqlite:m.db", Ok("m.db"));
        check(" m.db\n", Ok("m.db"));
    }

    #[test]
    fn what_we_cannot_serve_is_named() {
        check("", Err(TargetError::Missing));
        check("sqlite:", Err(TargetError::Missing));
        check("sqlite://", Err(TargetError::Missing));
        check("postgres://u:secret@h/db", Err(TargetError::PostgresNotBuilt));
        check("postgresql://h/db", Err(TargetError::PostgresNotBuilt));
        check("mysql://h/db", Err(TargetError::UnknownScheme));
        check("file:m.db", Err(TargetError::UnknownScheme));
        check("sqlite::memory:", Err(TargetError::InMemory));
        check(":memory:", Err(TargetError::InMemory));
        check("sqlite:m.db?mode=ro", Err(TargetError::Options));
    }

    #[test]
    fn a_refused_address_is_not_repeated() {
        let error = Target::parse("postgres://u:hunter2@h/db").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
