//! The one way a payment changes: read, decide, save, tell, all in one unit.

use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};

use super::{Payment, PaymentKey, trail};
use crate::accounts::{Caller, Profile};
use crate::connector;
use crate::disputes;
use crate::gateway::{Fresh, Gateway};
use crate::ledger;
use crate::mandates;
use crate::payment_methods;
use crate::refunds;
use crate::sandbox::{self, BadDay};
use crate::webhooks;
use crate::wire::ApiError;
use crate::wire::payment::PaymentsResponse;
use crate::wire::text::SecretText;

/// Lets `decide` change a payment, saves it and writes the event that tells of it. Answers the payment as
/// it then stands; an error of `decide` changes nothing.
pub(crate) async fn change(
    gateway: &Gateway,
    key: PaymentKey,
    decide: impl Fn(&mut Payment, &Profile, Timestamp) -> Result<(), ApiError> + Send + 'static,
) -> Result<PaymentsResponse, ApiError> {
    if sandbox::bad_day() == Some(BadDay::IgnoredCancel) {
        return pretend(gateway, key, decide).await;
    }
    change_in(gateway, key, move |_, payment, profile, now| decide(payment, profile, now)).await
}

/// The same for a change that writes more than the payment.
pub(super) async fn change_in(
    gateway: &Gateway,
    key: PaymentKey,
    decide: impl Fn(&mut Tx<'_>, &mut Payment, &Profile, Timestamp) -> Result<(), ApiError> + Send + 'static,
) -> Result<PaymentsResponse, ApiError> {
    let fresh = gateway.fresh();
    let public_url = gateway.settings.public_url.clone();
    let limits = gateway.settings.decline_limits;
    let unit_key = key.clone();
    let changed = gateway.store.write(move |tx| {
        let (mut payment, profile) = load(tx, &unit_key)?;
        let before = payment.clone();
        decide(tx, &mut payment, &profile, fresh.now)?;
        mandates::recount(tx, &before, &mut payment)?;
        // The clock may have been set back; what merchants compare must not go back with it.
        payment.note_hold(Some(before.state), fresh.now);
        payment.updated_at = payment.updated_at.max(fresh.now);
        let earlier = Some(&before).filter(|before| !trail::has_submitted(Some(before), &payment));
        payment_methods::settle(tx, earlier, &mut payment, fresh.now)?;
        payment.save(tx)?;
        trail::leave(tx, Some(&before), &payment, &profile, fresh.now, &limits)?;
        let response = tell(tx, &payment, &profile, &fresh, &public_url)?;
        Ok::<_, ApiError>((response, payment.state.takes_a_card()))
    });
    let (response, takes_a_card) = changed.await?;
    if !takes_a_card {
        gateway.vault.wipe(&key);
    }
    gateway.outbox_bell.notify_one();
    gateway.sandbox.pending_bell().notify_one();
    Ok(response)
}

/// Answers as if the payment had changed. On a bad day a gateway does that.
async fn pretend(
    gateway: &Gateway,
    key: PaymentKey,
    decide: impl Fn(&mut Payment, &Profile, Timestamp) -> Result<(), ApiError> + Send + 'static,
) -> Result<PaymentsResponse, ApiError> {
    let (now, public_url) = (gateway.clock.now(), gateway.settings.public_url.clone());
    let pretended = gateway.store.read(move |tx| {
        let (mut payment, profile) = load(tx, &key)?;
        decide(&mut payment, &profile, now)?;
        Ok::<_, ApiError>(view(tx, &payment, &profile, &public_url)?)
    });
    pretended.await
}

/// Shows a payment and writes the event for its status, if there is one and it was not sent before.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    payment: &Payment,
    profile: &Profile,
    fresh: &Fresh,
    public_url: &str,
) -> Result<PaymentsResponse, StoreError> {
    ledger::follow(tx, payment, fresh.now)?;
    connector::expect_payment(tx, payment, fresh.now)?;
    mandates::settle(tx, payment, profile, fresh)?;
    disputes::follow(tx, payment, profile, fresh)?;
    let response = view(tx, payment, profile, public_url)?;
    webhooks::tell_payment(tx, &response, profile, fresh)?;
    Ok(response)
}

/// A payment as it stands, refunds included.
pub(crate) fn view(
    tx: &mut Tx<'_>,
    payment: &Payment,
    profile: &Profile,
    public_url: &str,
) -> Result<PaymentsResponse, StoreError> {
    let refunds = if payment.refund_count == 0 { Vec::new() } else { refunds::of_payment(tx, payment, profile)? };
    Ok(PaymentsResponse::of(payment, profile, refunds, public_url))
}

/// A payment with its profile; not found when it is absent or another merchant's.
pub(crate) fn load(tx: &mut Tx<'_>, key: &PaymentKey) -> Result<(Payment, Profile), ApiError> {
    let payment = Payment::find(tx, key)?.ok_or(ApiError::NotFound("payment"))?;
    let profile = Profile::find(tx, &payment.merchant_id, Some(&payment.profile_id))?;
    let profile = profile.ok_or_else(|| ApiError::Internal("a payment without its profile".to_owned()))?;
    Ok((payment, profile))
}

/// The same, outside a unit.
pub(crate) async fn find_with_profile(gateway: &Gateway, key: PaymentKey) -> Result<(Payment, Profile), ApiError> {
    gateway.store.read(move |tx| load(tx, &key)).await
}

/// The payment that a client secret names. One that names none is refused like a wrong one, so that
/// nobody learns which payments exist.
pub(crate) async fn payment_of_secret(
    gateway: &Gateway,
    caller: &Caller,
    client_secret: &SecretText,
) -> Result<Payment, ApiError> {
    let (payment_id, _) = client_secret.0.rsplit_once("_secret_").ok_or(ApiError::ClientSecretMismatch)?;
    let key = PaymentKey { merchant_id: caller.merchant().id.clone(), payment_id: payment_id.to_owned() };
    match find_payment(gateway, key).await {
        Err(ApiError::NotFound(_)) => Err(ApiError::ClientSecretMismatch),
        found => found,
    }
}

/// The payment alone.
pub(crate) async fn find_payment(gateway: &Gateway, key: PaymentKey) -> Result<Payment, ApiError> {
    gateway.store.read(move |tx| Payment::find(tx, &key)?.ok_or(ApiError::NotFound("payment"))).await
}
