//! The ledger: double entry, one debit and one credit for each money event, never changed.
//!
//! Rows follow from what a payment has become, so that no change of one can forget its money: what is
//! held and what was taken are compared with what the ledger says, and the difference is written. The
//! accounts: `issuer` (the shopper's bank), `held` (authorized, not captured), `receivable` (captured,
//! owed to the merchant), `chargebacks` (taken back by banks, owed by the merchant).

use florin_domain::money::Money;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use crate::payments::Payment;

/// What happened to money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Movement {
    Authorize,
    Capture,
    Release,
    Refund,
    Reverse,
    Chargeback,
}

impl Movement {
    fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Reverse => "reverse",
            Self::Chargeback => "chargeback",
        }
    }

    /// The account debited, and the one credited.
    fn accounts(self) -> (&'static str, &'static str) {
        match self {
            Self::Authorize => ("held", "issuer"),
            Self::Capture => ("receivable", "held"),
            Self::Release => ("issuer", "held"),
            Self::Refund | Self::Reverse => ("issuer", "receivable"),
            Self::Chargeback => ("issuer", "chargebacks"),
        }
    }
}

/// What the ledger says of a payment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Balance {
    held: i64,
    /// Captured and not reversed; refunds do not lower it.
    captured: i64,
    /// A bank took it back.
    charged_back: bool,
    entries: i64,
}

/// Writes what a change of a payment did to money, if anything.
pub(crate) fn follow(tx: &mut Tx<'_>, payment: &Payment, now: Timestamp) -> Result<(), StoreError> {
    if payment.state.takes_a_card() {
        return Ok(());
    }
    let balance = balance(tx, payment)?;
    let movements = movements(balance, payment.state.held(), payment.state.captured());
    for (place, (movement, amount)) in (1..).zip(movements) {
        write(tx, payment, balance.entries + place, movement, amount, now)?;
    }
    Ok(())
}

/// Writes that a refund was carried out.
pub(crate) fn refunded(tx: &mut Tx<'_>, payment: &Payment, amount: Money, now: Timestamp) -> Result<(), StoreError> {
    let balance = balance(tx, payment)?;
    write(tx, payment, balance.entries + 1, Movement::Refund, amount.minor_units(), now)
}

/// Writes that a shopper's bank took the money back; once, as a payment has one dispute.
pub(crate) fn charged_back(
    tx: &mut Tx<'_>,
    payment: &Payment,
    amount: Money,
    now: Timestamp,
) -> Result<(), StoreError> {
    let balance = balance(tx, payment)?;
    if balance.charged_back {
        return Ok(());
    }
    write(tx, payment, balance.entries + 1, Movement::Chargeback, amount.minor_units(), now)
}

/// What leads from what the ledger says to what is held and was taken. Pure.
fn movements(balance: Balance, held: i64, captured: i64) -> Vec<(Movement, i64)> {
    let taken = captured - balance.captured;
    let short = held + taken.max(0) - balance.held;
    let all = [
        (Movement::Authorize, short),
        (Movement::Capture, taken),
        (Movement::Release, -short),
        (Movement::Reverse, -taken),
    ];
    all.into_iter().filter(|(_, amount)| *amount > 0).collect()
}

fn balance(tx: &mut Tx<'_>, payment: &Payment) -> Result<Balance, StoreError> {
    let rows = tx.all(
        "SELECT event, amount FROM ledger WHERE merchant_id = $1 AND payment_id = $2 AND side = 'debit'",
        params![&payment.merchant_id, &payment.id],
    )?;
    let mut balance = Balance::default();
    for row in rows {
        let (event, amount): (String, i64) = (row.get("event")?, row.get("amount")?);
        balance.entries += 1;
        match event.as_str() {
            "authorize" => balance.held += amount,
            "capture" => (balance.held, balance.captured) = (balance.held - amount, balance.captured + amount),
            "release" => balance.held -= amount,
            "reverse" => balance.captured -= amount,
            "chargeback" => balance.charged_back = true,
            _ => {}
        }
    }
    Ok(balance)
}

fn write(
    tx: &mut Tx<'_>,
    payment: &Payment,
    entry: i64,
    movement: Movement,
    amount: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (debit, credit) = movement.accounts();
    let currency = payment.amount.currency();
    tx.execute(
        "INSERT INTO ledger (merchant_id, payment_id, entry, side, event, account, amount, currency, created_at)
         VALUES ($1, $2, $3, 'debit', $4, $5, $7, $8, $9), ($1, $2, $3, 'credit', $4, $6, $7, $8, $9)",
        params![&payment.merchant_id, &payment.id, entry, movement.name(), debit, credit, amount, currency.code(), now],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: (i64, i64), after: (i64, i64), expected: &[(Movement, i64)]) {
        let balance = Balance { held: before.0, captured: before.1, ..Balance::default() };
        assert_eq!(movements(balance, after.0, after.1), expected, "{before:?} to {after:?}");
    }

    #[test]
    fn movements_lead_from_what_is_written_to_what_is() {
        use Movement as M;
        check((0, 0), (0, 0), &[]);
        check((0, 0), (100, 0), &[(M::Authorize, 100)]);
        check((0, 0), (0, 100), &[(M::Authorize, 100), (M::Capture, 100)]);
        check((100, 0), (0, 100), &[(M::Capture, 100)]);
        check((100, 0), (0, 30), &[(M::Capture, 30), (M::Release, 70)]);
        check((100, 0), (70, 30), &[(M::Capture, 30)]);
        check((70, 30), (0, 30), &[(M::Release, 70)]);
        check((100, 0), (0, 0), &[(M::Release, 100)]);
        check((0, 100), (0, 0), &[(M::Reverse, 100)]);
        check((0, 30), (100, 30), &[(M::Authorize, 100)]);
    }
}
