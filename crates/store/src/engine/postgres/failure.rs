//! What PostgreSQL's errors mean: for the unit's caller, and for the connection.

use std::error::Error as _;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, Severity, SqlState};

use super::wire::Mismatch;
use crate::error::StoreError;

/// How a transaction was spoilt.
#[derive(Debug, Clone)]
pub(super) enum Failure {
    /// The connection is gone, and the transaction with it.
    Lost(StoreError),
    /// Another transaction or a migration came between; the same again may succeed.
    Conflict(StoreError),
    /// The statement was refused.
    Refused(StoreError),
}

impl Failure {
    pub(super) fn lost(reason: impl std::fmt::Display) -> Self {
        Self::Lost(StoreError::Engine(format!("the connection to the database was lost: {reason}")))
    }

    /// What the unit hears.
    pub(super) fn error(&self) -> &StoreError {
        match self {
            Self::Lost(error) | Self::Conflict(error) | Self::Refused(error) => error,
        }
    }
}

/// Reads an error. Texts name tables, columns and constraints; the server's detail, which quotes
/// values, is left out.
pub(super) fn judge(error: &Error) -> Failure {
    match error.as_db_error() {
        Some(said) => judge_answer(said),
        None => match error.source().and_then(|cause| cause.downcast_ref::<Mismatch>()) {
            Some(mismatch) => Failure::Refused(StoreError::Engine(mismatch.to_string())),
            None => Failure::lost(error),
        },
    }
}

fn judge_answer(said: &DbError) -> Failure {
    let code = said.code();
    let text = text(said);
    if matches!(said.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
        return Failure::lost(text);
    }
    // A migration by a newer program changed what `SELECT *` answers.
    let stale_plan = *code == SqlState::FEATURE_NOT_SUPPORTED && said.message().contains("cached plan");
    if stale_plan || [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED].contains(code) {
        return Failure::Conflict(StoreError::Engine(text));
    }
    Failure::Refused(match code.code() {
        "53100" => StoreError::Full,
        class if class.starts_with("23") => StoreError::Constraint(text),
        class if class.starts_with("XX0") && *code != SqlState::INTERNAL_ERROR => StoreError::Corrupt(text),
        _ => StoreError::Engine(text),
    })
}

/// Messages about data may quote it; those are told by their code alone.
fn text(said: &DbError) -> String {
    let code = said.code().code();
    if code.starts_with("22") {
        format!("PostgreSQL {code}")
    } else {
        format!("{} (PostgreSQL {code})", said.message())
    }
}
