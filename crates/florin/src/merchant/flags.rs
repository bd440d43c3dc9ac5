//! The settings of `florin merchant`, each from a flag or the environment; secrets from the environment alone.

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_domain::mode::Mode;
use florin_merchant::{GatewayAccount, PAY_DEADLINE, Settings, ShopWebhook};
use florin_signing::SigningKey;
use florin_signing::standard_webhooks::Secret;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::keys::{self, Role};

/// The flags of `florin merchant`.
///
/// Secrets are never flags, which other users of a machine could read. They stand in the environment:
/// OWNGATEWAY_SECRET_KEY, OWNGATEWAY_HASH_KEYS (signs returns and webhooks), FLORIN_SHOP_KEYS and
/// FLORIN_SHOP_WEBHOOK_SECRET. OWNGATEWAY_HASH_KEYS and FLORIN_SHOP_KEYS take two, with a comma, during
/// a rotation.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct MerchantFlags {
    /// Where to listen: an address and a port
    #[arg(long, value_name = "ADDR", env = "FLORIN_MERCHANT_LISTEN", default_value = "127.0.0.1:4242")]
    pub(super) listen: String,
    /// The database: a path, sqlite:/path or postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(super) database: String,
    /// Where browsers and the gateway reach this server
    #[arg(long, value_name = "URL", env = "FLORIN_PUBLIC_URL")]
    public_url: Url,
    /// The frame host's origin
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_FRAME")]
    frame: Url,
    /// Who sells, for the shopper to read
    #[arg(long, value_name = "NAME", env = "FLORIN_MERCHANT_NAME")]
    name: String,
    /// Origins of shops that shoppers may be sent back to
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_SHOPS", value_delimiter = ',')]
    shop: Vec<Url>,
    /// Where the shop hears of its orders
    #[arg(long, value_name = "URL", env = "FLORIN_SHOP_WEBHOOK_URL")]
    shop_webhook_url: Option<Url>,
    /// The gateway, as this server reaches it
    #[arg(long, value_name = "URL", env = "OWNGATEWAY_BASE_URL")]
    gateway: Url,
    /// The gateway's origin as browsers reach it, where that differs
    #[arg(long, value_name = "ORIGIN", env = "OWNGATEWAY_BROWSER_ORIGIN")]
    gateway_in_browser: Option<Url>,
    /// The merchant account at the gateway
    #[arg(long, value_name = "ID", env = "OWNGATEWAY_MERCHANT_ID")]
    merchant_id: String,
    /// The business profile at the gateway: the application of this shop
    #[arg(long, value_name = "ID", env = "OWNGATEWAY_PROFILE_ID")]
    profile_id: String,
    /// The key that goes to browsers
    #[arg(long, value_name = "KEY", env = "OWNGATEWAY_PUBLISHABLE_KEY")]
    publishable_key: String,
    /// How cards reach the gateway; a real OwnGateway offers confirm
    #[arg(long, value_name = "WAY", env = "FLORIN_COLLECT", default_value = "confirm")]
    collect: Collect,
    /// Real money; without it, pretended
    #[arg(long, env = "FLORIN_LIVE")]
    live: bool,
}

/// [`CollectMode`] as a flag, as far as OwnGateway's adapter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Collect {
    Token,
    Confirm,
}

impl MerchantFlags {
    /// The settings, or what is wrong with them.
    pub(super) fn settings(&self) -> Result<Settings> {
        let mode = if self.live { Mode::Live } else { Mode::Test };
        let secret_key = secret("OWNGATEWAY_SECRET_KEY")?;
        let hash_keys = secrets("OWNGATEWAY_HASH_KEYS")?;
        let shop_keys = secrets("FLORIN_SHOP_KEYS")?;
        let mut roles = vec![(Role::Gateway, secret_key.clone())];
        roles.extend(hash_keys.iter().cloned().map(|key| (Role::Hash, key)));
        roles.extend(shop_keys.iter().cloned().map(|key| (Role::Shop, key)));
        keys::check(mode, &self.publishable_key, &roles)?;
        Ok(Settings {
            mode,
            public_url: self.public_url.clone(),
            frame_origin: self.frame.origin().ascii_serialization(),
            merchant_name: self.name.clone(),
            shop_keys,
            result_origins: self.shop.iter().map(|url| url.origin().ascii_serialization()).collect(),
            shop_webhook: self.shop_webhook()?,
            account: self.account(secret_key, &hash_keys)?,
            limits: Limits::default(),
            pay_deadline: PAY_DEADLINE,
        })
    }

    fn shop_webhook(&self) -> Result<Option<ShopWebhook>> {
        let Some(url) = self.shop_webhook_url.clone() else { return Ok(None) };
        let text = secret("FLORIN_SHOP_WEBHOOK_SECRET")?;
        let secret = Secret::parse(text.expose_secret()).context("FLORIN_SHOP_WEBHOOK_SECRET")?;
        Ok(Some(ShopWebhook { url, secret }))
    }

    fn account(&self, secret_key: SecretString, hash_keys: &[SecretString]) -> Result<GatewayAccount> {
        let signing = || {
            let keys = hash_keys.iter().map(|key| SigningKey::new(key.clone()));
            keys.collect::<Result<Vec<_>, _>>().context("OWNGATEWAY_HASH_KEYS")
        };
        let in_browser = self.gateway_in_browser.as_ref().unwrap_or(&self.gateway);
        Ok(GatewayAccount {
            name: "owngateway".to_owned(),
            base_url: self.gateway.clone(),
            browser_origin: in_browser.origin().ascii_serialization(),
            merchant_id: self.merchant_id.clone(),
            profile_id: self.profile_id.clone(),
            secret_key,
            publishable_key: self.publishable_key.clone(),
            collect: match self.collect {
                Collect::Token => CollectMode::Token,
                Collect::Confirm => CollectMode::Confirm,
            },
            return_keys: signing()?,
            webhook_keys: signing()?,
        })
    }
}

/// A secret of the environment; an empty one is a missing one.
fn secret(name: &str) -> Result<SecretString> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(SecretString::from(value)),
        _ => bail!("{name} is missing: set it in the environment"),
    }
}

/// One secret, or two with a comma between.
fn secrets(name: &str) -> Result<Vec<SecretString>> {
    let both = secret(name)?;
    let parts: Vec<_> = both.expose_secret().split(',').map(str::trim).map(SecretString::from).collect();
    if parts.len() > 2 || parts.iter().any(|part| part.expose_secret().is_empty()) {
        bail!("{name} takes one secret, or two with a comma between");
    }
    Ok(parts)
}
