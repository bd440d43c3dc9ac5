//! A profile: where a merchant's shoppers and webhooks go, how both are signed, what is allowed.

use florin_signing::SigningKey;
use florin_store::{Row, StoreError, Tx, params};

/// One shop of a merchant.
#[derive(Clone)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) connector_id: String,
    pub(crate) return_url: Option<String>,
    pub(crate) webhook_url: Option<String>,
    pub(crate) return_hash_key: SigningKey,
    pub(crate) sign_returns: bool,
    pub(crate) return_with_http_post: bool,
    pub(crate) manual_retry: bool,
    pub(crate) three_ds_needs_browser: bool,
}

const COLUMNS_BY_ID: &str = "SELECT * FROM profiles WHERE merchant_id = $1 AND profile_id = $2";

const FIRST: &str = "SELECT * FROM profiles WHERE merchant_id = $1 ORDER BY profile_id";

impl Profile {
    /// The profile of this id, or the merchant's first when none is named.
    pub(crate) fn find(tx: &mut Tx<'_>, merchant: &str, id: Option<&str>) -> Result<Option<Self>, StoreError> {
        let row = match id {
            Some(id) => tx.first(COLUMNS_BY_ID, params![merchant, id])?,
            None => tx.first(FIRST, params![merchant])?,
        };
        row.as_ref().map(Self::read).transpose()
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let key: String = row.get("return_hash_key")?;
        Ok(Self {
            id: row.get("profile_id")?,
            connector_id: row.get("connector_id")?,
            return_url: row.get("return_url")?,
            webhook_url: row.get("webhook_url")?,
            return_hash_key: SigningKey::new(key).map_err(|error| StoreError::Corrupt(error.to_string()))?,
            sign_returns: row.get("sign_returns")?,
            return_with_http_post: row.get("return_with_http_post")?,
            manual_retry: row.get("manual_retry")?,
            three_ds_needs_browser: row.get("three_ds_needs_browser")?,
        })
    }
}
