//! `/disputes/evidence`: what a merchant says against a dispute.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::operations::turn;
use super::record::{Dispute, Stage, Status};
use crate::accounts::SecretKey;
use crate::gateway::Gateway;
use crate::wire::document::{Document, Field, Kind};
use crate::wire::{ApiError, AppJson};

const FIELDS: &[Field] = &[
    ("dispute_id", Kind::Text(64)),
    ("access_activity_log", Kind::Text(4096)),
    ("billing_address", Kind::Text(4096)),
    ("cancellation_policy", Kind::Text(64)),
    ("cancellation_policy_disclosure", Kind::Text(4096)),
    ("cancellation_rebuttal", Kind::Text(4096)),
    ("customer_communication", Kind::Text(64)),
    ("customer_email_address", Kind::Text(255)),
    ("customer_name", Kind::Text(255)),
    ("customer_purchase_ip", Kind::Text(64)),
    ("customer_signature", Kind::Text(64)),
    ("product_description", Kind::Text(4096)),
    ("receipt", Kind::Text(64)),
    ("refund_policy", Kind::Text(64)),
    ("refund_policy_disclosure", Kind::Text(4096)),
    ("refund_refusal_explanation", Kind::Text(4096)),
    ("service_date", Kind::Text(64)),
    ("service_documentation", Kind::Text(64)),
    ("shipping_address", Kind::Text(4096)),
    ("shipping_carrier", Kind::Text(255)),
    ("shipping_date", Kind::Text(64)),
    ("shipping_documentation", Kind::Text(64)),
    ("shipping_tracking_number", Kind::Text(255)),
    ("invoice_showing_distinct_transactions", Kind::Text(64)),
    ("recurring_transaction_agreement", Kind::Text(64)),
    ("uncategorized_file", Kind::Text(64)),
    ("uncategorized_text", Kind::Text(4096)),
];

/// `POST /disputes/evidence`: hands it in.
pub(crate) async fn add(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let mut evidence = Document::take(body, FIELDS)?;
    let id = evidence.text("dispute_id").ok_or(ApiError::MissingParam("dispute_id"))?.to_owned();
    evidence.remove("dispute_id");
    let fresh = gateway.fresh();
    let handed_in = gateway.store.write(move |tx| {
        let before = Dispute::find(tx, &merchant.id, &id)?;
        let mut dispute = before.clone();
        may_still_be_answered(&dispute, fresh.now)?;
        let mut said = said(&dispute);
        said.lay_over(&evidence);
        dispute.details.set("evidence", said.as_value());
        turn(tx, &before, dispute, None, Status::Challenged, &fresh)
    });
    let answer = handed_in.await?;
    gateway.outbox_bell.notify_one();
    Ok(Json(answer))
}

/// `GET /disputes/evidence/{dispute_id}`
pub(crate) async fn read(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let found = gateway.store.read(move |tx| Dispute::find(tx, &merchant.id, &id));
    let evidence = said(&found.await?).as_value();
    let each = evidence.as_object().into_iter().flatten();
    let blocks =
        each.map(|(name, text)| json!({ "evidence_type": name, "text": text, "file_metadata_response": null }));
    Ok(Json(blocks.collect()))
}

/// Which piece is taken back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Removal {
    dispute_id: String,
    evidence_type: String,
}

/// `DELETE /disputes/evidence`
pub(crate) async fn remove(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(removal): AppJson<Removal>,
) -> Result<Json<Value>, ApiError> {
    let now = gateway.clock.now();
    let removed = gateway.store.write(move |tx| {
        let before = Dispute::find(tx, &merchant.id, &removal.dispute_id)?;
        let mut dispute = before.clone();
        may_still_be_answered(&dispute, now)?;
        let mut said = said(&dispute);
        if said.text(&removal.evidence_type).is_none() {
            return Err(ApiError::NotFound("evidence"));
        }
        said.remove(&removal.evidence_type);
        dispute.details.set("evidence", said.as_value());
        dispute.update(tx, &before)?;
        Ok(json!({ "dispute_id": &removal.dispute_id, "evidence_type": &removal.evidence_type, "deleted": true }))
    });
    Ok(Json(removed.await?))
}

/// `PUT /disputes/evidence`: a file. The sandbox keeps none.
pub(crate) async fn attach_file(_: SecretKey) -> ApiError {
    ApiError::NotImplemented("Attaching a file to evidence")
}

fn said(dispute: &Dispute) -> Document {
    dispute.details.value("evidence").and_then(Value::as_object).cloned().map(Document::from).unwrap_or_default()
}

fn may_still_be_answered(dispute: &Dispute, now: florin_domain::timestamp::Timestamp) -> Result<(), ApiError> {
    let is_open = matches!(dispute.status, Status::Opened | Status::Challenged);
    if dispute.stage == Stage::Dispute && is_open && now < dispute.respond_by {
        return Ok(());
    }
    let words = format!("Evidence cannot be given because the dispute has status {}", dispute.status.as_str());
    Err(ApiError::Precondition(words))
}
