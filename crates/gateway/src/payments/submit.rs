//! A card on its way to the issuer: found, asked about, and what the payment becomes.

use florin_domain::money::Money;
use florin_domain::payment::{IssuerAnswer, PaymentEvent, PaymentState, Submission, TransitionError};
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;
use serde_json::Value;

use super::details::Details;
use super::forbidden;
use super::record::Attempt;
use super::{Payment, PaymentKey};
use crate::accounts::Profile;
use crate::connector::{self, Issuer};
use crate::customers;
use crate::gateway::Gateway;
use crate::mandates::{self, NewMandate};
use crate::payment_methods::{self, Keepsake, Opened, Wish};
use crate::sandbox::{self, BadDay};
use crate::vault::{HeldCard, TOKEN_VALID_FOR};
use crate::wire::ApiError;
use crate::wire::card::{self, Card, CardSummary};
use crate::wire::payment::manual_retry_allowed;
use crate::wire::request::{AuthenticationType, Capture, PaymentsRequest, RecurringDetails};

/// A card that the issuer has answered, with what came beside it. The card itself is gone.
pub(super) struct Submitted {
    issuer: Issuer,
    card: CardSummary,
    transaction_id: String,
    details: Details,
    capture: Option<Capture>,
    /// The saved card it is.
    saved: Option<String>,
    /// The mandate it is charged by.
    mandate_id: Option<String>,
    /// The card that is to be kept, sealed.
    keepsake: Option<Keepsake>,
    new_mandate: Option<NewMandate>,
    /// The shopper is not there to be asked.
    off_session: bool,
}

/// A card found, and which saved card it is.
pub(super) struct Found {
    pub(super) held: HeldCard,
    pub(super) saved: Option<String>,
    mandate_id: Option<String>,
}

impl Found {
    fn fresh(held: HeldCard) -> Self {
        Self { held, saved: None, mandate_id: None }
    }
}

/// Takes the card out of a request: sent along, behind a token, saved, or put beside the payment before.
pub(super) async fn card_of(
    gateway: &Gateway,
    key: &PaymentKey,
    customer_id: Option<&str>,
    amount: Money,
    request: &mut PaymentsRequest,
    now: Timestamp,
) -> Result<Found, ApiError> {
    let held = |card| HeldCard { card, browser_info: None, billing: None, expires_at: now.plus(TOKEN_VALID_FOR) };
    let customer_id = request.customer_named().or(customer_id).map(str::to_owned);
    let wish = match (request.payment_token.take(), request.recurring_details.take(), request.mandate_id.take()) {
        (Some(token), ..) => match gateway.vault.find(key, &token.0, now) {
            Ok(held) => return Ok(Found::fresh(held)),
            Err(_) => Some(Wish::Token(token.0.to_string())),
        },
        (None, Some(RecurringDetails::PaymentMethodId(id)), _) => Some(Wish::Id(id)),
        (None, Some(RecurringDetails::MandateId(id)), _) | (None, None, Some(id)) => Some(Wish::Mandate(id)),
        (None, None, None) => None,
    };
    if let Some(wish) = wish {
        check_code(request)?;
        let opened =
            payment_methods::card_of(gateway, &key.merchant_id, customer_id.as_deref(), wish, Some(amount)).await?;
        let Opened { card, payment_method_id, mandate_id } = opened;
        return Ok(Found { held: held(card), saved: Some(payment_method_id), mandate_id });
    }
    if let Some(data) = request.payment_method_data.as_mut().and_then(|data| data.card.take()) {
        return Ok(Found::fresh(held(data.check(now)?)));
    }
    let missing = "A payment token or payment method data or ctp service details is required";
    let attached = gateway.vault.attached(key, now).ok_or_else(|| ApiError::InvalidData(missing.to_owned()))?;
    Ok(Found::fresh(attached))
}

/// The security code of a saved card: looked at for its form, and wiped. The pretended issuer has none to
/// compare it with.
fn check_code(request: &mut PaymentsRequest) -> Result<(), ApiError> {
    let beside = request.payment_method_data.as_mut().and_then(|data| data.card_token.take());
    let codes = [request.card_cvc.take(), beside.and_then(|beside| beside.card_cvc)];
    codes.iter().flatten().try_for_each(card::check_code)
}

