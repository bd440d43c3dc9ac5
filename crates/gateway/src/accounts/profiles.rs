//! `/account/{merchant_id}/business_profile`: the shops of a merchant and what they switch on.

use axum::Json;
use axum::extract::{Path, State};
use florin_domain::timestamp::Timestamp;
use florin_signing::SigningKey;
use florin_signing::sealed::SealingKey;
use florin_signing::standard_webhooks::Secret;
use florin_store::{StoreError, Tx, params};
use serde_json::{Map, Value, json};

use super::authenticate::{OwnMerchant, OwnMerchantOrAdmin};
use super::merchant_accounts;
use super::profile::{Profile, SEALED, SIGNED};
use crate::gateway::Gateway;
use crate::wire::document::{Document, Field, Kind};
use crate::wire::{ApiError, AppJson};

const FIELDS: &[Field] = &[
    ("profile_name", Kind::Text(64)),
    ("return_url", Kind::Url),
    ("enable_payment_response_hash", Kind::Flag),
    ("payment_response_hash_key", Kind::Text(255)),
    ("redirect_to_merchant_with_http_post", Kind::Flag),
    ("webhook_details", Kind::Object),
    ("metadata", Kind::Object),
    ("routing_algorithm", Kind::Any),
    ("intent_fulfillment_time", Kind::Any),
    ("frm_routing_algorithm", Kind::Any),
    ("payout_routing_algorithm", Kind::Any),
    ("applepay_verified_domains", Kind::Any),
    ("session_expiry", Kind::Number(60, 7_890_000)),
    ("payment_link_config", Kind::Any),
    ("authentication_connector_details", Kind::Any),
    ("use_billing_as_payment_method_billing", Kind::Flag),
    ("extended_card_info_config", Kind::Any),
    ("collect_shipping_details_from_wallet_connector", Kind::Flag),
    ("collect_billing_details_from_wallet_connector", Kind::Flag),
    ("always_collect_shipping_details_from_wallet_connector", Kind::Flag),
    ("always_collect_billing_details_from_wallet_connector", Kind::Flag),
    ("is_connector_agnostic_mit_enabled", Kind::Flag),
    ("payout_link_config", Kind::Any),
    ("outgoing_webhook_custom_http_headers", Kind::Any),
    ("tax_connector_id", Kind::Any),
    ("is_tax_connector_enabled", Kind::Flag),
    ("is_network_tokenization_enabled", Kind::Flag),
    ("is_auto_retries_enabled", Kind::Flag),
    ("max_auto_retries_enabled", Kind::Any),
    ("always_request_extended_authorization", Kind::Any),
    ("is_click_to_pay_enabled", Kind::Flag),
    ("authentication_product_ids", Kind::Any),
    ("card_testing_guard_config", Kind::Any),
    ("is_clear_pan_retries_enabled", Kind::Flag),
    ("force_3ds_challenge", Kind::Flag),
    ("is_debit_routing_enabled", Kind::Flag),
    ("merchant_business_country", Kind::Any),
    ("is_pre_network_tokenization_enabled", Kind::Flag),
    ("is_iframe_redirection_enabled", Kind::Flag),
    ("merchant_category_code", Kind::Any),
    ("merchant_country_code", Kind::Any),
    ("dispute_polling_interval", Kind::Any),
    ("is_manual_retry_enabled", Kind::Flag),
    ("always_enable_overcapture", Kind::Flag),
    ("is_external_vault_enabled", Kind::Any),
    ("external_vault_connector_details", Kind::Any),
    ("billing_processor_id", Kind::Any),
    ("is_l2_l3_enabled", Kind::Flag),
    // Ours: how often an event is told, the headers beside OwnGateway's, and a stricter challenge.
    ("webhook_mode", Kind::Text(16)),
    ("standard_webhooks_secret", Kind::Text(128)),
    ("three_ds_needs_browser", Kind::Flag),
    // Ours: whether returns are signed or sealed, and the key that seals.
    ("return_scheme", Kind::Text(16)),
    ("return_sealing_key", Kind::Text(128)),
];

/// How often an event is told: once for an object and a type as upstream, or for every change.
const MODES: [&str; 2] = ["faithful", "every_change"];

/// A profile to be written.
#[derive(Clone)]
pub(super) struct NewProfile {
    pub(super) id: String,
    pub(super) merchant_id: String,
    pub(super) details: Document,
    pub(super) now: Timestamp,
}

