//! `/payment_methods/{payment_method_id}`: read, rename, delete, make the default.

use axum::Json;
use axum::extract::{Path, State};
use florin_store::Tx;
use serde_json::{Map, Value, json};

use super::record::{self, ACTIVE, Saved};
use crate::accounts::{OwnCustomer, SecretKey};
use crate::customers::{self, Customer};
use crate::gateway::Gateway;
use crate::vault;
use crate::wire::document::{Document, Field, Kind};
use crate::wire::{ApiError, AppJson};

const CHANGES: &[Field] = &[("card", Kind::Object), ("metadata", Kind::Object)];
const CARD_CHANGES: &[Field] = &[("card_holder_name", Kind::Text(255)), ("nick_name", Kind::Text(255))];

/// `GET /payment_methods/{payment_method_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| Ok::<_, ApiError>(Saved::find(tx, &merchant.id, &id)?.show()));
    Ok(Json(found.await?))
}

/// `POST /payment_methods/{payment_method_id}/update`: the names on a card, never its number.
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let newer = Document::take(body, CHANGES)?;
    let card = newer.value("card").and_then(Value::as_object).cloned().unwrap_or_default();
    let card = Document::take(card, CARD_CHANGES)?;
    for name in CARD_CHANGES.iter().filter_map(|(name, _)| card.text(name)) {
        crate::wire::card::check_name(Some(name))?;
    }
    let unit = move |tx: &mut Tx<'_>| {
        let mut saved = Saved::hold(tx, &merchant.id, &id)?;
        if let Some(metadata) = newer.value("metadata") {
            saved.details.set("metadata", metadata.clone());
        }
        if let Some(name) = card.text("nick_name") {
            saved.details.set("nick_name", name);
        }
        if let (Some(summary), Some(name)) = (saved.card.as_mut(), card.text("card_holder_name")) {
            summary.holder_name = Some(name.to_owned());
            if let Some(card_id) = &saved.card_id {
                vault::resummarize(tx, &saved.merchant_id, card_id, summary)?;
            }
        }
        saved.update(tx)?;
        Ok::<_, ApiError>(saved.show())
    };
    Ok(Json(gateway.store.write(unit).await?))
}

/// `DELETE /payment_methods/{payment_method_id}`: its card is destroyed.
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    caller: OwnCustomer,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let gone = gateway.store.write(move |tx| {
        let saved = Saved::hold(tx, &caller.merchant().id, &id)?;
        caller.may_see(&saved.customer_id)?;
        record::delete(tx, &saved)?;
        Ok::<_, ApiError>(json!({ "payment_method_id": saved.id, "deleted": true }))
    });
    Ok(Json(gone.await?))
}

/// `POST /customers/{customer_id}/payment_methods/{payment_method_id}/default`
pub(crate) async fn make_default(
    State(gateway): State<Gateway>,
    caller: OwnCustomer,
    Path((customer_id, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let merchant = caller.may_see(&customer_id)?.clone();
    let made = gateway.store.write(move |tx| {
        let customer = Customer::hold(tx, &merchant.id, &customer_id)?;
        let saved = Saved::find(tx, &merchant.id, &id)?;
        if saved.customer_id != customer.id || saved.status != ACTIVE {
            return Err(ApiError::NotFound("payment method"));
        }
        if customer.default_payment_method_id.as_ref() == Some(&saved.id) {
            let words = "This payment method is the default already";
            return Err(ApiError::Precondition(words.to_owned()));
        }
        customers::set_default(tx, &merchant.id, &customer.id, Some(&saved.id))?;
        Ok(json!({
            "default_payment_method_id": saved.id, "customer_id": customer.id,
            "payment_method_type": saved.details.text("payment_method_type"), "payment_method": "card",
        }))
    });
    Ok(Json(made.await?))
}
