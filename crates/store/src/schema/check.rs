//! Says whether a database is the one this program would use, as it stands. Changes nothing.

use florin_domain::mode::Mode;

use super::Schema;
use super::apply::{OWN, check_history, check_stamp};
use crate::error::OpenError;
use crate::tx::Session;

/// Refuses a database that is another's, is not stamped, or is of another version.
pub(crate) fn check(session: &mut dyn Session, place: &str, schema: &Schema, mode: Mode) -> Result<(), OpenError> {
    let tables =
        session.tables().map_err(|error| OpenError::Unusable { place: place.to_owned(), reason: error.to_string() })?;
    if tables.is_empty() {
        return Err(OpenError::Missing { place: place.to_owned() });
    }
    if !tables.iter().any(|table| table == "store_stamp") {
        return Err(OpenError::NotOurs { place: place.to_owned() });
    }
    check_stamp(session, place, schema, mode)?;
    is_complete(session, place, &OWN)?;
    is_complete(session, place, schema)
}

fn is_complete(session: &mut dyn Session, place: &str, schema: &Schema) -> Result<(), OpenError> {
    match check_history(session, place, schema)?.first() {
        Some(missing) => {
            Err(OpenError::Older { place: place.to_owned(), series: schema.role, missing: missing.version })
        }
        None => Ok(()),
    }
}