/// Seals the card for the customer where the shopper agreed to that.
fn keepsake(
    gateway: &Gateway,
    payment: &Payment,
    found: &Found,
    request: &PaymentsRequest,
) -> Result<Option<Keepsake>, ApiError> {
    let mandate_data = request.mandate_data.as_ref().or(payment.details.mandate_data.as_ref());
    let wanted = request.setup_future_usage.or(payment.details.setup_future_usage).is_some() || mandate_data.is_some();
    let agreed = request.customer_acceptance.is_some()
        || payment.details.customer_acceptance.is_some()
        || mandate_data.is_some_and(|data| data.get("customer_acceptance").is_some_and(Value::is_object));
    let customer_id = request.customer_named().or(payment.details.customer_id.as_deref());
    match customer_id {
        Some(customer_id) if found.saved.is_none() && wanted && agreed => {
            Keepsake::seal(gateway, &payment.merchant_id, customer_id, &found.held.card).map(Some)
        }
        _ => Ok(None),
    }
}

fn new_mandate(
    gateway: &Gateway,
    payment: &Payment,
    request: &PaymentsRequest,
) -> Result<Option<NewMandate>, ApiError> {
    let Some(data) = request.mandate_data.as_ref().or(payment.details.mandate_data.as_ref()) else { return Ok(None) };
    if request.customer_named().or(payment.details.customer_id.as_deref()).is_none() {
        return Err(ApiError::MissingParam("customer_id"));
    }
    NewMandate::read(gateway.id("man_"), data).map(Some)
}

impl Submitted {
    /// Asks the issuer. Number and security code are wiped when this returns.
    pub(super) fn ask(
        gateway: &Gateway,
        payment: &Payment,
        found: Found,
        request: &mut PaymentsRequest,
    ) -> Result<Self, ApiError> {
        let capture = request.capture()?;
        let off_session = request.off_session == Some(true);
        let keepsake = keepsake(gateway, payment, &found, request)?;
        let new_mandate = new_mandate(gateway, payment, request)?;
        let held = found.held;
        let mut details = Details { browser_info: held.browser_info, card_billing: held.billing, ..Details::default() };
        details.lay_over(&Details::take(request));
        Ok(Self {
            issuer: ask(&held.card),
            card: held.card.summary(),
            transaction_id: format!("dummy_pay_{}", hex::encode(gateway.randomness.bytes::<16>())),
            details,
            capture,
            saved: found.saved,
            mandate_id: found.mandate_id,
            keepsake,
            new_mandate,
            off_session,
        })
    }

    /// What the payment becomes, with the card that is kept and the mandate that is set up or used: all of
    /// it in the payment's own unit.
    pub(super) fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        payment: &mut Payment,
        profile: &Profile,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        self.apply(payment, profile, now)?;
        customers::remember(tx, &payment.merchant_id, &mut payment.details, now)?;
        if let Some(keepsake) = &self.keepsake {
            payment.details.payment_method_id = Some(keepsake.store(tx)?);
        }
        if let Some(mandate) = &self.new_mandate {
            mandate.insert(tx, payment, now)?;
        }
        if let Some(id) = &self.mandate_id {
            payment.details.mandate_id = Some(id.clone());
            if !matches!(payment.state, PaymentState::Declined { .. }) {
                mandates::spent(tx, &payment.merchant_id, id, payment.amount)?;
                payment.details.counted_on_mandate = Some(payment.amount.minor_units());
            }
        }
        Ok(())
    }

    fn apply(&self, payment: &mut Payment, profile: &Profile, now: Timestamp) -> Result<(), ApiError> {
        check_confirmable(payment, profile, now)?;
        if profile.connector_name.is_empty() {
            return Err(ApiError::NoConnector);
        }
        payment.details.lay_over(&self.details);
        payment.details.payment_method_id.clone_from(&self.saved);
        payment.details.mandate_id = None;
        payment.details.counted_on_mandate = None;
        payment.details.waiting_card = None;
        if let Some(capture) = self.capture {
            (payment.capture, payment.multiple) = (capture.method, capture.multiple);
        }
        let asked = *payment.details.authentication_type.get_or_insert(AuthenticationType::NoThreeDs);
        let issuer = self.issuer.at(&profile.connector_name);
        let answer = match issuer.says(asked == AuthenticationType::ThreeDs, payment.capture) {
            // Nobody is there to be asked, and the shopper agreed before.
            IssuerAnswer::Challenge(verdict) if self.off_session && self.saved.is_some() => {
                IssuerAnswer::Final(verdict)
            }
            answer => answer,
        };
        let is_there = !(self.off_session && self.saved.is_some());
        if matches!(answer, IssuerAnswer::Challenge(_)) || (asked == AuthenticationType::ThreeDs && is_there) {
            payment.details.authentication_type = Some(AuthenticationType::ThreeDs);
            check_browser(payment, profile)?;
        }
        let submission = Submission { amount: payment.amount, capture: payment.capture, answer };
        let event = if let PaymentState::Declined { .. } = payment.state {
            payment.attempt_count += 1;
            PaymentEvent::Retry(submission)
        } else {
            PaymentEvent::Confirm(submission)
        };
        payment.state = payment.state.apply(event).map_err(forbidden("confirm"))?;
        payment.captured_at = matches!(payment.state, PaymentState::Captured { .. }).then_some(now);
        payment.attempt = Some(Attempt {
            card: self.card.clone(),
            transaction_id: self.transaction_id.clone(),
            conduct: self.issuer.conduct(),
        });
        Ok(())
    }
}

