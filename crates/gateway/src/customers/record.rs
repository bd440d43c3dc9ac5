//! A customer as a row.

use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde_json::{Map, Value, json};

use crate::payments::Details;
use crate::wire::ApiError;
use crate::wire::document::{Document, Field, Kind};

/// What a customer may hold; every text at most as long as OwnGateway takes.
pub(super) const FIELDS: &[Field] = &[
    ("customer_id", Kind::Text(64)),
    ("name", Kind::Text(255)),
    ("email", Kind::Text(255)),
    ("phone", Kind::Text(255)),
    ("phone_country_code", Kind::Text(255)),
    ("description", Kind::Text(255)),
    ("address", Kind::Object),
    ("metadata", Kind::Object),
    ("tax_registration_id", Kind::Text(255)),
];

/// What stands where a person was, once they are forgotten.
const REDACTED: [&str; 6] = ["name", "email", "phone", "phone_country_code", "description", "tax_registration_id"];

/// A customer. Personal, so it does not print.
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(super) details: Document,
    pub(crate) default_payment_method_id: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) is_redacted: bool,
}

impl Customer {
    /// Not found when it is absent or another merchant's; an error of its own when it was redacted.
    pub(crate) fn find(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let customer = Self::find_or_forgotten(tx, merchant_id, id)?;
        if customer.is_redacted { Err(ApiError::CustomerRedacted) } else { Ok(customer) }
    }

    /// The same, and one who was redacted is found too.
    pub(super) fn find_or_forgotten(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let row =
            tx.first("SELECT * FROM customers WHERE merchant_id = $1 AND customer_id = $2", params![merchant_id, id])?;
        Ok(Self::read(&row.ok_or(ApiError::NotFound("customer"))?)?)
    }

    /// The same, and no other unit changes it or its cards until this one has ended.
    ///
    /// A write that changes nothing: on PostgreSQL the row is then this unit's, on SQLite it always was.
    pub(crate) fn hold(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        let customer = Self::hold_or_forgotten(tx, merchant_id, id)?;
        if customer.is_redacted { Err(ApiError::CustomerRedacted) } else { Ok(customer) }
    }

    /// The same, and one who was redacted is held too.
    pub(super) fn hold_or_forgotten(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Self, ApiError> {
        tx.execute(
            "UPDATE customers SET redacted = redacted WHERE merchant_id = $1 AND customer_id = $2",
            params![merchant_id, id],
        )?;
        Self::find_or_forgotten(tx, merchant_id, id)
    }

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("customer_id")?,
            details: Document::read(&row.get::<String>("details")?)?,
            default_payment_method_id: row.get("default_payment_method_id")?,
            created_at: row.get("created_at")?,
            is_redacted: row.get("redacted")?,
        })
    }

    pub(super) fn show(&self) -> Value {
        let mut shown: Map<String, Value> = self.details.shown(FIELDS);
        if self.is_redacted {
            shown.extend(REDACTED.map(|name| (name.to_owned(), json!("Redacted"))));
        }
        shown.insert("customer_id".to_owned(), json!(self.id));
        shown.insert("created_at".to_owned(), json!(self.created_at));
        shown.insert("default_payment_method_id".to_owned(), json!(self.default_payment_method_id));
        Value::Object(shown)
    }
}

/// Writes a customer; false when the id is taken.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    id: &str,
    details: &Document,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let touched = tx.execute(
        "INSERT INTO customers (merchant_id, customer_id, details, redacted, created_at) VALUES ($1, $2, $3, 0, $4)
         ON CONFLICT DO NOTHING",
        params![merchant_id, id, details.column(), now],
    )?;
    Ok(touched == 1)
}

/// A payment that names a customer nobody has heard of makes one, as OwnGateway does. Of one who is known it says
/// what it was not told. Of one who was redacted it is told nothing, also not beside the call that redacts them: the
/// customer is held until the payment is written.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    payment: &mut Details,
    now: Timestamp,
) -> Result<(), ApiError> {
    let Some(id) = payment.customer_id.clone() else { return Ok(()) };
    let mut details = Document::default();
    for (name, said) in [
        ("name", &payment.name),
        ("email", &payment.email),
        ("phone", &payment.phone),
        ("phone_country_code", &payment.phone_country_code),
    ] {
        said.iter().for_each(|said| details.set(name, said.clone()));
    }
    if insert(tx, merchant_id, &id, &details, now)? {
        return Ok(());
    }
    let known = Customer::hold(tx, merchant_id, &id)?;
    for (name, said) in [
        ("name", &mut payment.name),
        ("email", &mut payment.email),
        ("phone", &mut payment.phone),
        ("phone_country_code", &mut payment.phone_country_code),
    ] {
        *said = said.take().or_else(|| known.details.text(name).map(str::to_owned));
    }
    Ok(())
}

/// Makes a saved card the one that is offered first.
pub(crate) fn set_default(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    id: &str,
    payment_method_id: Option<&str>,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE customers SET default_payment_method_id = $3 WHERE merchant_id = $1 AND customer_id = $2",
        params![merchant_id, id, payment_method_id],
    )?;
    Ok(())
}
