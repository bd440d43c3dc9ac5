//! What an event says, and that it is written once.

use florin_domain::ids::EventId;
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::webhook;
use florin_store::outbox::{self, NewDelivery};
use florin_store::{StoreError, Tx, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts::Profile;
use crate::gateway::Fresh;
use crate::wire::payment::PaymentsResponse;
use crate::wire::refund::RefundResponse;

/// The body of a webhook.
#[derive(Serialize)]
struct Event<'a, T> {
    merchant_id: &'a str,
    event_id: &'a EventId,
    event_type: &'static str,
    content: Content<'a, T>,
    timestamp: Timestamp,
    processor_merchant_id: &'a str,
}

#[derive(Serialize)]
struct Content<'a, T> {
    r#type: &'static str,
    object: &'a T,
}

/// Where and how an event is sent; what the sender keeps beside the body.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) url: String,
    /// `X-Webhook-Signature-512`
    pub(super) signature: String,
    pub(super) merchant_id: String,
    pub(super) object_id: String,
    /// Empty in events of before profiles were noted.
    #[serde(default)]
    pub(super) profile_id: String,
}

/// What an event is about.
struct Subject<'a, T> {
    merchant_id: &'a str,
    object_id: &'a str,
    event_type: &'static str,
    event_class: &'static str,
    content_type: &'static str,
    object: &'a T,
}

/// Whether the profile wants to hear of this status; an empty list is all of them.
fn wants(profile: &Profile, list: &str, status: &str) -> bool {
    let wanted = profile.details.value("webhook_details").and_then(|details| details.get(list));
    let wanted = wanted.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    wanted.is_empty() || wanted.iter().any(|name| name == status)
}

/// The event that tells of this status, if one does.
fn event_type(status: IntentStatus) -> Option<&'static str> {
    match status {
        IntentStatus::Succeeded => Some("payment_succeeded"),
        IntentStatus::Failed => Some("payment_failed"),
        IntentStatus::Processing | IntentStatus::PartiallyCapturedAndProcessing => Some("payment_processing"),
        IntentStatus::RequiresMerchantAction
        | IntentStatus::RequiresCustomerAction
        | IntentStatus::Conflicted
        | IntentStatus::Review => Some("action_required"),
        IntentStatus::Cancelled => Some("payment_cancelled"),
        IntentStatus::CancelledPostCapture => Some("payment_cancelled_post_capture"),
        IntentStatus::RequiresCapture => Some("payment_authorized"),
        IntentStatus::PartiallyAuthorizedAndRequiresCapture => Some("payment_partially_authorized"),
        IntentStatus::PartiallyCaptured | IntentStatus::PartiallyCapturedAndCapturable => Some("payment_captured"),
        IntentStatus::Expired => Some("payment_expired"),
        IntentStatus::RequiresPaymentMethod | IntentStatus::RequiresConfirmation => None,
    }
}

/// Writes the event of a payment's status.
pub(crate) fn tell_payment(
    tx: &mut Tx<'_>,
    payment: &PaymentsResponse,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    let Some(event_type) = event_type(payment.status) else { return Ok(()) };
    if !wants(profile, "payment_statuses_enabled", payment.status.as_str()) {
        return Ok(());
    }
    let subject = Subject {
        merchant_id: &payment.merchant_id,
        object_id: &payment.payment_id,
        event_type,
        event_class: "payments",
        content_type: "payment_details",
        object: payment,
    };
    tell(tx, &subject, profile, fresh)
}

/// Writes the event of a refund that was carried out, or failed.
pub(crate) fn tell_refund(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    refund: &RefundResponse,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    // The filter has other words for a refund's status than the refund itself.
    let (event_type, status) = match refund.status.as_str() {
        "succeeded" => ("refund_succeeded", "success"),
        "failed" => ("refund_failed", "failure"),
        // The merchant heard of it in the answer.
        _ => return Ok(()),
    };
    if !wants(profile, "refund_statuses_enabled", status) {
        return Ok(());
    }
    let subject = Subject {
        merchant_id,
        object_id: &refund.refund_id,
        event_type,
        event_class: "refunds",
        content_type: "refund_details",
        object: refund,
    };
    tell(tx, &subject, profile, fresh)
}

/// Writes an event of a mandate: which, and what happened to it.
pub(crate) fn tell_mandate(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    (object_id, event_type): (&str, &'static str),
    mandate: &Value,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    let subject = Subject {
        merchant_id,
        object_id,
        event_type,
        event_class: "mandates",
        content_type: "mandate_details",
        object: mandate,
    };
    tell_as(tx, &subject, profile, &fresh.of_mandate, fresh.now)
}

/// Writes an event of a dispute: which, and what happened to it.
pub(crate) fn tell_dispute(
    tx: &mut Tx<'_>,
    merchant_id: &str,
    (object_id, event_type): (&str, &'static str),
    dispute: &Value,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    let subject = Subject {
        merchant_id,
        object_id,
        event_type,
        event_class: "disputes",
        content_type: "dispute_details",
        object: dispute,
    };
    tell_as(tx, &subject, profile, &fresh.of_dispute, fresh.now)
}

fn tell<T: Serialize>(
    tx: &mut Tx<'_>,
    subject: &Subject<'_, T>,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<(), StoreError> {
    tell_as(tx, subject, profile, &fresh.event, fresh.now)
}

fn tell_as<T: Serialize>(
    tx: &mut Tx<'_>,
    subject: &Subject<'_, T>,
    profile: &Profile,
    event_id: &EventId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(url) = &profile.webhook_url else { return Ok(()) };
    let event = Event {
        merchant_id: subject.merchant_id,
        event_id,
        event_type: subject.event_type,
        content: Content { r#type: subject.content_type, object: subject.object },
        timestamp: now,
        processor_merchant_id: subject.merchant_id,
    };
    let body = serde_json::to_string(&event).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let envelope = Envelope {
        url: url.clone(),
        signature: webhook::sign(body.as_bytes(), &profile.return_hash_key),
        merchant_id: subject.merchant_id.to_owned(),
        object_id: subject.object_id.to_owned(),
        profile_id: profile.id.clone(),
    };
    let is_first = tx.execute(
        "INSERT INTO events (event_id, merchant_id, profile_id, object_id, event_type, event_class, change, body,
             signature, created_at, delivered)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
         ON CONFLICT DO NOTHING",
        params![
            event_id,
            subject.merchant_id,
            &profile.id,
            subject.object_id,
            subject.event_type,
            subject.event_class,
            if profile.tells_every_change { event_id.as_str() } else { "" },
            &body,
            &envelope.signature,
            now,
        ],
    )? == 1;
    if !is_first {
        return Ok(());
    }
    let context = serde_json::to_string(&envelope).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let kind = subject.event_type.to_owned();
    outbox::enqueue(tx, &NewDelivery { id: event_id.clone(), kind, payload: body, context, due_at: now })
}
