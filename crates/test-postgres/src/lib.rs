//! A PostgreSQL of a test's own: started from the installed package, gone with the process.
//!
//! Knows nothing of our tables and speaks to the server through its own programs.

mod database;
mod encrypted;
mod programs;
mod server;

pub use database::Database;
pub use encrypted::EncryptedServer;
pub use server::Server;

/// Names a running server to the processes that should share it: the folder of its socket.
pub const VARIABLE: &str = "FLORIN_TEST_POSTGRES";

/// Whether the programs are installed.
pub fn is_installed() -> bool {
    programs::Programs::find().is_ok()
}

/// Why there is no PostgreSQL.
#[derive(Debug)]
pub enum Missing {
    /// The programs are not installed.
    Programs,
    /// They did not do what they should; with what they said.
    Failed(String),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Programs => f.write_str("PostgreSQL is not installed; `cargo xtask setup test` brings it"),
            Self::Failed(text) => write!(f, "PostgreSQL could not be started: {text}"),
        }
    }
}

impl std::error::Error for Missing {}
