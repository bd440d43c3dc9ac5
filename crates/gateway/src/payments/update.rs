//! `POST /payments/{payment_id}`: changes an unconfirmed payment, and confirms it if it is told to.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::money::Currency;
use florin_domain::payment::PaymentEvent;
use florin_domain::timestamp::Timestamp;

use super::change::change_in;
use super::details::Details;
use super::submit::{Submitted, card_of, check_mandate};
use super::{Payment, PaymentKey, find_payment, forbidden};
use crate::accounts::SecretKey;
use crate::customers;
use crate::gateway::Gateway;
use crate::wire::amount::{check_part, total_of};
use crate::wire::payment::PaymentsResponse;
use crate::wire::request::{Capture, FutureUsage, PaymentsRequest};
use crate::wire::{ApiError, AppJson};

/// What of the payment itself an update changes.
#[derive(Clone, Copy)]
struct Changes {
    amount: Option<i64>,
    part: Option<i64>,
    currency: Option<Currency>,
    shipping_cost: Option<i64>,
    order_tax_amount: Option<i64>,
    capture: Option<Capture>,
    session_seconds: Option<u32>,
    sets_up: bool,
}

impl Changes {
    fn read(request: &PaymentsRequest) -> Result<Self, ApiError> {
        Ok(Self {
            amount: request.amount,
            part: request.amount_to_capture,
            currency: request.currency,
            shipping_cost: request.shipping_cost,
            order_tax_amount: request.order_tax_amount,
            capture: request.capture()?,
            session_seconds: request.session_expiry,
            sets_up: request.sets_up(),
        })
    }

    fn make(&self, payment: &mut Payment, event: PaymentEvent, now: Timestamp) -> Result<(), ApiError> {
        payment.state = payment.state.apply(event).map_err(forbidden("update"))?;
        let costs = self.shipping_cost.or(self.order_tax_amount);
        if self.amount.or(costs).is_some() || self.currency.is_some() {
            let amount = self.amount.unwrap_or(payment.order_amount());
            let sets_up = self.sets_up
                || payment.order_amount() == 0
                || payment.details.setup_future_usage == Some(FutureUsage::OffSession);
            let details = &mut payment.details;
            details.shipping_cost = self.shipping_cost.or(details.shipping_cost);
            details.order_tax_amount = self.order_tax_amount.or(details.order_tax_amount);
            let currency = self.currency.unwrap_or(payment.amount.currency());
            payment.amount = total_of(amount, details.extras(), currency, sets_up)?;
        }
        if let Some(capture) = self.capture {
            (payment.capture, payment.multiple) = (capture.method, capture.multiple);
        }
        check_part(self.part, payment.amount, payment.capture)?;
        if let Some(seconds) = self.session_seconds {
            payment.expires_at = now.plus(Duration::from_secs(seconds.into()));
        }
        Ok(())
    }
}

/// `POST /payments/{payment_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(payment_id): Path<String>,
    AppJson(mut request): AppJson<PaymentsRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    check(&request, &payment_id)?;
    let key = PaymentKey { merchant_id: merchant.id, payment_id };
    let now = gateway.clock.now();
    let payment = find_payment(&gateway, key.clone()).await?;
    let changes = Changes::read(&request)?;
    // Tried on a copy first: what may not be changed is refused before any card is looked at.
    let mut changed = payment.clone();
    changes.make(&mut changed, PaymentEvent::Update, now)?;
    let customer_id = payment.details.customer_id.as_deref();
    if request.confirm == Some(true) {
        request.check_whose_card(customer_id)?;
        let found = card_of(&gateway, &key, customer_id, changed.amount, &mut request, now).await?;
        let submitted = Submitted::ask(&gateway, &payment, found, &mut request)?;
        let confirmed = change_in(&gateway, key, move |tx, payment, profile, now| {
            changes.make(payment, PaymentEvent::Update, now)?;
            submitted.carry_out(tx, payment, profile, now)
        });
        return Ok(Json(confirmed.await?));
    }
    let (event, held) = if request.has_card() {
        let found = card_of(&gateway, &key, customer_id, changed.amount, &mut request, now).await?;
        (PaymentEvent::AttachCard, Some(found.held))
    } else {
        (PaymentEvent::Update, None)
    };
    let mut details = Details::take(&mut request);
    details.waiting_card = held.as_ref().map(|held| held.card.summary());
    let updated = change_in(&gateway, key.clone(), move |tx, payment, _, now| {
        changes.make(payment, event, now)?;
        payment.details.lay_over(&details);
        customers::remember(tx, &payment.merchant_id, &mut payment.details, now)?;
        if details.waiting_card.is_some() {
            payment.details.waiting_card.clone_from(&details.waiting_card);
        }
        Ok(())
    });
    let response = updated.await?;
    if let Some(held) = held {
        gateway.vault.attach(key, held, response.expires_on);
    }
    Ok(Json(response))
}

fn check(request: &PaymentsRequest, payment_id: &str) -> Result<(), ApiError> {
    request.check()?;
    check_mandate(request, request.confirm == Some(true))?;
    if request.client_secret.is_some() {
        return Err(ApiError::InvalidData("client_secret is not a valid parameter".to_owned()));
    }
    if request.payment_id.as_ref().is_some_and(|id| id != payment_id) {
        return Err(ApiError::InvalidData("payment_id is not the one in the address".to_owned()));
    }
    Ok(())
}
