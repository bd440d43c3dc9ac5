//! A card on its way to the issuer: found, asked about, and what the payment becomes.

use florin_domain::order::CaptureMethod;
use florin_domain::payment::{IssuerAnswer, PaymentEvent, PaymentState, Submission, TransitionError};
use florin_domain::timestamp::Timestamp;

use super::details::Details;
use super::forbidden;
use super::record::Attempt;
use super::{Payment, PaymentKey};
use crate::accounts::Profile;
use crate::connector::{self, Issuer};
use crate::gateway::Gateway;
use crate::vault::{HeldCard, TOKEN_VALID_FOR};
use crate::wire::ApiError;
use crate::wire::card::CardSummary;
use crate::wire::request::{AuthenticationType, PaymentsRequest};

/// A card that the issuer has answered, with what came beside it. The card itself is gone.
pub(super) struct Submitted {
    issuer: Issuer,
    card: CardSummary,
    transaction_id: String,
    details: Details,
    capture: Option<CaptureMethod>,
}

/// Takes the card out of a request: sent along, behind a token, or put beside the payment before.
pub(super) fn card_of(
    gateway: &Gateway,
    key: &PaymentKey,
    request: &mut PaymentsRequest,
    now: Timestamp,
) -> Result<HeldCard, ApiError> {
    if let Some(token) = request.payment_token.take() {
        return gateway.vault.find(key, &token.0, now);
    }
    if let Some(data) = request.payment_method_data.as_mut().and_then(|data| data.card.take()) {
        let card = data.check(now)?;
        return Ok(HeldCard { card, browser_info: None, billing: None, expires_at: now.plus(TOKEN_VALID_FOR) });
    }
    let missing = "A payment token or payment method data or ctp service details is required";
    gateway.vault.attached(key, now).ok_or_else(|| ApiError::InvalidData(missing.to_owned()))
}

impl Submitted {
    /// Asks the issuer. Number and security code are wiped when this returns.
    pub(super) fn ask(gateway: &Gateway, held: HeldCard, request: &mut PaymentsRequest) -> Result<Self, ApiError> {
        let capture = request.capture()?;
        let mut details = Details { browser_info: held.browser_info, billing: held.billing, ..Details::default() };
        details.lay_over(&Details::take(request));
        Ok(Self {
            issuer: connector::ask(&held.card.number),
            card: held.card.summary(),
            transaction_id: format!("dummy_pay_{}", hex::encode(gateway.randomness.bytes::<16>())),
            details,
            capture,
        })
    }

    /// What the payment becomes.
    pub(super) fn apply(&self, payment: &mut Payment, profile: &Profile, now: Timestamp) -> Result<(), ApiError> {
        check_confirmable(payment, profile, now)?;
        payment.details.lay_over(&self.details);
        payment.capture = self.capture.unwrap_or(payment.capture);
        let asked = *payment.details.authentication_type.get_or_insert(AuthenticationType::NoThreeDs);
        let answer = if self.issuer.wants_challenge || asked == AuthenticationType::ThreeDs {
            payment.details.authentication_type = Some(AuthenticationType::ThreeDs);
            check_browser(payment, profile)?;
            IssuerAnswer::Challenge(self.issuer.verdict)
        } else {
            IssuerAnswer::Final(self.issuer.verdict)
        };
        let submission = Submission { amount: payment.amount, capture: payment.capture, answer };
        let event = if let PaymentState::Declined { .. } = payment.state {
            payment.attempt_count += 1;
            PaymentEvent::Retry(submission)
        } else {
            PaymentEvent::Confirm(submission)
        };
        payment.state = payment.state.apply(event).map_err(forbidden("confirm"))?;
        payment.captured_at = matches!(payment.state, PaymentState::Captured { .. }).then_some(now);
        payment.attempt = Some(Attempt { card: self.card.clone(), transaction_id: self.transaction_id.clone() });
        Ok(())
    }
}

/// Whether a card may be sent for this payment now; the same answer whatever the card.
pub(super) fn check_confirmable(payment: &Payment, profile: &Profile, now: Timestamp) -> Result<(), ApiError> {
    let refused = |error: TransitionError| forbidden("confirm")(error);
    let status = payment.state.status();
    match payment.state {
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
