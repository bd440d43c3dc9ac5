//! `/customers`: create, read, change, redact, list.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use florin_store::{StoreError, Tx, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::record::{self, Customer, FIELDS};
use crate::accounts::{OwnCustomer, SecretKey};
use crate::disputes;
use crate::gateway::Gateway;
use crate::mandates;
use crate::payment_methods;
use crate::payments::Payment;
use crate::wire::address::{check_email, check_place};
use crate::wire::document::Document;
use crate::wire::filter::Page;
use crate::wire::text::check_id;
use crate::wire::{ApiError, AppJson};

const USUAL: i64 = 20;

/// `GET /customers/list`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListQuery {
    limit: Option<i64>,
    offset: Option<i64>,
    customer_id: Option<String>,
}

/// `POST /customers`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let details = read(body)?;
    let id = details.text("customer_id").map_or_else(|| gateway.id("cus_"), str::to_owned);
    check_id("customer_id", &id)?;
    let now = gateway.clock.now();
    let made = gateway.store.write(move |tx| {
        if !record::insert(tx, &merchant.id, &id, &details, now)? {
            return Err(ApiError::CustomerExists);
        }
        Ok(Customer::find(tx, &merchant.id, &id)?.show())
    });
    Ok(Json(made.await?))
}

fn read(body: Map<String, Value>) -> Result<Document, ApiError> {
    let details = Document::take_known(body, FIELDS)?;
    details.text("email").map_or(Ok(()), |email| check_email("email", email))?;
    details.value("address").map_or(Ok(()), |address| check_place("address", address))?;
    Ok(details)
}

/// `GET /customers/{customer_id}`: of one who was redacted, that they were.
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    caller: OwnCustomer,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let merchant = caller.may_see(&id)?.clone();
    let found =
        gateway.store.read(move |tx| Ok::<_, ApiError>(Customer::find_or_forgotten(tx, &merchant.id, &id)?.show()));
    Ok(Json(found.await?))
}

/// `POST /customers/{customer_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let newer = read(body)?;
    if newer.text("customer_id").is_some_and(|given| given != id) {
        return Err(ApiError::InvalidData("customer_id can not be changed".to_owned()));
    }
    let changed = gateway.store.write(move |tx| {
        let mut customer = Customer::hold(tx, &merchant.id, &id)?;
        customer.details.lay_over(&newer);
        tx.execute(
            "UPDATE customers SET details = $3 WHERE merchant_id = $1 AND customer_id = $2",
            params![&merchant.id, &id, customer.details.column()],
        )?;
        Ok::<_, ApiError>(customer.show())
    });
    Ok(Json(changed.await?))
}

/// `DELETE /customers/{customer_id}`: who it was is forgotten, their cards are destroyed, their mandates end, and the
/// id stays taken so that nobody else is mistaken for them. Of one who was redacted before, what was left or was said
/// since is forgotten too; the answer is that they are.
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let redacted = gateway.store.write(move |tx| {
        let customer = Customer::hold_or_forgotten(tx, &merchant.id, &id)?;
        if !customer.is_redacted && mandates::any_active(tx, &merchant.id, &id)? {
            return Err(ApiError::MandateActive);
        }
        forget(tx, &merchant.id, &id)?;
        Ok(customer)
    });
    let customer = redacted.await?;
    if customer.is_redacted {
        return Err(ApiError::CustomerRedacted);
    }
    Ok(Json(json!({
        "customer_id": customer.id, "customer_deleted": true, "address_deleted": true, "payment_methods_deleted": true,
    })))
}

fn forget(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<(), StoreError> {
    payment_methods::delete_all(tx, merchant_id, id)?;
    mandates::end_all(tx, merchant_id, id)?;
    disputes::forget_customer(tx, merchant_id, id)?;
    Payment::forget_customer(tx, merchant_id, id)?;
    tx.execute(
        "UPDATE customers SET details = '{}', default_payment_method_id = NULL, redacted = 1
         WHERE merchant_id = $1 AND customer_id = $2",
        params![merchant_id, id],
    )?;
    Ok(())
}

/// `GET /customers/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Vec<Value>>, ApiError> {
    Ok(Json(page(&gateway, merchant.id, query).await?.0))
}

/// `GET /customers/list_with_count`
pub(crate) async fn list_with_count(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let (data, total_count) = page(&gateway, merchant.id, query).await?;
    Ok(Json(json!({ "data": data, "total_count": total_count })))
}

async fn page(
    gateway: &Gateway,
    merchant_id: String,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<(Vec<Value>, i64), ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    let Page { limit, offset } = Page::read(query.limit, query.offset, USUAL)?;
    let wanted = query.customer_id.unwrap_or_default();
    let unit = move |tx: &mut Tx<'_>| {
        let rows = tx.all(
            "SELECT * FROM customers WHERE merchant_id = $1 AND redacted = 0 AND ($2 = '' OR customer_id = $2)
             ORDER BY created_at DESC, customer_id DESC LIMIT $3 OFFSET $4",
            params![&merchant_id, &wanted, limit, offset],
        )?;
        let total = tx.first(
            "SELECT COUNT(*) AS customers FROM customers
             WHERE merchant_id = $1 AND redacted = 0 AND ($2 = '' OR customer_id = $2)",
            params![&merchant_id, &wanted],
        )?;
        let shown = rows.iter().map(|row| Ok(Customer::read(row)?.show())).collect::<Result<Vec<_>, StoreError>>()?;
        Ok::<_, StoreError>((shown, total.map_or(Ok(0), |row| row.get("customers"))?))
    };
    Ok(gateway.store.read(unit).await?)
}
