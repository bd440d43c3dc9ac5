//! `/configs`: what an operator keeps at the gateway, by name. Nobody here looks inside.

use axum::Json;
use axum::extract::{Path, State};
use florin_store::{Row, params};
use serde::{Deserialize, Serialize};

use super::authenticate::Admin;
use crate::gateway::Gateway;
use crate::wire::text::check_length;
use crate::wire::{ApiError, AppJson};

const LONGEST_KEY: usize = 255;
const LONGEST_VALUE: usize = 16 * 1024;

/// A name and what is kept under it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    key: String,
    value: String,
}

/// What is to be kept instead.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigChange {
    value: String,
}

/// `POST /configs`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    _: Admin,
    AppJson(config): AppJson<Config>,
) -> Result<Json<Config>, ApiError> {
    check_length("key", &config.key, LONGEST_KEY)?;
    check_length("value", &config.value, LONGEST_VALUE)?;
    let made = gateway.store.write(move |tx| {
        let touched = tx.execute(
            "INSERT INTO configs (config_key, config_value) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            params![&config.key, &config.value],
        )?;
        if touched == 1 { Ok(config.clone()) } else { Err(ApiError::Duplicate("config")) }
    });
    Ok(Json(made.await?))
}

/// `GET /configs/{key}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(key): Path<String>,
) -> Result<Json<Config>, ApiError> {
    let found = gateway.store.read(move |tx| tx.first("SELECT * FROM configs WHERE config_key = $1", params![&key]));
    Ok(Json(read(found.await?)?))
}

/// `POST /configs/{key}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(key): Path<String>,
    AppJson(change): AppJson<ConfigChange>,
) -> Result<Json<Config>, ApiError> {
    check_length("value", &change.value, LONGEST_VALUE)?;
    let changed = gateway.store.write(move |tx| {
        tx.execute("UPDATE configs SET config_value = $2 WHERE config_key = $1", params![&key, &change.value])?;
        read(tx.first("SELECT * FROM configs WHERE config_key = $1", params![&key])?)
    });
    Ok(Json(changed.await?))
}

/// `DELETE /configs/{key}`
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    _: Admin,
    Path(key): Path<String>,
) -> Result<Json<Config>, ApiError> {
    let gone = gateway.store.write(move |tx| {
        let config = read(tx.first("SELECT * FROM configs WHERE config_key = $1", params![&key])?)?;
        tx.execute("DELETE FROM configs WHERE config_key = $1", params![&key])?;
        Ok::<_, ApiError>(config)
    });
    Ok(Json(gone.await?))
}

fn read(row: Option<Row>) -> Result<Config, ApiError> {
    let row = row.ok_or(ApiError::NotFound("config"))?;
    Ok(Config { key: row.get("config_key")?, value: row.get("config_value")? })
}
