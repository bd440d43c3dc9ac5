//! `POST /payments`.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use florin_domain::ids::PaymentId;
use florin_domain::order::CaptureMethod;
use florin_domain::payment::PaymentEvent;
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;

use super::change::tell;
use super::details::Details;
use super::record::NewPayment;
use super::submit::{Submitted, card_of, check_mandate};
use super::{Payment, PaymentKey, forbidden, trail};
use crate::accounts::{Merchant, Profile, SecretKey};
use crate::customers;
use crate::gateway::Gateway;
use crate::payment_methods;
use crate::vault::HeldCard;
use crate::wire::amount::check_part;
use crate::wire::payment::PaymentsResponse;
use crate::wire::request::PaymentsRequest;
use crate::wire::{ApiError, AppJson};

/// OwnGateway's default: the client secret, and an unconfirmed payment, live this long.
const SESSION: Duration = Duration::from_secs(900);

/// What becomes of the card in a new payment.
enum NewCard {
    None,
    /// Kept in memory until somebody confirms.
    Attached,
    Submitted(Box<Submitted>),
}

/// `POST /payments`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(mut request): AppJson<PaymentsRequest>,
) -> Result<Json<PaymentsResponse>, ApiError> {
    request.check()?;
    if request.client_secret.is_some() {
        return Err(ApiError::InvalidData("client_secret is not a valid parameter".to_owned()));
    }
    if request.merchant_id.as_ref().is_some_and(|id| *id != merchant.id) {
        return Err(ApiError::InvalidData("merchant_id is not the one of this api-key".to_owned()));
    }
    check_mandate(&request, request.confirm == Some(true))?;
    if request.confirm == Some(true) {
        request.check_whose_card(None)?;
    }
    let fresh = gateway.fresh();
    let profile = profile_of(&gateway, &merchant, request.profile_id.take()).await?;
    let mut payment = opened(&gateway, &merchant, &profile, &mut request, fresh.now)?;
    check_part(request.amount_to_capture, payment.amount, payment.capture)?;
    let (card, held) = card_for(&gateway, &payment, &mut request, fresh.now).await?;
    payment.details.lay_over(&Details::take(&mut request));
    payment.details.waiting_card = held.as_ref().map(|held| held.card.summary());

    let key = payment.key();
    let closes_at = payment.expires_at;
    let public_url = gateway.settings.public_url.clone();
    let limits = gateway.settings.decline_limits;
    let unit = move |tx: &mut Tx<'_>| {
        let mut payment = payment.clone();
        match &card {
            NewCard::None => {}
            NewCard::Attached => {
                payment.state = payment.state.apply(PaymentEvent::AttachCard).map_err(forbidden("create"))?;
            }
            NewCard::Submitted(submitted) => submitted.carry_out(tx, &mut payment, &profile, fresh.now)?,
        }
        customers::remember(tx, &payment.merchant_id, &mut payment.details, fresh.now)?;
        payment.note_hold(None, fresh.now);
        payment_methods::settle(tx, None, &mut payment, fresh.now)?;
        if !payment.insert(tx)? {
            return Err(ApiError::Duplicate("payment"));
        }
        trail::leave(tx, None, &payment, &profile, fresh.now, &limits)?;
        Ok(tell(tx, &payment, &profile, &fresh, &public_url)?)
    };
    let response = gateway.store.write(unit).await?;
    if let Some(held) = held {
        gateway.vault.attach(key, held, closes_at);
    }
    gateway.outbox_bell.notify_one();
    gateway.sandbox.pending_bell().notify_one();
    Ok(Json(response))
}

async fn profile_of(gateway: &Gateway, merchant: &Merchant, id: Option<String>) -> Result<Profile, ApiError> {
    let merchant_id = merchant.id.clone();
    let found = gateway.store.read(move |tx| Profile::find(tx, &merchant_id, id.as_deref()));
    found.await?.filter(|profile| !profile.is_deleted).ok_or(ApiError::NotFound("profile"))
}

/// The payment without its card.
fn opened(
    gateway: &Gateway,
    merchant: &Merchant,
    profile: &Profile,
    request: &mut PaymentsRequest,
    now: Timestamp,
) -> Result<Payment, ApiError> {
    let payment_id = request.payment_id.take();
    let payment_id = payment_id.unwrap_or_else(|| PaymentId::new(now, gateway.randomness.bytes()).to_string());
    let of_profile = profile.details.number("session_expiry").and_then(|seconds| u32::try_from(seconds).ok());
    let session = request.session_expiry.or(of_profile);
    let session = session.map_or(SESSION, |seconds| Duration::from_secs(seconds.into()));
    let capture = request.capture()?;
    Ok(Payment::open(NewPayment {
        client_secret: gateway.client_secret(&payment_id),
        key: PaymentKey { merchant_id: merchant.id.clone(), payment_id },
        profile_id: profile.id.clone(),
        amount: request.money()?,
        capture: capture.map_or(CaptureMethod::Automatic, |capture| capture.method),
        multiple: capture.is_some_and(|capture| capture.multiple),
        details: Details::default(),
        now,
        expires_at: now.plus(session),
    }))
}

async fn card_for(
    gateway: &Gateway,
    payment: &Payment,
    request: &mut PaymentsRequest,
    now: Timestamp,
) -> Result<(NewCard, Option<HeldCard>), ApiError> {
    if request.confirm == Some(true) {
        let found = card_of(gateway, &payment.key(), None, payment.amount, request, now).await?;
        let submitted = Submitted::ask(gateway, payment, found, request)?;
        return Ok((NewCard::Submitted(Box::new(submitted)), None));
    }
    if request.has_card() {
        let found = card_of(gateway, &payment.key(), None, payment.amount, request, now).await?;
        return Ok((NewCard::Attached, Some(found.held)));
    }
    Ok((NewCard::None, None))
}