/// `POST /account/{merchant_id}/business_profile`
pub(crate) async fn create(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let mut details = Document::take(body, FIELDS)?;
    check(&details)?;
    if details.value("profile_name").is_none() {
        details.set("profile_name", "default");
    }
    let profile = NewProfile { id: gateway.id("pro_"), merchant_id, details, now: gateway.clock.now() };
    let made = gateway.store.write(move |tx| {
        let mut profile = profile.clone();
        check_name(tx, &profile.merchant_id, None, &profile.details)?;
        let account = merchant_accounts::details(tx, &profile.merchant_id)?;
        for name in ["return_url", "webhook_details"] {
            if profile.details.value(name).is_none() {
                account.value(name).cloned().into_iter().for_each(|value| profile.details.set(name, value));
            }
        }
        // A new profile signs like the merchant's others until told otherwise.
        if profile.details.value("payment_response_hash_key").is_none() {
            let like = Profile::find(tx, &profile.merchant_id, None)?;
            like.into_iter().for_each(|like| profile.details.set("payment_response_hash_key", like.hash_key_text()));
        }
        check(&profile.details)?;
        insert(tx, &profile)?;
        let found = active(tx, &profile.merchant_id, &profile.id)?;
        Ok::<_, ApiError>(show(&profile.merchant_id, &found))
    });
    Ok(Json(made.await?))
}

/// `GET /account/{merchant_id}/business_profile/{profile_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| Ok::<_, ApiError>(show(&merchant_id, &active(tx, &merchant_id, &id)?)));
    Ok(Json(found.await?))
}

/// `POST /account/{merchant_id}/business_profile/{profile_id}`
pub(crate) async fn update(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
    Path((_, id)): Path<(String, String)>,
    AppJson(body): AppJson<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let newer = Document::take(body, FIELDS)?;
    check(&newer)?;
    let changed = gateway.store.write(move |tx| {
        check_name(tx, &merchant_id, Some(&id), &newer)?;
        let mut details = active(tx, &merchant_id, &id)?.details_in_full();
        details.lay_over(&newer);
        save(tx, &id, &details)?;
        Ok::<_, ApiError>(show(&merchant_id, &active(tx, &merchant_id, &id)?))
    });
    Ok(Json(changed.await?))
}

/// `DELETE /account/{merchant_id}/business_profile/{profile_id}`: takes no new payments.
pub(crate) async fn delete(
    State(gateway): State<Gateway>,
    OwnMerchantOrAdmin(merchant_id): OwnMerchantOrAdmin,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<bool>, ApiError> {
    let ended = gateway.store.write(move |tx| {
        active(tx, &merchant_id, &id)?;
        tx.execute("UPDATE profiles SET deleted = 1 WHERE profile_id = $1", params![&id])?;
        Ok::<_, ApiError>(true)
    });
    Ok(Json(ended.await?))
}

/// `GET /account/{merchant_id}/business_profile`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    OwnMerchant(merchant_id): OwnMerchant,
) -> Result<Json<Vec<Value>>, ApiError> {
    let all = gateway.store.read(move |tx| {
        let profiles = Profile::all(tx, &merchant_id)?;
        Ok::<_, StoreError>(profiles.iter().map(|profile| show(&merchant_id, profile)).collect::<Vec<_>>())
    });
    Ok(Json(all.await?))
}

/// Refuses what could not be carried out.
pub(super) fn check(details: &Document) -> Result<(), ApiError> {
    let invalid = |words: &str| Err(ApiError::InvalidData(words.to_owned()));
    if details.text("webhook_mode").is_some_and(|mode| !MODES.contains(&mode)) {
        return invalid("webhook_mode is faithful or every_change");
    }
    if details.text("standard_webhooks_secret").is_some_and(|secret| Secret::parse(secret).is_err()) {
        return invalid("standard_webhooks_secret is whsec_ and 24 to 64 bytes in base64");
    }
    if details.text("payment_response_hash_key").is_some_and(|key| SigningKey::new(key.to_owned()).is_err()) {
        return invalid("payment_response_hash_key is too short to sign with");
    }
    check_return_scheme(details)?;
    match details.value("webhook_details").and_then(|details| details.get("webhook_url")) {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(url)) if url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https")) => {
            Ok(())
        }
        Some(_) => invalid("webhook_details.webhook_url is not a web address"),
    }
}

/// A merchant tells its profiles apart by their names, also when two are given at once: the account is held until
/// this unit has ended.
fn check_name(tx: &mut Tx<'_>, merchant_id: &str, of: Option<&str>, details: &Document) -> Result<(), ApiError> {
    let Some(name) = details.text("profile_name") else { return Ok(()) };
    tx.execute("UPDATE merchants SET deleted = deleted WHERE merchant_id = $1", params![merchant_id])?;
    let others = Profile::all(tx, merchant_id)?;
    let mut others = others.iter().filter(|other| Some(other.id.as_str()) != of);
    match others.any(|other| other.details.text("profile_name") == Some(name)) {
        true => Err(ApiError::NameTaken("profile")),
        false => Ok(()),
    }
}

