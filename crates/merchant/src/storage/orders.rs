//! The table `orders`.

use std::collections::BTreeMap;
use std::time::Duration;

use florin_domain::checkout::Item;
use florin_domain::ids::OrderId;
use florin_domain::money::{Currency, Money};
use florin_domain::order::{CaptureMethod, Order, OrderStatus};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::{Deserialize, Serialize};

use super::{from_json, senseless, to_json};

/// An order with the shop's own words about it.
#[derive(Debug, Clone)]
pub(crate) struct OrderRow {
    pub(crate) order: Order,
    pub(crate) reference: Option<String>,
    /// What the shop sent, in one spelling.
    pub(crate) fingerprint: String,
    pub(crate) details: Details,
    /// How many lines its timeline has.
    pub(crate) timeline_length: i64,
    /// How many events the shop was sent about it.
    pub(crate) event_sequence: i64,
    /// Until then no payment is begun.
    pub(crate) closing_until: Option<Timestamp>,
    pub(crate) version: i64,
}

/// The shop's own words about an order; no flow looks at them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Details {
    pub(crate) description: Option<String>,
    pub(crate) items: Vec<Item>,
    pub(crate) customer: Option<Customer>,
    pub(crate) billing: Option<Address>,
    pub(crate) shipping: Option<Address>,
    pub(crate) result_url: Option<String>,
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Which orders a listing shows.
#[derive(Debug, Clone)]
pub(crate) struct OrderFilter {
    /// Only older ones than this.
    pub(crate) before: Option<OrderId>,
    pub(crate) status: Option<OrderStatus>,
    pub(crate) reference: Option<String>,
    pub(crate) created_gte: Option<Timestamp>,
    pub(crate) created_lt: Option<Timestamp>,
}

impl OrderFilter {
    /// Between which ids the orders are: from the first, up to the second. An id begins with the time its order was made.
    fn ids(&self) -> (OrderId, OrderId) {
        let first = |at: Timestamp| OrderId::new(at, [0; 16]);
        let from = first(self.created_gte.unwrap_or(Timestamp::from_millis(0)));
        let to = [self.before.clone(), self.created_lt.map(first)].into_iter().flatten().min();
        (from, to.unwrap_or_else(|| first(END_OF_TIME)))
    }

    fn shows(&self, row: &OrderRow) -> bool {
        let (from, to) = self.ids();
        let is_between = row.order.id >= from && row.order.id < to;
        is_between && self.status.is_none_or(|status| row.order.status == status)
    }
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    #[serde(default)]
    pub(crate) reference: Option<String>,
    #[serde(default)]
    pub(crate) email: Option<String>,
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
}

/// Where somebody lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Address {
    #[serde(default)]
    pub(crate) name: Option<String>,
    #[serde(default)]
    pub(crate) line1: Option<String>,
    #[serde(default)]
    pub(crate) line2: Option<String>,
    #[serde(default)]
    pub(crate) city: Option<String>,
    #[serde(default)]
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) postal_code: Option<String>,
    /// ISO 3166-1, two letters.
    #[serde(default)]
    pub(crate) country: Option<String>,
    #[serde(default)]
    pub(crate) phone: Option<String>,
}

/// No order is made later: the ten digits of time in an id hold no more.
const END_OF_TIME: Timestamp = Timestamp::from_millis((1 << 50) - 1);

/// A shop that went away keeps browsers from paying for no longer than this; a fence takes less.
pub(crate) const CLOSING_FOR: Duration = Duration::from_secs(30);

/// After a cancel that came to nothing, for as long as a shop needs to ask again; else whatever browsers begin
/// meanwhile would be in its way each time.
pub(crate) const CLOSING_STILL_FOR: Duration = Duration::from_secs(5);

/// That nobody begins a payment: until when, and what stood there before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldOff {
    before: Option<Timestamp>,
    until: Timestamp,
}

