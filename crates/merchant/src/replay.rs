//! Replaying events, on a store, beside whatever servers run on it.

use florin_domain::timestamp::Timestamp;
use florin_store::{Store, StoreError};

use crate::storage::{self, Direction, Replayed, Selection};

/// Lists the selected events, oldest first, and unless `rehearse` makes each due now: a worker of any
/// server does the rest within a second or two. Nothing happens twice: orders are compared with
/// their payments, and shops know an event by its id.
///
/// # Errors
/// The store's.
pub async fn replay(
    store: &Store,
    direction: Direction,
    selection: Selection,
    rehearse: bool,
    now: Timestamp,
) -> Result<Vec<Replayed>, StoreError> {
    let unit = move |tx: &mut florin_store::Tx<'_>| storage::replay(tx, direction, &selection, rehearse, now);
    if rehearse { store.read(unit).await } else { store.write(unit).await }
}
