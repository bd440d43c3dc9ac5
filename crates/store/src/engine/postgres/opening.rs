//! Connects with the settings durability rests on, and migrates.

use std::time::Duration;

use florin_domain::mode::Mode;

use super::Tuning;
use super::failure::Failure;
use super::session::PgSession;
use crate::engine::handle::unusable;
use crate::error::{OpenError, StoreError};
use crate::schema::{self, Schema};
use crate::target::PostgresAddress;
use crate::tx::Session;
use crate::value::Value;

/// One migration at a time in one database, whoever runs it: "florin" as a number.
const MIGRATION_LOCK: i64 = i64::from_be_bytes(*b"\0\0florin");

/// A migration may rewrite a large table, and wait for another process that does.
const MIGRATION_DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// The first version that says what became of a transaction: 13.
const NAMES_TRANSACTIONS: i64 = 130_000;

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A connection that works in the role's schema.
pub(super) fn connect(address: &PostgresAddress, role: &str, tuning: &Tuning) -> Result<PgSession, StoreError> {
    let mut session = PgSession::connect(address, tuning.deadline)?;
    // Everything a connection may have been given otherwise by its server, database or user.
    let settings = format!(
        "SET search_path TO \"{role}\"; SET synchronous_commit TO on; SET lock_timeout TO {};
         SET statement_timeout TO {}; SET idle_in_transaction_session_timeout TO 0",
        tuning.lock.as_millis(),
        tuning.deadline.as_millis(),
    );
    session.control(&settings).map_err(|failure| failure.error().clone())?;
    check_durability(&mut session)?;
    Ok(session)
}

/// Brings the role's schema to `schema`, or refuses it; makes it when missing.
pub(super) fn migrate(
    address: &PostgresAddress,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
) -> Result<(), OpenError> {
    let tuning = Tuning { deadline: MIGRATION_DEADLINE, lock: Duration::ZERO, ..tuning };
    let mut session = connect(address, schema.role, &tuning).map_err(|error| unusable(address, error))?;
    session.begin(BEGIN);
    lock_and_make(&mut session, schema.role).map_err(|error| unusable(address, error))?;
    // An error leaves the transaction open; it ends with the connection, keeping nothing.
    schema::apply(&mut session, &address.to_string(), schema, mode)?;
    session.commit().map_err(|failure| unusable(address, failure.error()))
}

/// Says whether the role's schema is ours as it stands; neither makes nor changes it.
pub(super) fn check(
    address: &PostgresAddress,
    schema: &'static Schema,
    mode: Mode,
    tuning: Tuning,
) -> Result<(), OpenError> {
    let mut session = connect(address, schema.role, &tuning).map_err(|error| unusable(address, error))?;
    session.begin("BEGIN READ ONLY");
    check_usage(&mut session, schema.role).map_err(|error| unusable(address, error))?;
    // The transaction ends with the connection.
    schema::check(&mut session, &address.to_string(), schema, mode)
}

/// An acknowledgement means that it is on disk: refuses a server that was told not to care.
fn check_durability(session: &mut PgSession) -> Result<(), StoreError> {
    session.begin("BEGIN READ ONLY");
    let row = session.rows(
        "SELECT current_setting('synchronous_commit') AS synchronous_commit, current_setting('fsync') AS fsync,
             current_setting('server_encoding') AS encoding,
             CAST(current_setting('server_version_num') AS BIGINT) AS version",
        &[],
        1,
    )?;
    session.abandon();
    let Some(row) = row.first() else { return Err(StoreError::Engine("it says nothing of its settings".to_owned())) };
    for (setting, wanted) in [("synchronous_commit", "on"), ("fsync", "on"), ("encoding", "UTF8")] {
        let found: String = row.get(setting)?;
        if found != wanted {
            return Err(StoreError::Engine(format!("its {setting} is {found} and must be {wanted}")));
        }
    }
    if row.get::<i64>("version")? >= NAMES_TRANSACTIONS {
        session.name_transactions().map_err(|failure| failure.error().clone())?;
    }
    Ok(())
}

/// To whoever may not use it, a schema looks as if it were not there.
fn check_usage(session: &mut PgSession, role: &'static str) -> Result<(), StoreError> {
    let barred = session.rows(
        "SELECT 1 AS one FROM pg_catalog.pg_namespace
         WHERE nspname = $1 AND NOT has_schema_privilege(oid, 'USAGE')",
        &[Value::from(role)],
        1,
    )?;
    if barred.is_empty() {
        return Ok(());
    }
    Err(StoreError::Engine(format!(
        "this user may not use the schema \"{role}\"; grant it USAGE, and SELECT on its tables"
    )))
}

/// Waits until nobody else migrates, then sees to the schema. Looked for first: who may not make one
/// may still use one that somebody made.
fn lock_and_make(session: &mut PgSession, role: &'static str) -> Result<(), StoreError> {
    session.rows("SELECT pg_advisory_xact_lock($1) AS held", &[Value::from(MIGRATION_LOCK)], 1)?;
    let there =
        session.rows("SELECT 1 AS one FROM pg_catalog.pg_namespace WHERE nspname = $1", &[Value::from(role)], 1)?;
    if there.is_empty() {
        let made: Result<(), Failure> = session.control(&format!("CREATE SCHEMA \"{role}\""));
        made.map_err(|failure| failure.error().clone())?;
    }
    Ok(())
}
