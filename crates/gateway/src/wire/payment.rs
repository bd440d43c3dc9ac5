//! `PaymentsResponse`: every property of v1 that a card payment has; what has no value is null.

use florin_domain::money::Currency;
use florin_domain::payment::{DeclineReason, IntentStatus, PaymentState};
use florin_domain::timestamp::Timestamp;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::echoes;
use super::payment_parts::{
    capture_method, card_on_wire, customer_on_wire, increments, is_held_first, method_type, next_action,
};
use super::refund::RefundResponse;
use super::request::{AuthenticationType, FutureUsage};
use crate::accounts::Profile;
use crate::connector::decline_on_wire;
use crate::payments::Payment;

/// A payment on the wire.
#[derive(Clone, Serialize)]
pub(crate) struct PaymentsResponse {
    pub(crate) payment_id: String,
    pub(crate) merchant_id: String,
    pub(crate) status: IntentStatus,
    pub(crate) amount: i64,
    /// All that is paid: the order, and what comes on top of it.
    pub(crate) net_amount: i64,
    pub(crate) shipping_cost: Option<i64>,
    pub(crate) order_tax_amount: Option<i64>,
    pub(crate) amount_capturable: i64,
    pub(crate) amount_received: Option<i64>,
    pub(crate) processor_merchant_id: String,
    pub(crate) connector: Option<String>,
    pub(crate) client_secret: String,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) modified_at: Timestamp,
    pub(crate) expires_on: Timestamp,
    pub(crate) currency: Currency,
    pub(crate) customer_id: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) refunds: Option<Vec<RefundResponse>>,
    /// Only a read of the one payment looks for them.
    pub(crate) disputes: Option<Vec<Value>>,
    pub(crate) setup_future_usage: Option<FutureUsage>,
    pub(crate) capture_method: &'static str,
    pub(crate) payment_method: Option<&'static str>,
    pub(crate) payment_method_type: Option<&'static str>,
    pub(crate) payment_method_data: Option<Value>,
    pub(crate) shipping: Option<Value>,
    pub(crate) billing: Option<Value>,
    pub(crate) order_details: Option<Vec<Value>>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) authentication_type: Option<AuthenticationType>,
    pub(crate) statement_descriptor_name: Option<String>,
    pub(crate) statement_descriptor_suffix: Option<String>,
    pub(crate) next_action: Option<Value>,
    pub(crate) cancellation_reason: Option<String>,
    pub(crate) error_code: Option<&'static str>,
    pub(crate) error_message: Option<&'static str>,
    pub(crate) unified_code: Option<&'static str>,
    pub(crate) unified_message: Option<&'static str>,
    pub(crate) manual_retry_allowed: Option<bool>,
    pub(crate) connector_transaction_id: Option<String>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(crate) profile_id: String,
    pub(crate) attempt_count: i64,
    pub(crate) merchant_connector_id: Option<String>,
    pub(crate) browser_info: Option<Map<String, Value>>,
    pub(crate) merchant_order_reference_id: Option<String>,
    pub(crate) customer: Option<Value>,
    pub(crate) off_session: Option<bool>,
    pub(crate) payment_method_id: Option<String>,
    pub(crate) payment_method_status: Option<&'static str>,
    pub(crate) mandate_id: Option<String>,
    pub(crate) mandate_data: Option<Map<String, Value>>,
    pub(crate) incremental_authorization_allowed: Option<bool>,
    pub(crate) authorization_count: Option<usize>,
    pub(crate) incremental_authorizations: Option<Vec<Value>>,
    pub(crate) request_extended_authorization: Option<bool>,
    pub(crate) extended_authorization_applied: Option<bool>,
    pub(crate) extended_authorization_last_applied_at: Option<Timestamp>,
    pub(crate) capture_before: Option<Timestamp>,
    /// Only where `expand_attempts` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempts: Option<Vec<Value>>,
    /// Only where `expand_captures` asks for them, and there were several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) captures: Option<Vec<Value>>,
    #[serde(flatten)]
    echoes: Echoes,
}

/// What the request said and this gateway does nothing with, and what a card payment in the sandbox never has:
/// OwnGateway writes all of it, as null where there is nothing.
#[derive(Clone)]
struct Echoes(Map<String, Value>);

/// Always null.
const ABSENT: &[&str] = &[
    "initiator",
    "capture_on",
    "payment_token",
    "connector_label",
    "frm_message",
    "reference_id",
    "payment_link",
    "merchant_decision",
    "external_authentication_details",
    "external_3ds_authentication_attempted",
    "fingerprint",
    "network_transaction_id",
    "split_payments",
    "connector_mandate_id",
    "card_discovery",
    "force_3ds_challenge_trigger",
    "issuer_error_code",
    "issuer_error_message",
    "whole_connector_response",
    "is_overcapture_enabled",
    "network_details",
    "sdk_authorization",
    "state_metadata",
    "connector_customer_id",
    "error_details",
    "connector_response_metadata",
    "network_transaction_link_id",
    "payment_method_tokenization_details",
    "sender_payment_instrument_id",
];

impl Serialize for Echoes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in echoes::names() {
            map.serialize_entry(name, &self.0.get(name))?;
        }
        for name in ABSENT {
            map.serialize_entry(name, &())?;
        }
        map.end()
    }
}

