//! `/mandates`: read, list, revoke.

use axum::Json;
use axum::extract::{Path, State};
use florin_store::{StoreError, Tx};
use serde_json::{Value, json};

use super::record::{ACTIVE, INACTIVE, Mandate, REVOKED};
use crate::accounts::{OwnCustomer, Profile, SecretKey};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::payment_methods;
use crate::payments::{PaymentKey, load};
use crate::webhooks;
use crate::wire::ApiError;

/// `GET /mandates/{mandate_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| {
        let mandate = Mandate::find(tx, &merchant.id, &id)?;
        Ok::<_, ApiError>(show(tx, &mandate)?)
    });
    Ok(Json(found.await?))
}

/// `GET /mandates/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
) -> Result<Json<Vec<Value>>, ApiError> {
    Ok(Json(gateway.store.read(move |tx| all(tx, &merchant.id, "")).await?))
}

/// `GET /customers/{customer_id}/mandates`
pub(crate) async fn list_of_customer(
    State(gateway): State<Gateway>,
    caller: OwnCustomer,
    Path(customer_id): Path<String>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let merchant = caller.may_see(&customer_id)?.clone();
    let found = gateway.store.read(move |tx| {
        Customer::find(tx, &merchant.id, &customer_id)?;
        Ok::<_, ApiError>(all(tx, &merchant.id, &customer_id)?)
    });
    Ok(Json(found.await?))
}

/// `POST /mandates/revoke/{mandate_id}`: from now on nothing is charged by it.
pub(crate) async fn revoke(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let fresh = gateway.fresh();
    let revoked = gateway.store.write(move |tx| {
        let mandate = Mandate::find(tx, &merchant.id, &id)?;
        // One for a single use may come back when its use comes to nothing: it can be revoked meanwhile.
        let is_turned = Mandate::turn(tx, &merchant.id, &id, ACTIVE, REVOKED)?
            || Mandate::turn(tx, &merchant.id, &id, INACTIVE, REVOKED)?;
        if !is_turned {
            let words = format!("You cannot revoke this mandate because it has status {}", mandate.status);
            return Err(ApiError::Precondition(words));
        }
        let profile = profile_of(tx, &mandate)?;
        let shown = show_for_event(tx, &merchant.id, &id)?;
        webhooks::tell_mandate(tx, &merchant.id, (&id, "mandate_revoked"), &shown, &profile, &fresh)?;
        Ok(json!({ "mandate_id": &id, "status": REVOKED, "error_code": null, "error_message": null }))
    });
    let answer = revoked.await?;
    gateway.outbox_bell.notify_one();
    Ok(Json(answer))
}

fn profile_of(tx: &mut Tx<'_>, mandate: &Mandate) -> Result<Profile, ApiError> {
    let key = PaymentKey { merchant_id: mandate.merchant_id.clone(), payment_id: mandate.payment_id.clone() };
    Ok(load(tx, &key)?.1)
}

fn all(tx: &mut Tx<'_>, merchant_id: &str, customer_id: &str) -> Result<Vec<Value>, StoreError> {
    let mandates = Mandate::all(tx, merchant_id, customer_id)?;
    mandates.iter().map(|mandate| show(tx, mandate)).collect()
}

/// The mandate as its events show it.
pub(super) fn show_for_event(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Value, StoreError> {
    match Mandate::find(tx, merchant_id, id) {
        Ok(mandate) => show(tx, &mandate),
        Err(error) => Err(StoreError::Corrupt(error.to_string())),
    }
}

fn show(tx: &mut Tx<'_>, mandate: &Mandate) -> Result<Value, StoreError> {
    let card = payment_methods::card_shown(tx, &mandate.merchant_id, &mandate.payment_method_id)?;
    Ok(json!({
        "mandate_id": mandate.id,
        "status": mandate.status,
        "payment_method_id": mandate.payment_method_id,
        "payment_method": "card",
        "payment_method_type": "credit",
        "card": card,
        "customer_acceptance": mandate.acceptance,
    }))
}
