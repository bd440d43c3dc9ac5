//! The table `attempts`. Its partial index keeps one open payment an order.

use florin_domain::checkout::{CollectMode, Presentation};
use florin_domain::ids::{AttemptId, OrderId, PaymentId};
use florin_domain::money::{Currency, Money};
use florin_domain::order::{AsOpened, Attempt, AttemptState, CaptureMethod};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};

use super::{from_json, senseless, to_json};

/// An attempt, with what is known of the browser that submits it.
#[derive(Debug, Clone)]
pub(crate) struct AttemptRow {
    pub(crate) attempt: Attempt,
    pub(crate) circumstances: Circumstances,
    /// Whether a browser has asked about it again since it was handed out, where that was noted.
    pub(crate) asked_again: bool,
    pub(crate) version: i64,
}

/// What no flow decides by, but the gateway or a page wants to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Circumstances {
    /// How the page shows a challenge.
    pub(crate) presentation: Option<Presentation>,
    /// The shopper's network address, for the bank's risk check.
    pub(crate) shopper_address: Option<String>,
    /// The network it was opened from; absent where nobody counts.
    pub(crate) network: Option<String>,
}

impl AttemptRow {
    /// Writes a new attempt.
    ///
    /// # Errors
    /// A lost swap when another one holds the order: the unit runs again and finds it.
    pub(crate) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let attempt = &self.attempt;
        tx.swap(
            "INSERT INTO attempts (number, id, order_id, account, payment_id, collect, amount, currency, capture, state,
                 state_data, holds, presentation, shopper_address, seen_at_gateway, wake_at, looks, card, created_at,
                 version, network, three_ds)
             VALUES ((SELECT COUNT(*) + 1 FROM attempts WHERE order_id = $2), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                 $11, $12, $13, NULL, $14, 0, NULL, $15, 1, $16, $17)
             ON CONFLICT DO NOTHING",
            params![
                &attempt.id,
                &attempt.order,
                &attempt.account,
                &attempt.payment,
                to_json(&attempt.collect)?,
                attempt.amount.minor_units(),
                attempt.amount.currency().code(),
                attempt.capture.as_str(),
                attempt.state.name(),
                to_json(&attempt.state)?,
                attempt.state.holds_the_order(),
                self.circumstances.presentation.as_ref().map(to_json).transpose()?,
                &self.circumstances.shopper_address,
                attempt.wake_at,
                attempt.created_at,
                &self.circumstances.network,
                attempt.three_ds,
            ],
        )
    }

    /// Saves what a step changed, unless somebody was faster.
    pub(crate) fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let attempt = &self.attempt;
        tx.swap(
            "UPDATE attempts SET state = $3, state_data = $4, holds = $5, presentation = $6, shopper_address = $7,
                 seen_at_gateway = $8, wake_at = $9, looks = $10, card = $11,
                 to_capture = $12, as_opened = $13, version = version + 1
             WHERE id = $1 AND version = $2",
            params![
                &attempt.id,
                self.version,
                attempt.state.name(),
                to_json(&attempt.state)?,
                attempt.state.holds_the_order(),
                self.circumstances.presentation.as_ref().map(to_json).transpose()?,
                &self.circumstances.shopper_address,
                attempt.seen_at_gateway,
                attempt.wake_at,
                attempt.looks,
                attempt.card.as_ref().map(to_json).transpose()?,
                attempt.to_capture.map(Money::minor_units),
                to_json(&attempt.as_opened)?,
            ],
        )
    }

    /// A browser asks about it once more; no step saves that, so it outruns none.
    pub(crate) fn note_question(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let sql = "UPDATE attempts SET asked_again = 1 WHERE id = $1 AND asked_again = 0";
        tx.execute(sql, params![&self.attempt.id]).map(|_| ())
    }

    pub(crate) fn find(tx: &mut Tx<'_>, id: &AttemptId) -> Result<Option<Self>, StoreError> {
        one(tx.first("SELECT * FROM attempts WHERE id = $1", params![id])?)
    }

    /// The attempt that a hint of the gateway's is about.
    pub(crate) fn find_by_payment(
        tx: &mut Tx<'_>,
        account: &str,
        payment: &PaymentId,
    ) -> Result<Option<Self>, StoreError> {
        one(tx.first("SELECT * FROM attempts WHERE account = $1 AND payment_id = $2", params![account, payment])?)
    }

    /// The one whose payment may still take money.
    pub(crate) fn holding(tx: &mut Tx<'_>, order: &OrderId) -> Result<Option<Self>, StoreError> {
        one(tx.first("SELECT * FROM attempts WHERE order_id = $1 AND holds = 1", params![order])?)
    }

    /// The newest one of an order.
    pub(crate) fn newest(tx: &mut Tx<'_>, order: &OrderId) -> Result<Option<Self>, StoreError> {
        one(tx.first("SELECT * FROM attempts WHERE order_id = $1 ORDER BY number DESC LIMIT 1", params![order])?)
    }

    /// Those that a person has to decide about, oldest first.
    pub(crate) fn in_review(tx: &mut Tx<'_>, order: &OrderId) -> Result<Vec<Self>, StoreError> {
        tx.all("SELECT * FROM attempts WHERE order_id = $1 AND state = 'review' ORDER BY number", params![order])?
            .iter()
            .map(Self::read)
            .collect()
    }

    /// The order is decided: another payment of its own that still waits for a card is fenced at once.
    pub(crate) fn wake_others(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
        tx.execute(
            "UPDATE attempts SET wake_at = $2, version = version + 1
             WHERE order_id = $1 AND id <> $3 AND holds = 1 AND state = 'open' AND (wake_at IS NULL OR wake_at > $2)",
            params![&self.attempt.order, now, &self.attempt.id],
        )
        .map(|_| ())
    }

    /// Whose time to be looked at has come.
    pub(crate) fn due(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<AttemptId>, StoreError> {
        tx.all("SELECT id FROM attempts WHERE wake_at <= $1 ORDER BY wake_at LIMIT $2", params![now, limit])?
            .iter()
            .map(|row| row.get("id"))
            .collect()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let currency = Currency::parse(&row.get::<String>("currency")?).map_err(|_| senseless("currency"))?;
        let collect: CollectMode = from_json("collect", &row.get::<String>("collect")?)?;
        let state: AttemptState = from_json("state_data", &row.get::<String>("state_data")?)?;
        let to_capture: Option<i64> = row.get("to_capture")?;
        let (card, as_opened): (Option<String>, Option<String>) = (row.get("card")?, row.get("as_opened")?);
        let presentation: Option<String> = row.get("presentation")?;
        let attempt = Attempt {
            id: row.get("id")?,
            order: row.get("order_id")?,
            account: row.get("account")?,
            payment: row.get("payment_id")?,
            collect,
            amount: Money::new(row.get("amount")?, currency).map_err(|_| senseless("amount"))?,
            capture: CaptureMethod::parse(&row.get::<String>("capture")?).ok_or_else(|| senseless("capture"))?,
            to_capture: to_capture
                .map(|amount| Money::new(amount, currency).map_err(|_| senseless("to_capture")))
                .transpose()?,
            three_ds: row.get("three_ds")?,
            as_opened: as_opened.map_or(Ok(AsOpened::default()), |text| from_json("as_opened", &text))?,
            state,
            seen_at_gateway: row.get("seen_at_gateway")?,
            wake_at: row.get("wake_at")?,
            looks: row.get("looks")?,
            card: card.map(|text| from_json("card", &text)).transpose()?,
            created_at: row.get("created_at")?,
        };
        let circumstances = Circumstances {
            presentation: presentation.map(|text| from_json("presentation", &text)).transpose()?,
            shopper_address: row.get("shopper_address")?,
            network: row.get("network")?,
        };
        Ok(Self { attempt, circumstances, asked_again: row.get("asked_again")?, version: row.get("version")? })
    }
}

fn one(row: Option<Row>) -> Result<Option<AttemptRow>, StoreError> {
    row.as_ref().map(AttemptRow::read).transpose()
}
