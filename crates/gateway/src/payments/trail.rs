//! What a change leaves beside the payment's own row: earlier attempts, parts captured, declines.
//!
//! Declines are counted here, in the unit that would add one, so that no number of callers at once
//! gets past the limit.

use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use super::{Payment, attempts};
use crate::accounts::Profile;
use crate::settings::DeclineLimits;
use crate::wire::ApiError;

/// Writes what became of a payment; without `before` it is new.
pub(super) fn leave(
    tx: &mut Tx<'_>,
    before: Option<&Payment>,
    after: &Payment,
    profile: &Profile,
    now: Timestamp,
    limits: &DeclineLimits,
) -> Result<(), ApiError> {
    let submitted = has_submitted(before, after);
    if submitted {
        check_limits(tx, after, now, limits)?;
    }
    if let Some(before) = before.filter(|before| before.attempt_count < after.attempt_count) {
        archive(tx, before, profile)?;
    }
    let was_declined = before.is_some_and(|before| matches!(before.state, PaymentState::Declined { .. }));
    if matches!(after.state, PaymentState::Declined { .. }) && (submitted || !was_declined) {
        count_decline(tx, after, now)?;
    }
    let taken = after.state.captured() - before.map_or(0, |before| before.state.captured());
    if after.multiple && taken > 0 {
        add_capture(tx, after, taken, now)?;
    }
    Ok(())
}

/// Whether a card was submitted since `before`.
pub(super) fn has_submitted(before: Option<&Payment>, after: &Payment) -> bool {
    after.attempt != before.and_then(|before| before.attempt.clone())
}

/// The same answer whatever the card, so that it tells nothing about the card.
fn check_limits(tx: &mut Tx<'_>, payment: &Payment, now: Timestamp, limits: &DeclineLimits) -> Result<(), ApiError> {
    let on_payment = tx.first(
        "SELECT COUNT(*) AS declines FROM declines WHERE merchant_id = $1 AND payment_id = $2",
        params![&payment.merchant_id, &payment.id],
    )?;
    let on_profile = tx.first(
        "SELECT COUNT(*) AS declines, MIN(declined_at) AS oldest FROM declines
         WHERE profile_id = $1 AND declined_at > $2",
        params![&payment.profile_id, now.minus(limits.window)],
    )?;
    let count = |row: &florin_store::Row| row.get::<i64>("declines");
    if on_payment.as_ref().map_or(Ok(0), count)? >= limits.per_payment {
        return Err(ApiError::TooManyDeclines { retry_after: limits.window });
    }
    let Some(row) = on_profile else { return Ok(()) };
    if count(&row)? >= limits.per_profile {
        let oldest: Option<Timestamp> = row.get("oldest")?;
        let free_at = oldest.unwrap_or(now).plus(limits.window);
        return Err(ApiError::TooManyDeclines { retry_after: free_at.since(now) });
    }
    Ok(())
}

fn count_decline(tx: &mut Tx<'_>, payment: &Payment, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO declines (profile_id, merchant_id, payment_id, attempt, declined_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        params![&payment.profile_id, &payment.merchant_id, &payment.id, payment.attempt_count, now],
    )?;
    Ok(())
}

fn archive(tx: &mut Tx<'_>, before: &Payment, profile: &Profile) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO attempts (merchant_id, payment_id, number, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        params![&before.merchant_id, &before.id, before.attempt_count, attempts::show(before, profile).to_string()],
    )?;
    Ok(())
}

fn add_capture(tx: &mut Tx<'_>, payment: &Payment, taken: i64, now: Timestamp) -> Result<(), StoreError> {
    let row = tx.first(
        "SELECT COUNT(*) AS captures FROM captures WHERE merchant_id = $1 AND payment_id = $2",
        params![&payment.merchant_id, &payment.id],
    )?;
    let earlier = row.map_or(Ok(0), |row| row.get::<i64>("captures"))?;
    tx.execute(
        "INSERT INTO captures (merchant_id, payment_id, number, amount, created_at) VALUES ($1, $2, $3, $4, $5)",
        params![&payment.merchant_id, &payment.id, earlier + 1, taken, now],
    )?;
    Ok(())
}