impl OrderRow {
    /// Writes a new order; `false` when its reference is taken.
    pub(crate) fn insert(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        let order = &self.order;
        let rows = tx.execute(
            "INSERT INTO orders (id, reference, fingerprint, amount, currency, capture, status, authorized, captured,
                 refunded, paid_by, paid_at, created_at, expires_at, submitted, declined, last_submitted_at, last_error,
                 details, timeline_length, event_sequence, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, NULL, NULL, $8, $9, 0, 0, NULL, NULL, $10, 0, 0, 1)
             ON CONFLICT DO NOTHING",
            params![
                &order.id,
                &self.reference,
                &self.fingerprint,
                order.amount.minor_units(),
                order.amount.currency().code(),
                order.capture.as_str(),
                order.status.as_str(),
                order.created_at,
                order.expires_at,
                to_json(&self.details)?,
            ],
        )?;
        Ok(rows == 1)
    }

    /// The order of this id.
    pub(crate) fn find(tx: &mut Tx<'_>, id: &OrderId) -> Result<Option<Self>, StoreError> {
        tx.first("SELECT * FROM orders WHERE id = $1", params![id])?.as_ref().map(Self::read).transpose()
    }

    /// The order with this reference of the shop's.
    pub(crate) fn find_by_reference(tx: &mut Tx<'_>, reference: &str) -> Result<Option<Self>, StoreError> {
        tx.first("SELECT * FROM orders WHERE reference = $1", params![reference])?.as_ref().map(Self::read).transpose()
    }

    /// Newest first. Whatever the filter says, no more is looked at than an index leads to, where one can.
    pub(crate) fn list(tx: &mut Tx<'_>, filter: &OrderFilter, limit: u32) -> Result<Vec<Self>, StoreError> {
        if let Some(reference) = &filter.reference {
            let only = Self::find_by_reference(tx, reference)?;
            return Ok(only.into_iter().filter(|row| filter.shows(row)).collect());
        }
        let sql = match filter.status {
            // There is an index of these alone, for whoever has to decide.
            Some(OrderStatus::Review) => {
                "SELECT * FROM orders WHERE id >= $1 AND id < $2 AND status = $3 AND status = 'review'
                 ORDER BY id DESC LIMIT $4"
            }
            _ => {
                "SELECT * FROM orders WHERE id >= $1 AND id < $2 AND ($3 IS NULL OR status = $3)
                 ORDER BY id DESC LIMIT $4"
            }
        };
        let (from, to) = filter.ids();
        let rows = tx.all(sql, params![&from, &to, filter.status.map(OrderStatus::as_str), limit])?;
        rows.iter().map(Self::read).collect()
    }

    /// Open orders whose time is over and whose payment, if any, is over too.
    pub(crate) fn overdue(tx: &mut Tx<'_>, now: Timestamp, limit: u32) -> Result<Vec<OrderId>, StoreError> {
        tx.all(
            "SELECT id FROM orders WHERE status = 'open' AND expires_at <= $1
                 AND NOT EXISTS (SELECT 1 FROM attempts WHERE order_id = orders.id AND holds = 1)
             ORDER BY expires_at LIMIT $2",
            params![now, limit],
        )?
        .iter()
        .map(|row| row.get("id"))
        .collect()
    }

    /// Saves what a step changed, unless somebody was faster.
    pub(crate) fn save(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let order = &self.order;
        let last_error = order.last_error.as_ref().map(to_json).transpose()?;
        tx.swap(
            "UPDATE orders SET status = $3, authorized = $4, captured = $5, refunded = $6,
                 refund_pending = $15, paid_by = $7, paid_at = $8, submitted = $9, declined = $10, last_submitted_at = $11, last_error = $12, timeline_length = $13,
                 event_sequence = $14, version = version + 1
             WHERE id = $1 AND version = $2",
            params![
                &order.id,
                self.version,
                order.status.as_str(),
                order.authorized,
                order.captured,
                order.refunded,
                &order.paid_by,
                order.paid_at,
                order.submitted,
                order.declined,
                order.last_submitted_at,
                last_error,
                self.timeline_length,
                self.event_sequence,
                order.refund_pending,
            ],
        )
    }

    /// Whether the shop is ending the order, or changing its price.
    pub(crate) fn is_closing(&self, now: Timestamp) -> bool {
        !self.closing_for(now).is_zero()
    }

    /// How much longer it does so at most.
    /// No longer than [`CLOSING_FOR`], whatever the clock of the server says that noted it.
    pub(crate) fn closing_for(&self, now: Timestamp) -> Duration {
        let rest = self.closing_until.map_or(Duration::ZERO, |until| until.since(now));
        if rest <= CLOSING_FOR { rest } else { Duration::ZERO }
    }

    /// Lets nobody begin a payment until then. Raises the version: whoever is about to begin one looks again.
    pub(crate) fn hold_off(tx: &mut Tx<'_>, id: &OrderId, until: Timestamp) -> Result<HeldOff, StoreError> {
        let row = tx.first("SELECT closing_until FROM orders WHERE id = $1", params![id])?;
        let before = row.map_or(Ok(None), |row| row.get("closing_until"))?;
        let sql = "UPDATE orders SET closing_until = $2, version = version + 1 WHERE id = $1";
        tx.execute(sql, params![id, until])?;
        Ok(HeldOff { before, until })
    }

    /// Takes that back: a cancel that held browsers off before does so still, for as long as is promised of one that
    /// came to nothing: it may have, meanwhile. What somebody else has written there since stays.
    pub(crate) fn hold_off_no_more(
        tx: &mut Tx<'_>,
        id: &OrderId,
        held: HeldOff,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let before = held.before.map(|before| before.min(now.plus(CLOSING_STILL_FOR)));
        Self::hold_off_instead(tx, id, held, before)
    }

    /// Holds them off until then instead, unless somebody else has written there since.
    pub(crate) fn hold_off_instead(
        tx: &mut Tx<'_>,
        id: &OrderId,
        held: HeldOff,
        until: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE orders SET closing_until = $3, version = version + 1 WHERE id = $1 AND closing_until = $2";
        tx.execute(sql, params![id, held.until, until]).map(|_| ())
    }

    /// Saves what the shop says of the order: its price and its words. The version is [`Self::save`]'s to raise.
    pub(crate) fn save_words(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        tx.swap(
            "UPDATE orders SET amount = $3, details = $4 WHERE id = $1 AND version = $2",
            params![&self.order.id, self.version, self.order.amount.minor_units(), to_json(&self.details)?],
        )
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let currency = Currency::parse(&row.get::<String>("currency")?).map_err(|_| senseless("currency"))?;
        let last_error: Option<String> = row.get("last_error")?;
        let order = Order {
            id: row.get("id")?,
            amount: Money::new(row.get("amount")?, currency).map_err(|_| senseless("amount"))?,
            capture: CaptureMethod::parse(&row.get::<String>("capture")?).ok_or_else(|| senseless("capture"))?,
            status: OrderStatus::parse(&row.get::<String>("status")?).ok_or_else(|| senseless("status"))?,
            authorized: row.get("authorized")?,
            captured: row.get("captured")?,
            refunded: row.get("refunded")?,
            refund_pending: row.get("refund_pending")?,
            paid_by: row.get("paid_by")?,
            paid_at: row.get("paid_at")?,
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            submitted: row.get("submitted")?,
            declined: row.get("declined")?,
            last_submitted_at: row.get("last_submitted_at")?,
            last_error: last_error.map(|text| from_json("last_error", &text)).transpose()?,
        };
        Ok(Self {
            order,
            reference: row.get("reference")?,
            fingerprint: row.get("fingerprint")?,
            details: from_json("details", &row.get::<String>("details")?)?,
            timeline_length: row.get("timeline_length")?,
            event_sequence: row.get("event_sequence")?,
            closing_until: row.get("closing_until")?,
            version: row.get("version")?,
        })
    }
}
