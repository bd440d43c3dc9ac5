//! `/events/{merchant_id}`: what was told, how often, and telling it again.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::deliver;
use super::event::Envelope;
use super::tries::{self, Try};
use crate::accounts::{Admin, Profile};
use crate::gateway::Gateway;
use crate::wire::filter::Page;
use crate::wire::{ApiError, AppJson};

const USUAL: i64 = 100;

/// `POST /events/{merchant_id}`; what is not known is passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventFilter {
    created_after: Option<Timestamp>,
    created_before: Option<Timestamp>,
    limit: Option<i64>,
    offset: Option<i64>,
    object_id: Option<String>,
    event_id: Option<String>,
    profile_id: Option<String>,
    event_classes: Vec<String>,
    event_types: Vec<String>,
    is_delivered: Option<bool>,
}

/// `POST /events/{merchant_id}`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(merchant_id): Path<String>,
    AppJson(filter): AppJson<EventFilter>,
) -> Result<Json<Value>, ApiError> {
    let page = Page::read(filter.limit, filter.offset, USUAL)?;
    let found = gateway.store.read(move |tx| {
        let rows = matching(tx, &merchant_id, &filter)?;
        let total = rows.len();
        let events = page.of(rows).map(|row| show(&row)).collect::<Result<Vec<_>, StoreError>>()?;
        Ok::<_, StoreError>(json!({ "events": events, "total_count": total }))
    });
    Ok(Json(found.await?))
}

fn matching(tx: &mut Tx<'_>, merchant_id: &str, filter: &EventFilter) -> Result<Vec<Row>, StoreError> {
    let rows = tx.all(
        "SELECT * FROM events
         WHERE merchant_id = $1 AND created_at >= $2 AND created_at <= $3 AND ($4 = '' OR object_id = $4)
             AND ($5 = '' OR event_id = $5) AND ($6 = '' OR profile_id = $6)
         ORDER BY created_at DESC, event_id DESC",
        params![
            merchant_id,
            filter.created_after.map_or(i64::MIN, Timestamp::as_millis),
            filter.created_before.map_or(i64::MAX, Timestamp::as_millis),
            filter.object_id.as_deref().unwrap_or_default(),
            filter.event_id.as_deref().unwrap_or_default(),
            filter.profile_id.as_deref().unwrap_or_default(),
        ],
    )?;
    let mut fitting = Vec::new();
    for row in rows {
        let (class, kind): (String, String) = (row.get("event_class")?, row.get("event_type")?);
        let class_fits = filter.event_classes.is_empty() || filter.event_classes.contains(&class);
        let type_fits = filter.event_types.is_empty() || filter.event_types.contains(&kind);
        let delivered: bool = row.get("delivered")?;
        if class_fits && type_fits && filter.is_delivered.is_none_or(|wanted| wanted == delivered) {
            fitting.push(row);
        }
    }
    Ok(fitting)
}

/// `GET /events/{merchant_id}/{event_id}/attempts`
pub(crate) async fn attempts(
    State(gateway): State<Gateway>,
    _: Admin,
    Path((merchant_id, event_id)): Path<(String, String)>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let found = gateway.store.read(move |tx| {
        let event = find(tx, &merchant_id, &event_id)?;
        let tries = tries::of_event(tx, &event_id)?;
        tries.iter().map(|one| Ok(show_try(&event, one)?)).collect::<Result<Vec<_>, ApiError>>()
    });
    Ok(Json(found.await?))
}

/// `POST /events/{merchant_id}/{event_id}/retry`: sends the stored request once more, word for word.
pub(crate) async fn retry(
    State(gateway): State<Gateway>,
    _: Admin,
    Path((merchant_id, event_id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let (id, merchant) = (event_id.clone(), merchant_id);
    let (event, url) = gateway
        .store
        .read(move |tx| {
            let event = find(tx, &merchant, &id)?;
            let profile_id: String = event.get("profile_id")?;
            let wanted = Some(profile_id.as_str()).filter(|id| !id.is_empty());
            let profile = Profile::find(tx, &merchant, wanted)?.ok_or(ApiError::NotFound("profile"))?;
            Ok::<_, ApiError>((event, profile.webhook_url))
        })
        .await?;
    let url = url.ok_or_else(|| ApiError::Precondition("The profile has no webhook_url".to_owned()))?;
    let envelope = Envelope {
        url,
        signature: event.get("signature")?,
        merchant_id: event.get("merchant_id")?,
        object_id: event.get("object_id")?,
        profile_id: event.get("profile_id")?,
    };
    let client = deliver::client().map_err(|error| ApiError::Internal(error.to_string()))?;
    let extra = deliver::extra_headers(&gateway, &envelope, &event_id, &event.get::<String>("body")?).await?;
    let status = deliver::send(&client, &envelope.url, event.get("body")?, &envelope.signature, &extra).await;
    let one = Try { id: gateway.id("evt_"), event_id, kind: "manual_retry", status, at: gateway.clock.now() };
    let written = one.clone();
    gateway.store.write(move |tx| tries::write(tx, &written)).await?;
    let mut shown = show_try(&event, &tries::Written::from(&one))?;
    shown["is_delivery_successful"] = json!(one.is_delivered());
    Ok(Json(shown))
}

fn find(tx: &mut Tx<'_>, merchant_id: &str, event_id: &str) -> Result<Row, ApiError> {
    let row =
        tx.first("SELECT * FROM events WHERE merchant_id = $1 AND event_id = $2", params![merchant_id, event_id])?;
    row.ok_or(ApiError::NotFound("event"))
}

fn show(row: &Row) -> Result<Value, StoreError> {
    let id: String = row.get("event_id")?;
    Ok(json!({
        "event_id": id,
        "merchant_id": row.get::<String>("merchant_id")?,
        "profile_id": row.get::<String>("profile_id")?,
        "object_id": row.get::<String>("object_id")?,
        "event_type": row.get::<String>("event_type")?,
        "event_class": row.get::<String>("event_class")?,
        "is_delivery_successful": row.get::<bool>("delivered")?,
        "initial_attempt_id": id,
        "created": row.get::<Timestamp>("created_at")?,
    }))
}

/// A try as an event of its own, with what was sent and what came back.
fn show_try(event: &Row, one: &tries::Written) -> Result<Value, StoreError> {
    let mut shown = show(event)?;
    shown["event_id"] = json!(one.id);
    shown["created"] = json!(one.at);
    shown["is_delivery_successful"] = json!(one.delivered);
    shown["delivery_attempt"] = json!(one.kind);
    shown["request"] = json!({
        "body": event.get::<String>("body")?,
        "headers": [["content-type", "application/json"],
                    ["x-webhook-signature-512", event.get::<String>("signature")?]],
    });
    shown["response"] = json!({
        "body": null,
        "headers": null,
        "status_code": one.status,
        "error_message": if one.status.is_none() { Some("The receiver could not be reached") } else { None },
    });
    Ok(shown)
}
