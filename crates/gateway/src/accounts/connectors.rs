//! `/account/{merchant_id}/connectors`: which pretended processor a profile sends its cards to.

use axum::Json;
use axum::extract::{Path, State};
use florin_store::{Row, StoreError, Tx, params};
use serde_json::{Map, Value, json};

use super::authenticate::{OwnMerchant, OwnMerchantOrAdmin};
use super::profile::Profile;
use crate::connector::NAMES;
use crate::gateway::Gateway;
use crate::wire::document::{Document, Field, Kind};
use crate::wire::{ApiError, AppJson};

const FIELDS: &[Field] = &[
    ("connector_type", Kind::Text(32)),
    ("connector_name", Kind::Text(32)),
    ("connector_label", Kind::Text(64)),
    ("profile_id", Kind::Text(64)),
    ("connector_account_details", Kind::Object),
    ("payment_methods_enabled", Kind::Any),
    ("connector_webhook_details", Kind::Any),
    ("metadata", Kind::Object),
    ("test_mode", Kind::Flag),
    ("disabled", Kind::Flag),
    ("frm_configs", Kind::Any),
    ("business_country", Kind::Any),
    ("business_label", Kind::Any),
    ("business_sub_label", Kind::Any),
    ("merchant_connector_id", Kind::Text(64)),
    ("applepay_verified_domains", Kind::Any),
    ("pm_auth_config", Kind::Any),
    ("status", Kind::Text(16)),
    ("additional_merchant_data", Kind::Any),
    ("connector_wallets_details", Kind::Any),
];

/// What is the processor's own business is not in the list.
const UNLISTED: [&str; 5] = [
    "metadata",
    "additional_merchant_data",
    "connector_wallets_details",
    "connector_account_details",
    "connector_webhook_details",
];

/// `POST /account/{merchant_id}/connectors`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let details = Document::take(body, FIELDS)?;
    let missing = |name: &str| ApiError::UnreadableBody(format!("missing field `{name}`"));
    let name = details.text("connector_name").ok_or_else(|| missing("connector_name"))?;
    if !NAMES.contains(&name) {
        return Err(ApiError::UnreadableBody("connector_name is not one of the dummy connectors".to_owned()));
    }
    details.text("connector_type").ok_or_else(|| missing("connector_type"))?;
    check(&details)?;
    let (id, now) = (gateway.id("mca_"), gateway.clock.now());
    let made = gateway.store.write(move |tx| {
        let wanted = details.text("profile_id");
        let profile = Profile::find(tx, &merchant_id, wanted)?.filter(|profile| !profile.is_deleted);
        let profile = profile.ok_or(ApiError::NotFound("profile"))?;
        let mut details = details.clone();
        let name = details.text("connector_name").unwrap_or_default().to_owned();
        if details.value("connector_label").is_none() {
            let profile_name = profile.details.text("profile_name").unwrap_or(&profile.id);
            details.set("connector_label", format!("{name}_{profile_name}"));
        }
        details.set("profile_id", profile.id.clone());
        check_label(tx, &id, &details)?;
        tx.execute(
            "INSERT INTO connectors (merchant_connector_id, merchant_id, profile_id, connector_name, disabled, details,
                 created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![
                &id,
                &merchant_id,
                &profile.id,
                &name,
                details.flag("disabled").unwrap_or(false),
                details.column(),
                now
            ],
        )?;
        choose(tx, &profile.id)?;
        Ok::<_, ApiError>(show(&id, &details))
    });
    Ok(Json(made.await?))
}

/// `GET /account/{merchant_id}/connectors/{merchant_connector_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| Ok::<_, ApiError>(show(&id, &find(tx, &merchant_id, &id)?)));
    Ok(Json(found.await?))
}

/// `POST /account/{merchant_id}/connectors/{merchant_connector_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    Path((_, id)): Path<(String, String)>,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let newer = Document::take(body, FIELDS)?;
    check(&newer)?;
    let changed = gateway.store.write(move |tx| {
        let mut details = find(tx, &merchant_id, &id)?;
        for fixed in ["connector_name", "profile_id", "merchant_connector_id"] {
            if newer.text(fixed).is_some_and(|given| Some(given) != details.text(fixed) && given != id) {
                return Err(ApiError::InvalidData(format!("{fixed} can not be changed")));
            }
        }
        details.lay_over(&newer);
        if newer.value("connector_label").is_some() {
            check_label(tx, &id, &details)?;
        }
        tx.execute(
            "UPDATE connectors SET disabled = $2, details = $3 WHERE merchant_connector_id = $1",
            params![&id, details.flag("disabled").unwrap_or(false), details.column()],
        )?;
        choose(tx, details.text("profile_id").unwrap_or_default())?;
        Ok(show(&id, &details))
    });
    Ok(Json(changed.await?))
}

