//! `GET /account/payment_methods?client_secret=`: what a payment may be paid with. Cards.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use florin_domain::card::BRANDS;
use serde_json::{Value, json};

use super::list::ByClientSecret;
use crate::accounts::{Caller, check_client_secret};
use crate::gateway::Gateway;
use crate::payments::{find_with_profile, payment_of_secret};
use crate::wire::ApiError;

/// `GET /account/payment_methods`
pub(crate) async fn offered(
    State(gateway): State<Gateway>,
    caller: Caller,
    query: Result<Query<ByClientSecret>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    caller.check_client_secret_presence(query.client_secret.as_ref())?;
    let given = query.client_secret.as_ref().ok_or(ApiError::MissingParam("client_secret"))?;
    let payment = payment_of_secret(&gateway, &caller, given).await?;
    check_client_secret(given, &payment, gateway.clock.now())?;
    let (payment, profile) = find_with_profile(&gateway, payment.key()).await?;
    let connectors: Vec<_> = Some(&profile.connector_name).filter(|name| !name.is_empty()).into_iter().collect();
    let networks: Vec<_> = BRANDS
        .iter()
        .map(|brand| json!({ "card_network": brand.network, "surcharge_details": null, "eligible_connectors": connectors }))
        .collect();
    let types: Vec<_> = ["credit", "debit"]
        .iter()
        .map(|kind| {
            json!({ "payment_method_type": kind, "payment_experience": null, "card_networks": networks,
                            "bank_names": null, "bank_debits": null, "bank_transfers": null, "required_fields": {},
                            "surcharge_details": null, "pm_auth_connector": null })
        })
        .collect();
    Ok(Json(json!({
        "redirect_url": payment.details.return_url.or(profile.return_url),
        "currency": payment.amount.currency(),
        "payment_methods": [{ "payment_method": "card", "payment_method_types": types }],
        "mandate_payment": null,
        "merchant_name": payment.merchant_id,
        "show_surcharge_breakup_screen": false,
        "payment_type": if payment.amount.is_zero() { "setup_mandate" } else { "normal" },
        "request_external_three_ds_authentication": false,
        "collect_shipping_details_from_wallets": false,
        "collect_billing_details_from_wallets": false,
        "is_tax_calculation_enabled": false,
        "sdk_next_action": { "next_action": "confirm" },
    })))
}
