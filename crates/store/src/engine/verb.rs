//! What a unit may begin a statement with, on every engine.

use crate::error::StoreError;

/// The rest would end, nest or reconfigure the transaction, which is not the unit's own.
const ALLOWED: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// Refuses a statement that begins with another word.
pub(super) fn check(sql: &str) -> Result<(), StoreError> {
    let verb: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    if ALLOWED.contains(&verb.to_ascii_uppercase().as_str()) {
        return Ok(());
    }
    Err(StoreError::Engine(format!("a unit may not use {verb:?}")))
}