fn check_return_scheme(details: &Document) -> Result<(), ApiError> {
    let invalid = |words: &str| Err(ApiError::InvalidData(words.to_owned()));
    if details.text("return_scheme").is_some_and(|scheme| scheme != SIGNED && scheme != SEALED) {
        return invalid("return_scheme is signed or sealed");
    }
    if details.text("return_sealing_key").is_some_and(|key| SealingKey::parse(key.to_owned()).is_err()) {
        return invalid("return_sealing_key is k4.local. and 32 random bytes in base64url");
    }
    Ok(())
}

/// Writes a checked profile, without a connector.
pub(super) fn insert(tx: &mut Tx<'_>, profile: &NewProfile) -> Result<(), ApiError> {
    tx.execute(
        "INSERT INTO profiles (profile_id, merchant_id, connector_id, connector_name, return_hash_key, sign_returns,
             return_with_http_post, manual_retry, three_ds_needs_browser, created_at)
         VALUES ($1, $2, '', '', '', 1, 0, 0, 0, $3)",
        params![&profile.id, &profile.merchant_id, profile.now],
    )?;
    save(tx, &profile.id, &profile.details)
}

fn save(tx: &mut Tx<'_>, id: &str, details: &Document) -> Result<(), ApiError> {
    let scheme = details.text("return_scheme").unwrap_or(SIGNED);
    if scheme == SEALED && details.text("return_sealing_key").is_none() {
        return Err(ApiError::InvalidData("return_scheme sealed needs a return_sealing_key".to_owned()));
    }
    let webhook_url = details.value("webhook_details").and_then(|webhook| webhook.get("webhook_url"));
    let mut kept = details.clone();
    // Keys have columns of their own; one copy is enough.
    kept.remove("standard_webhooks_secret");
    kept.remove("payment_response_hash_key");
    kept.remove("return_sealing_key");
    tx.execute(
        "UPDATE profiles SET return_url = $2, webhook_url = $3, return_hash_key = $4, sign_returns = $5,
             return_with_http_post = $6, manual_retry = $7, three_ds_needs_browser = $8, tells_every_change = $9,
             standard_webhooks_secret = $10, details = $11, return_scheme = $12, return_sealing_key = $13
         WHERE profile_id = $1",
        params![
            id,
            details.text("return_url"),
            webhook_url.and_then(Value::as_str),
            details.text("payment_response_hash_key").unwrap_or_default(),
            details.flag("enable_payment_response_hash").unwrap_or(true),
            details.flag("redirect_to_merchant_with_http_post").unwrap_or(false),
            details.flag("is_manual_retry_enabled").unwrap_or(false),
            details.flag("three_ds_needs_browser").unwrap_or(false),
            details.text("webhook_mode") == Some(MODES[1]),
            details.text("standard_webhooks_secret"),
            kept.column(),
            scheme,
            details.text("return_sealing_key"),
        ],
    )?;
    Ok(())
}

fn active(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Profile, ApiError> {
    let found = Profile::find(tx, merchant_id, Some(id))?;
    found.filter(|profile| !profile.is_deleted).ok_or(ApiError::NotFound("profile"))
}

fn show(merchant_id: &str, profile: &Profile) -> Value {
    let mut details = profile.details_in_full();
    if profile.standard_webhooks_secret.is_some() {
        details.set("standard_webhooks_secret", "set");
    }
    if details.value("return_sealing_key").is_some() {
        details.set("return_sealing_key", "set");
    }
    let mut shown = details.shown(FIELDS);
    if let Some(Value::Object(headers)) = shown.get_mut("outgoing_webhook_custom_http_headers") {
        headers.values_mut().for_each(|value| *value = json!(masked(value.as_str().unwrap_or_default())));
    }
    // What OwnGateway says of a profile that was told nothing.
    for (name, value) in shown.iter_mut().filter(|(_, value)| value.is_null()) {
        match name.as_str() {
            "session_expiry" => *value = json!(900),
            "use_billing_as_payment_method_billing" => *value = json!(true),
            name if name.starts_with("is_") => *value = json!(false),
            _ => {}
        }
    }
    shown.insert("merchant_id".to_owned(), json!(merchant_id));
    shown.insert("profile_id".to_owned(), json!(profile.id));
    Value::Object(shown)
}

/// A header's value may be a password: two letters at each end are enough to know it by.
fn masked(value: &str) -> String {
    let length = value.chars().count();
    let is_shown = |place: usize| length > 4 && (place < 2 || place + 2 >= length);
    value.chars().enumerate().map(|(place, letter)| if is_shown(place) { letter } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_shows_two_letters_at_each_end_and_a_short_one_none() {
        for (value, shown) in [("longvalue1", "lo******e1"), ("abcde", "ab*de"), ("abcd", "****"), ("", "")] {
            assert_eq!(masked(value), shown);
        }
    }
}
