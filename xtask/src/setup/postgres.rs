//! PostgreSQL, which tests start for themselves as an unprivileged user; no service is touched.

use super::{announce, apt};
use crate::workshop::Workshop;

/// Brings the package where it can be brought. Elsewhere the tests that need it are skipped, with
/// the reason.
pub(super) fn bring(workshop: &Workshop) {
    if florin_test_postgres::is_installed() || !apt::available() {
        return;
    }
    announce("postgresql", "the store and the servers are tested on it as well (apt-get)");
    if let Err(error) = apt::install(workshop, &["postgresql"]) {
        println!("setup: postgresql could not be brought: {error:#}");
    }
}
