//! The one way a payment changes: read, decide, save, tell, all in one unit.

use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};

use super::{Payment, PaymentKey};
use crate::accounts::Profile;
use crate::gateway::{Fresh, Gateway};
use crate::refunds;
use crate::webhooks;
use crate::wire::ApiError;
use crate::wire::payment::PaymentsResponse;

/// Lets `decide` change a payment, saves it and writes the event that tells of it. Answers the payment as
/// it then stands; an error of `decide` changes nothing.
pub(crate) async fn change(
    gateway: &Gateway,
    key: PaymentKey,
    decide: impl Fn(&mut Payment, &Profile, Timestamp) -> Result<(), ApiError> + Send + 'static,
) -> Result<PaymentsResponse, ApiError> {
    let fresh = gateway.fresh();
    let public_url = gateway.settings.public_url.clone();
    let unit_key = key.clone();
    let changed = gateway.store.write(move |tx| {
        let (mut payment, profile) = load(tx, &unit_key)?;
        decide(&mut payment, &profile, fresh.now)?;
        // The clock may have been set back; what merchants compare must not go back with it.
        payment.updated_at = payment.updated_at.max(fresh.now);
        payment.save(tx)?;
        let response = tell(tx, &payment, &profile, &fresh, &public_url)?;
        Ok::<_, ApiError>((response, payment.state.takes_a_card()))
    });
    let (response, takes_a_card) = changed.await?;
    if !takes_a_card {
        gateway.vault.wipe(&key);
    }
    gateway.outbox_bell.notify_one();
    Ok(response)
}

/// Shows a payment and writes the event for its status, if there is one and it was not sent before.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    payment: &Payment,
    profile: &Profile,
    fresh: &Fresh,
    public_url: &str,
) -> Result<PaymentsResponse, StoreError> {
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

/// The payment alone.
pub(crate) async fn find_payment(gateway: &Gateway, key: PaymentKey) -> Result<Payment, ApiError> {
    gateway.store.read(move |tx| Payment::find(tx, &key)?.ok_or(ApiError::NotFound("payment"))).await
}