/// On a bad day the processor has the card and says nothing for a while.
fn ask(card: &Card) -> Issuer {
    let issuer = connector::ask(&card.number);
    match sandbox::bad_day() {
        Some(BadDay::Hang(span)) => issuer.that_hangs(span),
        _ => issuer,
    }
}

/// Nobody is there to confirm later what a merchant charges alone.
pub(super) fn check_mandate(request: &PaymentsRequest, confirms: bool) -> Result<(), ApiError> {
    if request.mandate_id.is_none() && request.recurring_details.is_none() {
        return Ok(());
    }
    let refused = |words: &str| Err(ApiError::Precondition(words.to_owned()));
    match (confirms, request.off_session) {
        (true, Some(true)) => Ok(()),
        (true, _) => refused("`off_session` should be `true` for mandates"),
        _ => refused("`confirm` should be `true` for mandates"),
    }
}

/// Whether a card may be sent for this payment now; the same answer whatever the card.
pub(super) fn check_confirmable(payment: &Payment, profile: &Profile, now: Timestamp) -> Result<(), ApiError> {
    let refused = |error: TransitionError| forbidden("confirm")(error);
    let status = payment.state.status();
    match payment.state {
        PaymentState::Declined { .. } if manual_retry_allowed(payment, profile) == Some(false) => {
            Err(refused(TransitionError::NotAllowed { status }))
        }
        PaymentState::Declined { .. } if profile.manual_retry && !payment.session_is_over(now) => Ok(()),
        PaymentState::Declined { .. } => Err(ApiError::Precondition(format!(
            "You cannot confirm this payment because it has status {status}, \
             you can enable `manual_retry` in profile to try this payment again"
        ))),
        state if !state.takes_a_card() => Err(refused(TransitionError::NotAllowed { status })),
        // Over, though the sweep has not come by yet.
        _ if payment.session_is_over(now) => {
            Err(refused(TransitionError::NotAllowed { status: PaymentState::Expired.status() }))
        }
        _ => Ok(()),
    }
}

/// An acquirer takes no challenge without the browser and the shopper's address.
fn check_browser(payment: &Payment, profile: &Profile) -> Result<(), ApiError> {
    if !profile.three_ds_needs_browser {
        return Ok(());
    }
    let browser = payment.details.browser_info.as_ref().ok_or(ApiError::MissingParam("browser_info"))?;
    let told = |name: &str| browser.get(name).and_then(|value| value.as_str()).is_some_and(|text| !text.is_empty());
    if !told("user_agent") {
        return Err(ApiError::MissingParam("browser_info.user_agent"));
    }
    if !told("ip_address") {
        return Err(ApiError::MissingParam("browser_info.ip_address"));
    }
    Ok(())
}