/// `DELETE /account/{merchant_id}/connectors/{merchant_connector_id}`
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    OwnMerchantOrAdmin(merchant_id): OwnMerchantOrAdmin,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let ended = gateway.store.write(move |tx| {
        let details = find(tx, &merchant_id, &id)?;
        tx.execute("DELETE FROM connectors WHERE merchant_connector_id = $1", params![&id])?;
        choose(tx, details.text("profile_id").unwrap_or_default())?;
        Ok::<_, ApiError>(json!({ "merchant_id": &merchant_id, "merchant_connector_id": &id, "deleted": true }))
    });
    Ok(Json(ended.await?))
}

/// `GET /account/{merchant_id}/connectors`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
) -> Result<Json<Vec<Value>>, ApiError> {
    let all = gateway.store.read(move |tx| {
        let rows = tx.all(
            "SELECT * FROM connectors WHERE merchant_id = $1 ORDER BY created_at, merchant_connector_id",
            params![&merchant_id],
        )?;
        let shown = rows.iter().map(|row| Ok(listed(&row.get::<String>("merchant_connector_id")?, &read(row)?)));
        shown.collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(Json(all.await?))
}

fn check(details: &Document) -> Result<(), ApiError> {
    let Some(account) = details.value("connector_account_details") else { return Ok(()) };
    let is_header_key = account.get("auth_type").and_then(Value::as_str) == Some("HeaderKey");
    let has_key = account.get("api_key").and_then(Value::as_str).is_some_and(|key| !key.is_empty());
    if is_header_key && has_key {
        return Ok(());
    }
    Err(ApiError::InvalidData("connector_account_details is auth_type HeaderKey with an api_key".to_owned()))
}

/// A profile tells its connectors apart by their labels, also when two are given at once: the profile is held until
/// this unit has ended.
fn check_label(tx: &mut Tx<'_>, id: &str, details: &Document) -> Result<(), ApiError> {
    let Some(label) = details.text("connector_label") else { return Ok(()) };
    let profile_id = details.text("profile_id").unwrap_or_default();
    tx.execute("UPDATE profiles SET deleted = deleted WHERE profile_id = $1", params![profile_id])?;
    let others = tx.all(
        "SELECT details FROM connectors WHERE profile_id = $1 AND merchant_connector_id <> $2",
        params![profile_id, id],
    )?;
    let others = others.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    match others.iter().any(|other| other.text("connector_label") == Some(label)) {
        true => Err(ApiError::LabelTaken),
        false => Ok(()),
    }
}

/// The oldest connector that is not disabled gets the cards.
fn choose(tx: &mut Tx<'_>, profile_id: &str) -> Result<(), StoreError> {
    let row = tx.first(
        "SELECT merchant_connector_id, connector_name FROM connectors WHERE profile_id = $1 AND disabled = 0
         ORDER BY created_at, merchant_connector_id",
        params![profile_id],
    )?;
    let (id, name) = match row {
        Some(row) => (row.get::<String>("merchant_connector_id")?, row.get::<String>("connector_name")?),
        None => (String::new(), String::new()),
    };
    tx.execute(
        "UPDATE profiles SET connector_id = $2, connector_name = $3 WHERE profile_id = $1",
        params![profile_id, id, name],
    )?;
    Ok(())
}

fn find(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Document, ApiError> {
    let row = tx.first(
        "SELECT * FROM connectors WHERE merchant_id = $1 AND merchant_connector_id = $2",
        params![merchant_id, id],
    )?;
    Ok(read(&row.ok_or(ApiError::NotFound("merchant connector account"))?)?)
}

fn read(row: &Row) -> Result<Document, StoreError> {
    Document::read(&row.get::<String>("details")?)
}

/// As an item of the list.
fn listed(id: &str, details: &Document) -> Value {
    let mut shown = show(id, details);
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, _| !UNLISTED.contains(&name.as_str()));
    }
    shown
}

/// The processor's key is not repeated.
fn show(id: &str, details: &Document) -> Value {
    let mut shown = details.shown(FIELDS);
    if let Some(Value::Object(account)) = shown.get_mut("connector_account_details") {
        account.insert("api_key".to_owned(), json!("********"));
    }
    shown.insert("merchant_connector_id".to_owned(), json!(id));
    shown.entry("disabled").and_modify(|disabled| *disabled = json!(disabled.as_bool().unwrap_or(false)));
    shown.entry("status").and_modify(|status| *status = json!("active"));
    Value::Object(shown)
}
