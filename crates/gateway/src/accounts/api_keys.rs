//! `/api_keys/{merchant_id}`: secret keys, shown once and kept as a hash.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::timestamp::Timestamp;
use florin_store::{Row, StoreError, Tx, params};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::authenticate::{Admin, key_hash};
use super::merchant_accounts::must_exist;
use crate::gateway::Gateway;
use crate::wire::text::check_length;
use crate::wire::{ApiError, AppJson};

const LONGEST_NAME: usize = 64;
const LONGEST_DESCRIPTION: usize = 256;

/// As much of a key as is kept in the clear, to recognise it by.
const SHOWN: usize = "snd_".len() + 8;

/// When a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expiration(Option<Timestamp>);

impl<'de> Deserialize<'de> for Expiration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "never" {
            return Ok(Self(None));
        }
        let words = "expected \"never\" or an RFC 3339 time";
        Timestamp::parse(&text).map(|at| Self(Some(at))).map_err(|_| serde::de::Error::custom(words))
    }
}

impl Serialize for Expiration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => serializer.serialize_str("never"),
            Some(at) => at.serialize(serializer),
        }
    }
}

/// A key to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    name: String,
    description: Option<String>,
    expiration: Expiration,
}

/// What may change of a key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyChange {
    name: Option<String>,
    description: Option<String>,
    expiration: Option<Expiration>,
}

/// A key without its secret.
#[derive(Serialize)]
pub(crate) struct KeyResponse {
    key_id: String,
    merchant_id: String,
    name: String,
    description: Option<String>,
    prefix: String,
    created: Timestamp,
    expiration: Expiration,
}

/// `POST /api_keys/{merchant_id}`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(merchant_id): Path<String>,
    AppJson(request): AppJson<NewKey>,
) -> Result<Json<Value>, ApiError> {
    check_texts(Some(&request.name), request.description.as_deref())?;
    let (key_id, key, now) = (gateway.id("snd_"), format!("snd_{}", gateway.secret()), gateway.clock.now());
    check_expiration(request.expiration, now)?;
    let made = json!({
        "key_id": key_id, "merchant_id": merchant_id, "name": request.name, "description": request.description,
        "api_key": key, "created": now, "expiration": request.expiration,
    });
    let unit = move |tx: &mut Tx<'_>| {
        must_exist(tx, &merchant_id)?;
        tx.execute(
            "INSERT INTO secret_keys (key_hash, merchant_id, key_id, name, description, prefix, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                key_hash(&key),
                &merchant_id,
                &key_id,
                &request.name,
                &request.description,
                &key[..SHOWN],
                now,
                request.expiration.0,
            ],
        )?;
        Ok::<_, ApiError>(())
    };
    gateway.store.write(unit).await?;
    Ok(Json(made))
}

/// `GET /api_keys/{merchant_id}/{key_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    _: Admin,
    Path((merchant_id, key_id)): Path<(String, String)>,
) -> Result<Json<KeyResponse>, ApiError> {
    Ok(Json(gateway.store.read(move |tx| find(tx, &merchant_id, &key_id)).await?))
}

/// `POST /api_keys/{merchant_id}/{key_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    _: Admin,
    Path((merchant_id, key_id)): Path<(String, String)>,
    AppJson(request): AppJson<KeyChange>,
) -> Result<Json<KeyResponse>, ApiError> {
    check_texts(request.name.as_deref(), request.description.as_deref())?;
    request.expiration.map_or(Ok(()), |expiration| check_expiration(expiration, gateway.clock.now()))?;
    let changed = gateway.store.write(move |tx| {
        let mut key = find(tx, &merchant_id, &key_id)?;
        key.name = request.name.clone().unwrap_or(key.name);
        key.description = request.description.clone().or(key.description);
        key.expiration = request.expiration.unwrap_or(key.expiration);
        tx.execute(
            "UPDATE secret_keys SET name = $2, description = $3, expires_at = $4 WHERE key_id = $1",
            params![&key_id, &key.name, &key.description, key.expiration.0],
        )?;
        Ok::<_, ApiError>(key)
    });
    Ok(Json(changed.await?))
}

/// `DELETE /api_keys/{merchant_id}/{key_id}`: it stops working at once.
pub(crate) async fn revoke(
    State(gateway): State<Gateway>,
    _: Admin,
    Path((merchant_id, key_id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let revoked = gateway.store.write(move |tx| {
        find(tx, &merchant_id, &key_id)?;
        tx.execute("DELETE FROM secret_keys WHERE key_id = $1", params![&key_id])?;
        Ok::<_, ApiError>(json!({ "merchant_id": &merchant_id, "key_id": &key_id, "revoked": true }))
    });
    Ok(Json(revoked.await?))
}

/// `GET /api_keys/{merchant_id}/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(merchant_id): Path<String>,
) -> Result<Json<Vec<KeyResponse>>, ApiError> {
    let all = gateway.store.read(move |tx| {
        must_exist(tx, &merchant_id)?;
        let rows = tx.all(
            "SELECT * FROM secret_keys WHERE merchant_id = $1 AND key_id IS NOT NULL ORDER BY created_at, key_id",
            params![&merchant_id],
        )?;
        rows.iter().map(|row| Ok(read(row)?)).collect::<Result<Vec<_>, ApiError>>()
    });
    Ok(Json(all.await?))
}

fn find(tx: &mut Tx<'_>, merchant_id: &str, key_id: &str) -> Result<KeyResponse, ApiError> {
    let row =
        tx.first("SELECT * FROM secret_keys WHERE merchant_id = $1 AND key_id = $2", params![merchant_id, key_id])?;
    Ok(read(&row.ok_or(ApiError::NotFound("API key"))?)?)
}

fn read(row: &Row) -> Result<KeyResponse, StoreError> {
    Ok(KeyResponse {
        key_id: row.get("key_id")?,
        merchant_id: row.get("merchant_id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        prefix: row.get("prefix")?,
        created: row.get("created_at")?,
        expiration: Expiration(row.get("expires_at")?),
    })
}

fn check_texts(name: Option<&str>, description: Option<&str>) -> Result<(), ApiError> {
    check_length("name", name.unwrap_or_default(), LONGEST_NAME)?;
    check_length("description", description.unwrap_or_default(), LONGEST_DESCRIPTION)
}

fn check_expiration(expiration: Expiration, now: Timestamp) -> Result<(), ApiError> {
    match expiration.0 {
        Some(at) if at <= now => Err(ApiError::InvalidData("expiration must lie in the future".to_owned())),
        _ => Ok(()),
    }
}