impl PaymentsResponse {
    /// Shows a payment. `public_url` is this gateway's own origin.
    pub(crate) fn of(payment: &Payment, profile: &Profile, refunds: Vec<RefundResponse>, public_url: &str) -> Self {
        let details = payment.details.clone();
        let attempt = payment.attempt.as_ref();
        let card = payment.card().or(details.waiting_card.as_ref());
        let extended = payment.capture_before.is_some()
            && (details.request_extended_authorization == Some(true) || details.extended_at.is_some());
        let decline = match payment.state {
            PaymentState::Declined { reason } => Some(decline_on_wire(reason)),
            _ => None,
        };
        Self {
            payment_id: payment.id.clone(),
            merchant_id: payment.merchant_id.clone(),
            status: payment.state.status(),
            amount: payment.order_amount(),
            net_amount: payment.amount.minor_units(),
            shipping_cost: details.shipping_cost,
            order_tax_amount: details.order_tax_amount,
            amount_capturable: capturable(payment),
            amount_received: received(payment.state),
            processor_merchant_id: payment.merchant_id.clone(),
            connector: attempt.map(|_| profile.connector_name.clone()),
            client_secret: payment.client_secret.clone(),
            created: payment.created_at,
            updated: payment.updated_at,
            modified_at: payment.updated_at,
            expires_on: payment.expires_at,
            currency: payment.amount.currency(),
            customer_id: details.customer_id,
            description: details.description,
            refunds: Some(refunds).filter(|refunds| !refunds.is_empty()),
            disputes: None,
            setup_future_usage: details.setup_future_usage,
            capture_method: capture_method(payment),
            payment_method: card.map(|_| "card"),
            payment_method_type: card.map(|_| method_type(payment)),
            payment_method_data: card.map(|card| card_on_wire(card, details.card_billing.as_ref())),
            shipping: details.shipping,
            billing: details.billing,
            order_details: details.order_details,
            email: details.email,
            name: details.name,
            phone: details.phone,
            return_url: details.return_url.or_else(|| profile.return_url.clone()),
            authentication_type: details.authentication_type,
            statement_descriptor_name: details.statement_descriptor_name,
            statement_descriptor_suffix: details.statement_descriptor_suffix,
            next_action: next_action(payment, public_url),
            cancellation_reason: details.cancellation_reason,
            error_code: decline.map(|decline| decline.code),
            error_message: decline.map(|decline| decline.message),
            unified_code: decline.map(|decline| decline.unified_code),
            unified_message: decline.map(|decline| decline.unified_message),
            manual_retry_allowed: manual_retry_allowed(payment, profile),
            connector_transaction_id: attempt.map(|attempt| attempt.transaction_id.clone()),
            metadata: details.metadata,
            profile_id: payment.profile_id.clone(),
            attempt_count: payment.attempt_count,
            merchant_connector_id: attempt.map(|_| profile.connector_id.clone()),
            browser_info: details.browser_info,
            merchant_order_reference_id: details.merchant_order_reference_id,
            customer: customer_on_wire(&payment.details),
            off_session: details.off_session,
            payment_method_status: details.payment_method_id.as_ref().map(|_| "active"),
            payment_method_id: details.payment_method_id,
            mandate_id: details.mandate_id,
            mandate_data: details.mandate_data,
            incremental_authorization_allowed: attempt
                .map(|_| details.request_incremental_authorization == Some(true) && is_held_first(payment)),
            authorization_count: Some(details.increments.len()).filter(|count| *count > 0),
            incremental_authorizations: increments(&details.increments),
            request_extended_authorization: details.request_extended_authorization,
            extended_authorization_applied: extended.then_some(true),
            extended_authorization_last_applied_at: details.extended_at,
            capture_before: payment.capture_before.filter(|_| extended),
            attempts: None,
            captures: None,
            echoes: Echoes(details.echoes),
        }
    }
}

/// Null unless the profile lets a declined payment take another card.
pub(crate) fn manual_retry_allowed(payment: &Payment, profile: &Profile) -> Option<bool> {
    let may = match payment.state {
        PaymentState::Declined { reason } => {
            !matches!(reason, DeclineReason::CaptureFailed | DeclineReason::RejectedByMerchant)
        }
        _ => false,
    };
    profile.manual_retry.then_some(may)
}

/// What may still be captured. OwnGateway shows the whole amount while a payment is undecided.
fn capturable(payment: &Payment) -> i64 {
    match payment.state {
        PaymentState::AwaitingCard
        | PaymentState::AwaitingConfirmation
        | PaymentState::AwaitingChallenge { .. }
        | PaymentState::Processing { .. }
        | PaymentState::AwaitingMerchant { .. }
        | PaymentState::Authorized { .. } => payment.amount.minor_units(),
        PaymentState::PartlyCaptured { .. } => payment.state.held(),
        PaymentState::Captured { .. }
        | PaymentState::CancelledPostCapture { .. }
        | PaymentState::Declined { .. }
        | PaymentState::Cancelled
        | PaymentState::Expired => 0,
    }
}

fn received(state: PaymentState) -> Option<i64> {
    match state {
        PaymentState::PartlyCaptured { captured, .. } | PaymentState::Captured { captured, .. } => {
            Some(captured.minor_units())
        }
        PaymentState::Authorized { .. } => Some(0),
        _ => None,
    }
}
