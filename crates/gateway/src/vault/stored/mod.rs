//! Cards on disk: sealed rows, each of one merchant.
//!
//! A security code never comes here. What may be shown of a card stands beside the sealed number.

use florin_domain::card::{CardNumber, Expiry};
use florin_domain::timestamp::Timestamp;
use florin_store::{Randomness, Row, StoreError, Tx, params};

use super::envelope::{self, Envelope, EnvelopeError, Place};
use super::fingerprint;
use super::keys::VaultKeys;
use crate::wire::card::{Card, CardSummary};

/// A sealed card, ready for a unit to store. Made outside of it, for it takes randomness.
#[derive(Debug, Clone)]
pub(crate) struct SealedCard {
    merchant_id: String,
    /// `card_…`: how the card is named from now on.
    pub(crate) id: String,
    /// The same for the same number of the same merchant.
    pub(crate) fingerprint: String,
    pub(crate) summary: CardSummary,
    envelope: Envelope,
    created_at: Timestamp,
}

/// Seals a card of a merchant.
pub(crate) fn seal_card(
    keys: &VaultKeys,
    merchant_id: &str,
    card: &Card,
    now: Timestamp,
    randomness: &Randomness,
) -> Result<SealedCard, StoreError> {
    let id = format!("card_{}", hex::encode(randomness.bytes::<16>()));
    let place = Place { merchant_id, card_id: &id };
    let number = card.number.expose();
    Ok(SealedCard {
        envelope: envelope::seal(keys, place, number, randomness)?,
        fingerprint: fingerprint::of(keys, merchant_id, number),
        merchant_id: merchant_id.to_owned(),
        summary: card.summary(),
        created_at: now,
        id,
    })
}

/// Stores a sealed card; answers its id.
pub(crate) fn store_card(tx: &mut Tx<'_>, card: &SealedCard) -> Result<String, StoreError> {
    let summary = serde_json::to_string(&card.summary).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    tx.execute(
        "INSERT INTO vault_cards (merchant_id, card_id, kid, wrapped_key, sealed, fingerprint, summary, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            &card.merchant_id,
            &card.id,
            i64::from(card.envelope.kid),
            &card.envelope.wrapped_key,
            &card.envelope.sealed,
            &card.fingerprint,
            summary,
            card.created_at,
        ],
    )?;
    Ok(card.id.clone())
}

/// The card itself, for a charge. None when the merchant has no such card.
pub(crate) fn read_card(
    tx: &mut Tx<'_>,
    keys: &VaultKeys,
    merchant_id: &str,
    card_id: &str,
) -> Result<Option<Card>, StoreError> {
    let row =
        tx.first("SELECT * FROM vault_cards WHERE merchant_id = $1 AND card_id = $2", params![merchant_id, card_id])?;
    row.map(|row| open(keys, Place { merchant_id, card_id }, &row)).transpose()
}

/// Notes what may be shown of a card now: another date, another name. Its number stays what it is.
pub(crate) fn resummarize(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    card_id: &str,
    summary: &CardSummary,
) -> Result<(), StoreError> {
    let summary = serde_json::to_string(summary).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    tx.execute(
        "UPDATE vault_cards SET summary = $3 WHERE merchant_id = $1 AND card_id = $2",
        params![merchant_id, card_id, summary],
    )?;
    Ok(())
}

/// Forgets a card for good; false when there was none.
pub(crate) fn delete_card(tx: &mut Tx<'_>, merchant_id: &str, card_id: &str) -> Result<bool, StoreError> {
    let gone =
        tx.execute("DELETE FROM vault_cards WHERE merchant_id = $1 AND card_id = $2", params![merchant_id, card_id])?;
    Ok(gone == 1)
}

fn open(keys: &VaultKeys, place: Place<'_>, row: &Row) -> Result<Card, StoreError> {
    let kid: i64 = row.get("kid")?;
    let envelope = Envelope {
        kid: u32::try_from(kid).map_err(|_| corrupt("kid"))?,
        wrapped_key: row.get("wrapped_key")?,
        sealed: row.get("sealed")?,
    };
    let number = envelope::open(keys, place, &envelope)?;
    let summary = summary(row)?;
    let number = CardNumber::parse(&number).map_err(|_| corrupt("sealed"))?;
    let expiry = Expiry::from_parts(&summary.exp_month, &summary.exp_year).map_err(|_| corrupt("summary"))?;
    Ok(Card::reopened(number, expiry, &summary))
}

fn summary(row: &Row) -> Result<CardSummary, StoreError> {
    serde_json::from_str(&row.get::<String>("summary")?).map_err(|_| corrupt("summary"))
}

fn corrupt(column: &str) -> StoreError {
    StoreError::Corrupt(format!("vault_cards.{column} makes no sense"))
}

impl From<EnvelopeError> for StoreError {
    fn from(error: EnvelopeError) -> Self {
        Self::Corrupt(error.to_string())
    }
}

#[cfg(test)]
pub(super) mod tests;
