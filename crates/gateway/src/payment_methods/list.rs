//! A customer's saved cards, each with a token that pays with it for a while.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use super::record::Saved;
use crate::accounts::{Caller, OwnCustomer, check_client_secret};
use crate::customers::Customer;
use crate::gateway::Gateway;
use crate::payments::payment_of_secret;
use crate::wire::ApiError;
use crate::wire::text::SecretText;

/// What a browser asks with.
#[derive(Deserialize)]
pub(crate) struct ByClientSecret {
    pub(super) client_secret: Option<SecretText>,
}

/// `GET /customers/{customer_id}/payment_methods`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    caller: OwnCustomer,
    Path(customer_id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let merchant = caller.may_see(&customer_id)?.clone();
    Ok(Json(of_customer(&gateway, merchant.id, customer_id, false).await?))
}

/// `GET /customers/payment_methods?client_secret=`: of the customer whose payment it is.
pub(crate) async fn list_for_browser(
    State(gateway): State<Gateway>,
    caller: Caller,
    query: Result<Query<ByClientSecret>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    caller.check_client_secret_presence(query.client_secret.as_ref())?;
    let given = query.client_secret.as_ref().ok_or(ApiError::MissingParam("client_secret"))?;
    let payment = payment_of_secret(&gateway, &caller, given).await?;
    check_client_secret(given, &payment, gateway.clock.now())?;
    match payment.details.customer_id {
        Some(customer_id) => Ok(Json(of_customer(&gateway, payment.merchant_id, customer_id, false).await?)),
        None => Ok(Json(json!({ "customer_payment_methods": [], "is_guest_customer": true }))),
    }
}

async fn of_customer(
    gateway: &Gateway,
    merchant_id: String,
    customer_id: String,
    is_guest: bool,
) -> Result<Value, ApiError> {
    let (merchant, id) = (merchant_id, customer_id);
    let (customer, saved) = gateway
        .store
        .read(move |tx| {
            let customer = Customer::find(tx, &merchant, &id)?;
            Ok::<_, ApiError>((customer, Saved::of_customer(tx, &merchant, &id)?))
        })
        .await?;
    let methods: Vec<_> = saved.iter().map(|saved| offer(gateway, &customer, saved)).collect();
    Ok(json!({ "customer_payment_methods": methods, "is_guest_customer": is_guest }))
}

fn offer(gateway: &Gateway, customer: &Customer, saved: &Saved) -> Value {
    json!({
        "payment_token": gateway.saved_tokens.issue(gateway, saved),
        "payment_method_id": saved.id,
        "customer_id": saved.customer_id,
        "payment_method": "card",
        "payment_method_type": saved.details.text("payment_method_type"),
        "payment_method_issuer": null,
        "payment_method_issuer_code": null,
        "recurring_enabled": true,
        "installment_payment_enabled": false,
        "payment_experience": null,
        "card": saved.card_on_wire(),
        "metadata": saved.details.value("metadata"),
        "created": saved.created_at,
        "bank": null,
        "surcharge_details": null,
        "requires_cvv": true,
        "last_used_at": saved.last_used_at,
        "default_payment_method_set": customer.default_payment_method_id.as_ref() == Some(&saved.id),
        "billing": null,
    })
}
