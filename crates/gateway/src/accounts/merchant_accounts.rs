//! `/accounts`: merchant accounts, made and ended with the admin key.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use florin_store::{Row, StoreError, Tx, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::authenticate::{Admin, PUBLISHABLE_PREFIX};
use super::profiles::{self, NewProfile};
use crate::gateway::Gateway;
use crate::wire::document::{Document, Field, Kind};
use crate::wire::text::check_id;
use crate::wire::{ApiError, AppJson};

const FIELDS: &[Field] = &[
    ("merchant_id", Kind::Text(64)),
    ("merchant_name", Kind::Text(255)),
    ("return_url", Kind::Url),
    ("enable_payment_response_hash", Kind::Flag),
    ("payment_response_hash_key", Kind::Text(255)),
    ("redirect_to_merchant_with_http_post", Kind::Flag),
    ("merchant_details", Kind::Object),
    ("webhook_details", Kind::Object),
    ("payout_routing_algorithm", Kind::Any),
    ("sub_merchants_enabled", Kind::Flag),
    ("parent_merchant_id", Kind::Text(64)),
    ("publishable_key", Kind::Text(255)),
    ("metadata", Kind::Object),
    ("locker_id", Kind::Text(64)),
    ("primary_business_details", Kind::Any),
    ("frm_routing_algorithm", Kind::Any),
    ("organization_id", Kind::Text(64)),
    ("is_recon_enabled", Kind::Flag),
    ("default_profile", Kind::Text(64)),
    ("recon_status", Kind::Any),
    ("pm_collect_link_config", Kind::Any),
    ("product_type", Kind::Any),
    ("merchant_account_type", Kind::Any),
    ("routing_algorithm", Kind::Any),
    ("intent_fulfillment_time", Kind::Any),
];

/// The account's settings that its first profile begins with.
const FOR_THE_PROFILE: &[&str] = &[
    "return_url",
    "enable_payment_response_hash",
    "payment_response_hash_key",
    "redirect_to_merchant_with_http_post",
    "webhook_details",
];

/// The organization of an account that names none.
const ORGANIZATION: &str = "org_sandbox";

/// `POST /accounts`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let mut details = Document::take(body, FIELDS)?;
    let id = details.text("merchant_id").map(str::to_owned);
    let id = id.ok_or_else(|| ApiError::UnreadableBody("missing field `merchant_id`".to_owned()))?;
    check_id("merchant_id", &id)?;
    if details.value("publishable_key").is_some() {
        return Err(ApiError::InvalidData("publishable_key is made here".to_owned()));
    }
    let profile_id = gateway.id("pro_");
    let secret = gateway.secret();
    for (name, value) in [("payment_response_hash_key", secret.as_str()), ("organization_id", ORGANIZATION)] {
        if details.value(name).is_none() {
            details.set(name, value);
        }
    }
    if details.flag("enable_payment_response_hash").is_none() {
        details.set("enable_payment_response_hash", true);
    }
    details.set("publishable_key", format!("{PUBLISHABLE_PREFIX}snd_{}", &gateway.secret()[..32]));
    details.set("default_profile", profile_id.clone());
    let mut profile = for_the_profile(&details);
    profile.set("profile_name", "default");
    let profile = NewProfile { id: profile_id, merchant_id: id.clone(), details: profile, now: gateway.clock.now() };
    profiles::check(&profile.details)?;
    let made = gateway.store.write(move |tx| {
        let touched = tx.execute(
            "INSERT INTO merchants (merchant_id, name, publishable_key, details, deleted) VALUES ($1, $2, $3, $4, 0)
             ON CONFLICT DO NOTHING",
            params![
                &id,
                details.text("merchant_name").unwrap_or(&id),
                details.text("publishable_key"),
                details.column()
            ],
        )?;
        if touched == 0 {
            return Err(ApiError::Duplicate("merchant account"));
        }
        profiles::insert(tx, &profile)?;
        Ok(show(&id, details.text("publishable_key").unwrap_or_default(), &details))
    });
    Ok(Json(made.await?))
}

/// `GET /accounts/{merchant_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| {
        let (key, details) = find(tx, &id)?;
        Ok::<_, ApiError>(show(&id, &key, &details))
    });
    Ok(Json(found.await?))
}

