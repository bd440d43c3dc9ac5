//! Which database: read from what an operator wrote.

mod postgres;

use std::path::PathBuf;

pub use postgres::PostgresAddress;
pub(crate) use postgres::Roots;

/// Where the data lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One SQLite file; made when missing.
    Sqlite(PathBuf),
    /// One database of a PostgreSQL server; the server and the database exist, the schema is made
    /// when missing.
    Postgres(PostgresAddress),
}

/// The text names no database we can use. Never repeats the text: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Nothing was given.
    #[error("no database was named; give a path, sqlite:/path/to/file or postgres://host/database")]
    Missing,
    /// Not an address of PostgreSQL, or one that leaves out the host or the database.
    #[error("the PostgreSQL address can't be read; write postgres://user:password@host/database")]
    PostgresMalformed,
    /// Perhaps encrypted is not encrypted.
    #[error("sslmode may be require, which checks the server's certificate and name, or disable")]
    PostgresEncryption,
    /// PostgreSQL does not encrypt there, and nobody could listen.
    #[error("a socket of this machine is not encrypted; leave sslmode out, or name a host")]
    PostgresEncryptedSocket,
    /// Another scheme.
    #[error(
        "the database address has a scheme this version does not know; use sqlite:/path/to/file or postgres://host/database"
    )]
    UnknownScheme,
    /// A database in memory would lose what was acknowledged.
    #[error("a database in memory cannot keep what it acknowledged; use sqlite:/path/to/file")]
    InMemory,
    /// Options after `?` are not understood, so they are not silently dropped either.
    #[error("options after '?' in a SQLite address are not understood; give the path alone")]
    Options,
}

impl Target {
    /// Reads `sqlite:/path`, `sqlite:///path`, a plain path, or `postgres://user@host/database`.
    ///
    /// # Errors
    /// Nothing, a database in memory, an engine this version does not have, or a way to PostgreSQL
    /// that is not safe.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let text = text.trim();
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return PostgresAddress::parse(text).map(Self::Postgres);
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
        check("postgres://localhost", Err(TargetError::PostgresMalformed));
        check("postgres://localhost:port/db", Err(TargetError::PostgresMalformed));
        check("postgres:db", Err(TargetError::PostgresMalformed));
        check("postgresql://h/db?sslmode=prefer", Err(TargetError::PostgresEncryption));
        check("postgresql://h/db?sslmode=", Err(TargetError::PostgresEncryption));
        check("postgres://u@%2Fvar%2Frun/db?sslmode=require", Err(TargetError::PostgresEncryptedSocket));
        check("mysql://h/db", Err(TargetError::UnknownScheme));
        check("file:m.db", Err(TargetError::UnknownScheme));
        check("sqlite::memory:", Err(TargetError::InMemory));
        check(":memory:", Err(TargetError::InMemory));
        check("sqlite:m.db?mode=ro", Err(TargetError::Options));
    }

    #[test]
    fn the_way_to_another_machine_is_encrypted_unless_the_address_says_otherwise() {
        let file = || Some(Roots::File(PathBuf::from("/etc/florin/ca.pem")));
        for (text, encrypted) in [
            ("postgres://u@h/db", Some(Roots::System)),
            ("postgres://u@localhost,h/db", Some(Roots::System)),
            ("postgres://u@h/db?sslmode=disable", None),
            ("postgres://u@localhost/db", None),
            ("postgres://u@[::1]/db?connect_timeout=3", None),
            ("postgres://u@%2Fvar%2Frun/db", None),
            ("postgres://u@localhost/db?sslmode=require", Some(Roots::System)),
            ("postgres://u@h/db?sslmode=verify-full&connect_timeout=3&sslrootcert=system", Some(Roots::System)),
            ("postgres://u@h/db?sslrootcert=%2Fetc%2Fflorin%2Fca.pem", file()),
            ("postgres://u@localhost/db?sslrootcert=/etc/florin/ca.pem", file()),
        ] {
            let Ok(Target::Postgres(address)) = Target::parse(text) else { panic!("{text}") };
            assert_eq!(address.encrypted().cloned(), encrypted, "{text}");
        }
    }

    #[test]
    fn an_address_of_postgresql_shows_neither_user_nor_password() {
        for (text, shown) in [
            ("postgres://u:hunter2@localhost:5433/db", "db at localhost port 5433"),
            ("postgresql://u:hunter2@[::1]/db", "db at ::1 port 5432"),
            ("postgres://u:hunter2@%2Fvar%2Frun/db", "db at /var/run port 5432"),
            ("postgres://u:hunter2@far.example/db?sslmode=disable", "db at far.example port 5432"),
        ] {
            let target = Target::parse(text).unwrap();
            assert_eq!(format!("{target:?}"), format!("Postgres(PostgresAddress({shown}))"));
        }
    }

    #[test]
    fn a_refused_address_is_not_repeated() {
        for text in ["postgres://u:hunter2@h/db?sslmode=maybe", "postgres://u:hunter2@h:x/db"] {
            let error = Target::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
