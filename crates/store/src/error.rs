//! What can go wrong: while opening, and afterwards.

use florin_domain::mode::Mode;

/// Why a statement or a unit did not happen. Nothing of the unit is kept.
///
/// Texts come from the engine and name tables and columns, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A compare-and-swap met another version. Make it with [`crate::Tx::swap`] or
    /// [`crate::Tx::lost_swap`]: those also ask the store to run the unit again, whatever its
    /// error type.
    #[error("somebody else was faster")]
    LostSwap,
    /// A row breaks a constraint.
    #[error("constraint: {0}")]
    Constraint(String),
    /// The database holds something it should not, or a row makes no sense.
    #[error("damaged data: {0}")]
    Corrupt(String),
    /// The disk is full. Reading still works, and writing again once there is space.
    #[error("the disk is full")]
    Full,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The unit panicked.
    #[error("the unit panicked")]
    UnitPanicked,
    /// Anything else the engine said. When it says that it is not known whether a commit was kept,
    /// because PostgreSQL went away in the middle of it and could not be asked afterwards, then the
    /// unit may have been; a unit that claims before it acts loses nothing by it.
    #[error("database: {0}")]
    Engine(String),
}

/// Why a database was not opened. It is then as it was before.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It can't be opened as a database at all.
    #[error("cannot open the database {place}: {reason}")]
    Unusable {
        /// Which database.
        place: String,
        /// What the system or the engine said.
        reason: String,
    },
    /// It is not there, or nothing is in it, and it was not to be made.
    #[error("there is no database {place}; a server makes it when it first starts, and `florin migrate` does")]
    Missing {
        /// Which database.
        place: String,
    },
    /// An earlier release wrote it, and it was not to be migrated.
    #[error(
        "the database {place} lacks {series} migration {missing}; start the servers of this version, or run `florin migrate`"
    )]
    Older {
        /// Which database.
        place: String,
        /// Whose migrations: the store's own, or the role's.
        series: &'static str,
        /// The first version that it does not have.
        missing: i64,
    },
    /// It belongs to another mode.
    #[error("the database {place} was made for {found} mode; this process runs in {wanted} mode")]
    WrongMode {
        /// Which database.
        place: String,
        /// The mode in its stamp.
        found: String,
        /// Ours.
        wanted: Mode,
    },
    /// It belongs to another program of ours.
    #[error("the database {place} belongs to the {found}; this process is the {wanted}")]
    WrongRole {
        /// Which database.
        place: String,
        /// The role in its stamp.
        found: String,
        /// Ours.
        wanted: &'static str,
    },
    /// A later release wrote it.
    #[error("the database {place} has {series} version {found}, this program knows {known}; run the newer program")]
    Newer {
        /// Which database.
        place: String,
        /// Whose migrations: the store's own, or the role's.
        series: &'static str,
        /// The version found.
        found: i64,
        /// The last version this program knows.
        known: i64,
    },
    /// Its migrations are not the ones this program would have run.
    #[error("the database {place} has {series} migration {version} named {found:?}, this program names it {known:?}")]
    OtherHistory {
        /// Which database.
        place: String,
        /// Whose migrations: the store's own, or the role's.
        series: &'static str,
        /// The migration.
        version: i64,
        /// Its name there.
        found: String,
        /// Its name here.
        known: &'static str,
    },
    /// It holds tables, but no stamp of ours.
    #[error("the database {place} holds tables of another program; name an empty or a new one")]
    NotOurs {
        /// Which database.
        place: String,
    },
    /// A migration failed; none was kept.
    #[error("migration {version} ({name}) failed on {place}: {reason}")]
    Migration {
        /// Which database.
        place: String,
        /// The migration.
        version: i64,
        /// Its name.
        name: &'static str,
        /// Why.
        reason: StoreError,
    },
}
