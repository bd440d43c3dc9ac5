//! `POST /payments/{payment_id}/confirm`: by a server with a token or a card, by a browser with its
//! client secret and a card.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Extension, Path, State};
use florin_domain::money::Currency;
use serde_json::Value;

use super::change::change_in;
use super::submit::{Submitted, card_of, check_confirmable, check_mandate};
use super::{Payment, PaymentKey, find_with_profile};
use crate::accounts::{Caller, check_client_secret};
use crate::gateway::Gateway;
use crate::wire::amount::check_part;
use crate::wire::payment::PaymentsResponse;
use crate::wire::request::{Capture, PaymentsRequest};
use crate::wire::{ApiError, AppJson};

/// `POST /payments/{payment_id}/confirm`
pub(crate) async fn confirm(
    State(gateway): State<Gateway>,
    caller: Caller,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Path(payment_id): Path<String>,
    AppJson(mut request): AppJson<PaymentsRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    request.check()?;
    caller.check_client_secret_presence(request.client_secret.as_ref())?;
    let now = gateway.clock.now();
    let key = PaymentKey { merchant_id: caller.merchant().id.clone(), payment_id };
    let (payment, profile) = find_with_profile(&gateway, key.clone()).await?;
    if let Some(given) = &request.client_secret {
        check_client_secret(given, &payment, now)?;
        check_browsers_words(&request, &payment)?;
        add_address(&mut request, peer.map(|Extension(ConnectInfo(address))| address));
    }
    check_mandate(&request, true)?;
    let same = Same::read(&request)?;
    same.check(&payment)?;
    check_confirmable(&payment, &profile, now)?;
    let customer_id = payment.details.customer_id.as_deref();
    request.check_whose_card(customer_id)?;
    let found = card_of(&gateway, &key, customer_id, payment.amount, &mut request, now).await?;
    let submitted = Submitted::ask(&gateway, &payment, found, &mut request)?;
    let confirmed = change_in(&gateway, key, move |tx, payment, profile, now| {
        // Again: it may have been updated since it was looked at.
        same.check(payment)?;
        submitted.carry_out(tx, payment, profile, now)
    });
    Ok(Json(confirmed.await?))
}

/// What a confirm says of the payment. It changes neither the payment nor its money.
struct Same {
    payment_id: Option<String>,
    merchant_id: Option<String>,
    profile_id: Option<String>,
    amount: Option<i64>,
    currency: Option<Currency>,
    shipping_cost: Option<i64>,
    order_tax_amount: Option<i64>,
    /// To be captured, of that amount.
    part: Option<i64>,
    capture: Option<Capture>,
}

impl Same {
    fn read(request: &PaymentsRequest) -> Result<Self, ApiError> {
        Ok(Self {
            payment_id: request.payment_id.clone(),
            merchant_id: request.merchant_id.clone(),
            profile_id: request.profile_id.clone(),
            amount: request.amount,
            currency: request.currency,
            shipping_cost: request.shipping_cost,
            order_tax_amount: request.order_tax_amount,
            part: request.amount_to_capture,
            capture: request.capture()?,
        })
    }

    fn check(&self, payment: &Payment) -> Result<(), ApiError> {
        let is_same = self.payment_id.as_ref().is_none_or(|id| *id == payment.id)
            && self.merchant_id.as_ref().is_none_or(|id| *id == payment.merchant_id)
            && self.profile_id.as_ref().is_none_or(|id| *id == payment.profile_id)
            && self.amount.is_none_or(|amount| amount == payment.order_amount())
            && self.currency.is_none_or(|currency| currency == payment.amount.currency());
        let details = &payment.details;
        // No cost and a cost of nothing are the same.
        let is_same_cost = |said: Option<i64>, known: Option<i64>| said.is_none_or(|said| said == known.unwrap_or(0));
        let costs_the_same = is_same_cost(self.shipping_cost, details.shipping_cost)
            && is_same_cost(self.order_tax_amount, details.order_tax_amount);
        let words = "a confirm can not change payment_id, merchant_id, profile_id, amount, currency, shipping_cost \
                     or order_tax_amount";
        if !is_same || !costs_the_same {
            return Err(ApiError::InvalidData(words.to_owned()));
        }
        check_part(self.part, payment.amount, self.capture.map_or(payment.capture, |capture| capture.method))
    }
}

/// A browser may not say what is the merchant's to say. It may override return_url, capture_method
/// and metadata: OwnGateway lets it, so a merchant has to compare afterwards. Whose payment it is it may say again.
fn check_browsers_words(request: &PaymentsRequest, payment: &Payment) -> Result<(), ApiError> {
    if request.customer_id.is_some() && request.customer_id != payment.details.customer_id {
        return Err(ApiError::AnotherCustomer);
    }
    let says = [
        ("session_expiry", request.session_expiry.is_some()),
        ("description", request.description.is_some()),
        ("customer", request.customer.is_some()),
        ("off_session", request.off_session.is_some()),
        ("recurring_details", request.recurring_details.is_some()),
        ("mandate_id", request.mandate_id.is_some()),
        ("order_details", request.order_details.is_some()),
        ("statement_descriptor_name", request.statement_descriptor_name.is_some()),
        ("statement_descriptor_suffix", request.statement_descriptor_suffix.is_some()),
        ("merchant_order_reference_id", request.merchant_order_reference_id.is_some()),
    ];
    match says.iter().find(|(_, said)| *said) {
        Some((field, _)) => Err(ApiError::InvalidData(format!("{field} can not be set with a publishable key"))),
        None => Ok(()),
    }
}

/// A browser does not know its own address; its connection does.
fn add_address(request: &mut PaymentsRequest, peer: Option<SocketAddr>) {
    if let (Some(peer), Some(browser)) = (peer, request.browser_info.as_mut()) {
        let known = browser.get("ip_address").is_some_and(|address| !address.is_null());
        if !known {
            browser.insert("ip_address".to_owned(), Value::String(peer.ip().to_canonical().to_string()));
        }
    }
}
