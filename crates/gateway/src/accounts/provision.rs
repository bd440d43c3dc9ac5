//! Makes a merchant account with its profile and keys, or brings an existing one up to date.

use florin_store::{StoreError, Tx, params};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::authenticate::{PUBLISHABLE_PREFIX, key_hash};
use crate::gateway::Gateway;
use crate::wire::text::check_id;

/// A shorter key could be guessed; OwnGateway's have 64 characters behind a prefix.
const SHORTEST_KEY: usize = 32;

/// An account to be made.
#[derive(Debug, Clone)]
pub struct Provision {
    /// The account, such as `merchant_1`.
    pub merchant_id: String,
    /// For people: shown on the bank's page.
    pub merchant_name: String,
    /// The account's one profile, such as `pro_1`.
    pub profile_id: String,
    /// For the merchant's server. Kept as a hash only.
    pub secret_key: SecretString,
    /// For browsers; begins with `pk_`.
    pub publishable_key: String,
    /// Signs return URLs and webhooks.
    pub return_hash_key: SecretString,
    /// Where events go; none are sent without.
    pub webhook_url: Option<String>,
    /// Where shoppers go when their payment does not say.
    pub return_url: Option<String>,
    /// What the profile does.
    pub switches: Switches,
}

/// What a profile does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switches {
    /// `enable_payment_response_hash`: return URLs are signed.
    pub sign_returns: bool,
    /// `redirect_to_merchant_with_http_post`: return URLs carry no amount.
    pub return_with_http_post: bool,
    /// `is_manual_retry_enabled`: a declined payment takes another card.
    pub manual_retry: bool,
    /// A challenge needs `browser_info` with the shopper's address.
    pub three_ds_needs_browser: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { sign_returns: true, return_with_http_post: false, manual_retry: false, three_ds_needs_browser: true }
    }
}

/// Why an account was not made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Not an id OwnGateway would take.
    #[error("{0} must be 1 to 64 letters, digits, _ and -")]
    BadId(&'static str),
    /// Too short to be a secret.
    #[error("{0} needs at least {SHORTEST_KEY} characters")]
    KeyTooShort(&'static str),
    /// Browsers and servers would be told apart no more.
    #[error("publishable_key must begin with pk_, and secret_key must not")]
    KeysMixedUp,
    /// Not a web address.
    #[error("{0} is not a web address")]
    BadUrl(&'static str),
    /// The profile or a key is another account's.
    #[error("{0} belongs to another account")]
    Taken(&'static str),
    /// The database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the account, or brings it up to date; a secret key given here earlier stops working.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn provision(gateway: &Gateway, account: Provision) -> Result<(), ProvisionError> {
    check(&account)?;
    gateway.store.write(move |tx| save(tx, &account)).await
}

fn check(account: &Provision) -> Result<(), ProvisionError> {
    for (field, id) in [("merchant_id", &account.merchant_id), ("profile_id", &account.profile_id)] {
        check_id(field, id).map_err(|_| ProvisionError::BadId(field))?;
    }
    let secret = account.secret_key.expose_secret();
    let signing = account.return_hash_key.expose_secret();
    for (field, key) in [("secret_key", secret), ("return_hash_key", signing)] {
        if key.len() < SHORTEST_KEY {
            return Err(ProvisionError::KeyTooShort(field));
        }
    }
    if secret.starts_with(PUBLISHABLE_PREFIX) || !account.publishable_key.starts_with(PUBLISHABLE_PREFIX) {
        return Err(ProvisionError::KeysMixedUp);
    }
    for (field, url) in [("webhook_url", &account.webhook_url), ("return_url", &account.return_url)] {
        let is_web = |url: &String| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if url.as_ref().is_some_and(|url| !is_web(url)) {
            return Err(ProvisionError::BadUrl(field));
        }
    }
    Ok(())
}

fn save(tx: &mut Tx<'_>, account: &Provision) -> Result<(), ProvisionError> {
    save_merchant(tx, account)?;
    save_secret_key(tx, account)?;
    save_profile(tx, account)
}

fn save_merchant(tx: &mut Tx<'_>, account: &Provision) -> Result<(), ProvisionError> {
    let others = tx.first(
        "SELECT merchant_id FROM merchants WHERE publishable_key = $1 AND merchant_id <> $2",
        params![&account.publishable_key, &account.merchant_id],
    )?;
    if others.is_some() {
        return Err(ProvisionError::Taken("publishable_key"));
    }
    tx.execute(
        "INSERT INTO merchants (merchant_id, name, publishable_key) VALUES ($1, $2, $3)
         ON CONFLICT (merchant_id) DO UPDATE SET name = $2, publishable_key = $3",
        params![&account.merchant_id, &account.merchant_name, &account.publishable_key],
    )?;
    Ok(())
}

fn save_secret_key(tx: &mut Tx<'_>, account: &Provision) -> Result<(), ProvisionError> {
    let hash = key_hash(account.secret_key.expose_secret());
    tx.execute(
        "DELETE FROM secret_keys WHERE merchant_id = $1 AND key_hash <> $2 AND key_id IS NULL",
        params![&account.merchant_id, &hash],
    )?;
    tx.execute(
        "INSERT INTO secret_keys (key_hash, merchant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        params![&hash, &account.merchant_id],
    )?;
    let ours = tx.first(
        "SELECT key_hash FROM secret_keys WHERE key_hash = $1 AND merchant_id = $2",
        params![&hash, &account.merchant_id],
    )?;
    ours.map(|_| ()).ok_or(ProvisionError::Taken("secret_key"))
}

fn save_profile(tx: &mut Tx<'_>, account: &Provision) -> Result<(), ProvisionError> {
    let switches = account.switches;
    let touched = tx.execute(
        "INSERT INTO profiles (profile_id, merchant_id, connector_id, return_url, webhook_url, return_hash_key,
             sign_returns, return_with_http_post, manual_retry, three_ds_needs_browser)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (profile_id) DO UPDATE SET connector_id = $3, return_url = $4, webhook_url = $5,
             return_hash_key = $6, sign_returns = $7, return_with_http_post = $8, manual_retry = $9,
             three_ds_needs_browser = $10
         WHERE profiles.merchant_id = $2",
        params![
            &account.profile_id,
            &account.merchant_id,
            format!("mca_{}", account.profile_id),
            &account.return_url,
            &account.webhook_url,
            account.return_hash_key.expose_secret(),
            switches.sign_returns,
            switches.return_with_http_post,
            switches.manual_retry,
            switches.three_ds_needs_browser,
        ],
    )?;
    if touched == 1 { Ok(()) } else { Err(ProvisionError::Taken("profile_id")) }
}
