//! Opening a database that has to be there, for whoever looks at another's: it is neither made nor migrated.

use florin_domain::mode::Mode;

use crate::engine::Engine;
use crate::error::OpenError;
use crate::schema::Schema;
use crate::store::Store;
use crate::target::Target;

impl Store {
    /// As [`Store::open`], for a database that somebody has made and migrated before.
    ///
    /// # Errors
    /// As [`Store::open`], and [`OpenError::Missing`] or [`OpenError::Older`] where that would have made
    /// or migrated it. It is then as it was.
    pub async fn open_existing(target: &Target, schema: &'static Schema, mode: Mode) -> Result<Self, OpenError> {
        let place = target.clone();
        // What it does must not block the caller's thread.
        let check = tokio::task::spawn_blocking(move || Engine::check(&place, schema, mode)).await;
        check.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;
        Self::open(target, schema, mode).await
    }
}
