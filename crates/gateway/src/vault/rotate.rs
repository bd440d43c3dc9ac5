//! Moving stored cards to the newest master key: their data keys are wrapped again, no card is opened.
//!
//! Safe while others store, read and delete: each row is changed only if it is still as it was read.

use std::collections::BTreeMap;

use florin_store::{StoreError, Tx, params};

use super::envelope::{self, Place, WrapNonce};
use super::keys::VaultKeys;
use crate::gateway::Gateway;

/// So many rows a unit: a long one would keep payments waiting.
const BATCH: usize = 100;

/// How a rotation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Data keys that were wrapped again.
    pub rewrapped: u64,
    /// Cards by the version of their master key. A version that is not here may be destroyed.
    pub cards_by_key: BTreeMap<i64, i64>,
}

/// Wraps every data key with the newest master key, in batches. Running it again does no harm.
///
/// # Errors
/// The database's, or a card whose master key is not configured; what was done before stays done.
pub async fn rotate(gateway: &Gateway) -> Result<Rotation, StoreError> {
    let mut rotation = Rotation { rewrapped: 0, cards_by_key: BTreeMap::new() };
    let Some(keys) = gateway.settings.vault_keys.clone() else { return Ok(rotation) };
    loop {
        let nonces: Vec<_> = (0..BATCH).map(|_| WrapNonce::new(&gateway.randomness)).collect();
        let unit_keys = keys.clone();
        let (seen, moved) = gateway.store.write(move |tx| rewrap_batch(tx, &unit_keys, &nonces)).await?;
        rotation.rewrapped += moved;
        if seen < BATCH {
            break;
        }
    }
    rotation.cards_by_key = gateway.store.read(count_by_key).await?;
    Ok(rotation)
}

/// Answers how many rows it met, and how many it moved.
fn rewrap_batch(tx: &mut Tx<'_>, keys: &VaultKeys, nonces: &[WrapNonce]) -> Result<(usize, u64), StoreError> {
    let newest = i64::from(keys.newest());
    let rows = tx.all(
        "SELECT merchant_id, card_id, kid, wrapped_key FROM vault_cards WHERE kid < $1 ORDER BY kid LIMIT $2",
        params![newest, i64::try_from(nonces.len()).unwrap_or(i64::MAX)],
    )?;
    let mut moved = 0;
    for (row, nonce) in rows.iter().zip(nonces) {
        let (merchant_id, card_id): (String, String) = (row.get("merchant_id")?, row.get("card_id")?);
        let (kid, wrapped_key): (i64, String) = (row.get("kid")?, row.get("wrapped_key")?);
        let place = Place { merchant_id: &merchant_id, card_id: &card_id };
        let (_, rewrapped) = envelope::rewrap(keys, place, u32::try_from(kid).unwrap_or(0), &wrapped_key, *nonce)?;
        moved += tx.execute(
            "UPDATE vault_cards SET kid = $3, wrapped_key = $4
             WHERE merchant_id = $1 AND card_id = $2 AND wrapped_key = $5",
            params![&merchant_id, &card_id, newest, rewrapped, &wrapped_key],
        )?;
    }
    Ok((rows.len(), moved))
}

fn count_by_key(tx: &mut Tx<'_>) -> Result<BTreeMap<i64, i64>, StoreError> {
    let rows = tx.all("SELECT kid, COUNT(*) AS cards FROM vault_cards GROUP BY kid", params![])?;
    rows.iter().map(|row| Ok((row.get("kid")?, row.get("cards")?))).collect()
}
