//! A profile: where a merchant's shoppers and webhooks go, how both are signed, what is allowed.

use florin_signing::SigningKey;
use florin_signing::sealed::SealingKey;
use florin_store::{Row, StoreError, Tx, params};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::wire::document::Document;

/// One shop of a merchant.
#[derive(Clone)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) connector_id: String,
    pub(crate) return_url: Option<String>,
    pub(crate) webhook_url: Option<String>,
    pub(crate) return_hash_key: SigningKey,
    hash_key_text: SecretString,
    pub(crate) sign_returns: bool,
    /// Seals what returns say, instead of signing it.
    pub(crate) sealing_key: Option<SealingKey>,
    sealing_key_text: Option<SecretString>,
    pub(crate) return_with_http_post: bool,
    pub(crate) manual_retry: bool,
    pub(crate) three_ds_needs_browser: bool,
    pub(crate) connector_name: String,
    /// Tells of every change, not once for an object and a type.
    pub(crate) tells_every_change: bool,
    /// Signs the Standard Webhooks headers; none are sent without.
    pub(crate) standard_webhooks_secret: Option<SecretString>,
    pub(crate) is_deleted: bool,
    /// Everything the profile's own routes were told, as it was told.
    pub(crate) details: Document,
}

/// What `return_scheme` may say.
pub(super) const SIGNED: &str = "signed";
pub(super) const SEALED: &str = "sealed";

const COLUMNS_BY_ID: &str = "SELECT * FROM profiles WHERE merchant_id = $1 AND profile_id = $2";

const FIRST: &str = "SELECT * FROM profiles WHERE merchant_id = $1 AND deleted = 0 ORDER BY created_at, profile_id";

impl Profile {
    /// The profile of this id, or the merchant's first when none is named.
    pub(crate) fn find(tx: &mut Tx<'_>, merchant: &str, id: Option<&str>) -> Result<Option<Self>, StoreError> {
        let row = match id {
            Some(id) => tx.first(COLUMNS_BY_ID, params![merchant, id])?,
            None => tx.first(FIRST, params![merchant])?,
        };
        row.as_ref().map(Self::read).transpose()
    }

    /// Every profile that takes payments, the oldest first.
    pub(super) fn all(tx: &mut Tx<'_>, merchant: &str) -> Result<Vec<Self>, StoreError> {
        tx.all(FIRST, params![merchant])?.iter().map(Self::read).collect()
    }

    /// The key that signs, as an operator reads it.
    pub(super) fn hash_key_text(&self) -> String {
        self.hash_key_text.expose_secret().to_owned()
    }

    /// What the profile's routes were told, with what has columns of its own.
    pub(super) fn details_in_full(&self) -> Document {
        let mut details = self.details.clone();
        details.set("enable_payment_response_hash", self.sign_returns);
        details.set("redirect_to_merchant_with_http_post", self.return_with_http_post);
        details.set("is_manual_retry_enabled", self.manual_retry);
        details.set("three_ds_needs_browser", self.three_ds_needs_browser);
        details.set("webhook_mode", if self.tells_every_change { "every_change" } else { "faithful" });
        details.set("payment_response_hash_key", self.hash_key_text());
        if let Some(url) = &self.return_url {
            details.set("return_url", url.clone());
        }
        if let Some(url) = &self.webhook_url {
            let mut webhook = details.value("webhook_details").cloned().unwrap_or_else(|| json!({}));
            webhook["webhook_url"] = json!(url);
            details.set("webhook_details", webhook);
        }
        if let Some(key) = &self.sealing_key_text {
            details.set("return_sealing_key", key.expose_secret());
        }
        if self.sealing_key.is_some() {
            details.set("return_scheme", SEALED);
        }
        if let Some(secret) = &self.standard_webhooks_secret {
            details.set("standard_webhooks_secret", secret.expose_secret());
        }
        details
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let key: String = row.get("return_hash_key")?;
        let sealing_key_text = row.get::<Option<String>>("return_sealing_key")?.map(SecretString::from);
        let is_sealed = row.get::<String>("return_scheme")? == SEALED;
        let sealing_key = sealing_key_text.clone().filter(|_| is_sealed).map(SealingKey::parse).transpose();
        Ok(Self {
            id: row.get("profile_id")?,
            connector_id: row.get("connector_id")?,
            return_url: row.get("return_url")?,
            webhook_url: row.get("webhook_url")?,
            hash_key_text: SecretString::from(key.as_str()),
            return_hash_key: SigningKey::new(key).map_err(|error| StoreError::Corrupt(error.to_string()))?,
            sign_returns: row.get("sign_returns")?,
            sealing_key: sealing_key.map_err(|error| StoreError::Corrupt(error.to_string()))?,
            sealing_key_text,
            return_with_http_post: row.get("return_with_http_post")?,
            manual_retry: row.get("manual_retry")?,
            three_ds_needs_browser: row.get("three_ds_needs_browser")?,
            connector_name: row.get("connector_name")?,
            tells_every_change: row.get("tells_every_change")?,
            standard_webhooks_secret: row.get::<Option<String>>("standard_webhooks_secret")?.map(SecretString::from),
            is_deleted: row.get("deleted")?,
            details: Document::read(&row.get::<String>("details")?)?,
        })
    }
}