/// `POST /accounts/{merchant_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(id): Path<String>,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let newer = Document::take(body, FIELDS)?;
    if newer.text("merchant_id").is_some_and(|given| given != id) || newer.value("publishable_key").is_some() {
        return Err(ApiError::InvalidData("merchant_id and publishable_key can not be changed".to_owned()));
    }
    profiles::check(&for_the_profile(&newer))?;
    let changed = gateway.store.write(move |tx| {
        let (key, mut details) = find(tx, &id)?;
        details.lay_over(&newer);
        tx.execute(
            "UPDATE merchants SET name = COALESCE($2, name), details = $3 WHERE merchant_id = $1",
            params![&id, newer.text("merchant_name"), details.column()],
        )?;
        Ok::<_, ApiError>(show(&id, &key, &details))
    });
    Ok(Json(changed.await?))
}

/// `DELETE /accounts/{merchant_id}`: its keys end; its payments stay on record.
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let ended = gateway.store.write(move |tx| {
        find(tx, &id)?;
        tx.execute("UPDATE merchants SET deleted = 1 WHERE merchant_id = $1", params![&id])?;
        tx.execute("DELETE FROM secret_keys WHERE merchant_id = $1", params![&id])?;
        tx.execute("DELETE FROM ephemeral_keys WHERE merchant_id = $1", params![&id])?;
        Ok::<_, ApiError>(json!({ "merchant_id": &id, "deleted": true }))
    });
    Ok(Json(ended.await?))
}

/// Whose accounts are listed.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    organization_id: Option<String>,
}

/// `GET /accounts/list`: all, or those of an organization.
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    _: Admin,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    let all = gateway.store.read(move |tx| {
        let rows = tx.all("SELECT * FROM merchants WHERE deleted = 0 ORDER BY merchant_id", params![])?;
        let shown = rows.iter().map(|row| {
            let (key, details) = read(row)?;
            Ok(show(&row.get::<String>("merchant_id")?, &key, &details))
        });
        let mut shown = shown.collect::<Result<Vec<_>, StoreError>>()?;
        if let Some(organization) = &query.organization_id {
            shown.retain(|account| account["organization_id"] == **organization);
        }
        Ok::<_, StoreError>(shown)
    });
    Ok(Json(all.await?))
}

fn for_the_profile(details: &Document) -> Document {
    let mut profile = Document::default();
    for name in FOR_THE_PROFILE {
        details.value(name).cloned().into_iter().for_each(|value| profile.set(name, value));
    }
    profile
}

/// Whether there is such an account.
pub(super) fn must_exist(tx: &mut Tx<'_>, id: &str) -> Result<(), ApiError> {
    find(tx, id).map(|_| ())
}

/// What the account was told.
pub(super) fn details(tx: &mut Tx<'_>, id: &str) -> Result<Document, ApiError> {
    find(tx, id).map(|(_, details)| details)
}

fn find(tx: &mut Tx<'_>, id: &str) -> Result<(String, Document), ApiError> {
    let row = tx.first("SELECT * FROM merchants WHERE merchant_id = $1 AND deleted = 0", params![id])?;
    Ok(read(&row.ok_or(ApiError::NotFound("merchant account"))?)?)
}

fn read(row: &Row) -> Result<(String, Document), StoreError> {
    let mut details = Document::read(&row.get::<String>("details")?)?;
    details.set("merchant_name", row.get::<String>("name")?);
    Ok((row.get("publishable_key")?, details))
}

fn show(id: &str, publishable_key: &str, details: &Document) -> Value {
    let mut shown = details.shown(FIELDS);
    // What OwnGateway says of an account that was told nothing.
    for (name, untold) in [
        ("organization_id", json!(ORGANIZATION)),
        ("product_type", json!("orchestration")),
        ("merchant_account_type", json!("standard")),
        ("recon_status", json!("not_requested")),
        ("is_recon_enabled", json!(false)),
        ("redirect_to_merchant_with_http_post", json!(false)),
    ] {
        shown.entry(name).and_modify(|value| {
            if value.is_null() {
                *value = untold
            }
        });
    }
    shown.insert("merchant_id".to_owned(), id.into());
    shown.insert("publishable_key".to_owned(), publishable_key.into());
    Value::Object(shown)
}
