//! The settings of `florin merchant`, each from a flag or the environment; secrets from the environment alone.

use std::time::Duration;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use florin_domain::checkout::CollectMode;
use florin_domain::mode::Mode;
use florin_merchant::{GatewayAccount, PAY_DEADLINE, ReturnScheme, Settings, ShopWebhook};
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::AmountExpected;
use florin_signing::sealed::SealingKey;
use florin_signing::standard_webhooks::Secret;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::keys::{self, Role};
use super::limits::LimitFlags;
use crate::configuration::{SecretName, Secrets};

/// The flags of `florin merchant`.
///
/// Secrets are never flags, which other users of a machine could read. They stand in the environment, or
/// under [secrets] in the file of --config: OWNGATEWAY_SECRET_KEY, OWNGATEWAY_HASH_KEYS (signs returns and
/// webhooks), FLORIN_SHOP_KEYS, and FLORIN_SHOP_WEBHOOK_SECRET where the shop hears of its orders. All but
/// the first take two, with a comma, during a rotation. docs/configuration.md has every setting.
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
    /// How the gateway sends browsers back: with facts it signed, with facts it sealed (the sandbox can), or with none
    #[arg(long, value_name = "HOW", env = "OWNGATEWAY_RETURNS", default_value = "signed")]
    returns: Returns,
    /// The profile has redirect_to_merchant_with_http_post: its returns carry no amount
    #[arg(long, env = "OWNGATEWAY_RETURNS_BY_POST")]
    returns_by_post: bool,
    /// Networks of proxies that are believed when they tell a shopper's address, such as 10.0.0.0/8
    #[arg(long, value_name = "NETWORK", env = "FLORIN_PROXIES", value_delimiter = ',')]
    proxy: Vec<IpNet>,
    #[command(flatten)]
    limits: LimitFlags,
    /// How long after a stop connections are still taken, while /ready says 503, in seconds
    #[arg(long, value_name = "SECONDS", env = "FLORIN_DRAIN", default_value_t = 0)]
    drain: u64,
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

/// [`ReturnScheme`] as a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Returns {
    Signed,
    Sealed,
    None,
}

impl MerchantFlags {
    /// The settings, or what is wrong with them.
    pub(crate) fn settings(&self, secrets: &Secrets) -> Result<Settings> {
        let mode = if self.live { Mode::Live } else { Mode::Test };
        let secret_key = secrets.one(SecretName::GatewayKey)?;
        let hash_keys = secrets.one_or_two(SecretName::HashKeys)?;
        let shop_keys = secrets.one_or_two(SecretName::ShopKeys)?;
        let metrics_key = secrets.find(SecretName::MetricsKey);
        let mut roles = vec![(Role::Gateway, secret_key.clone())];
        roles.extend(hash_keys.iter().cloned().map(|key| (Role::Hash, key)));
        roles.extend(shop_keys.iter().cloned().map(|key| (Role::Shop, key)));
        roles.extend(metrics_key.iter().cloned().map(|key| (Role::Metrics, key)));
        for (name, role) in
            [(SecretName::SealingKeys, Role::Sealing), (SecretName::ShopWebhookSecret, Role::ShopWebhook)]
        {
            if secrets.find(name).is_some() {
                roles.extend(secrets.one_or_two(name)?.into_iter().map(|key| (role, key)));
            }
        }
        keys::check(mode, &self.publishable_key, &roles)?;
        Ok(Settings {
            mode,
            public_url: self.public_url.clone(),
            frame_origin: self.frame.origin().ascii_serialization(),
            merchant_name: self.name.clone(),
            shop_keys,
            result_origins: self.shop.iter().map(|url| url.origin().ascii_serialization()).collect(),
            shop_webhook: self.shop_webhook(secrets)?,
            account: self.account(secret_key, &hash_keys, secrets)?,
            limits: self.limits.limits(),
            proxies: self.proxy.clone(),
            metrics_key,
            pay_deadline: PAY_DEADLINE,
        })
    }

    /// How long load balancers get to hear of a stop.
    pub(super) fn drain(&self) -> Duration {
        Duration::from_secs(self.drain)
    }

    fn shop_webhook(&self, secrets: &Secrets) -> Result<Option<ShopWebhook>> {
        let Some(url) = self.shop_webhook_url.clone() else { return Ok(None) };
        let texts = secrets.one_or_two(SecretName::ShopWebhookSecret)?;
        let parsed = texts.iter().map(|text| Secret::parse(text.expose_secret()));
        let secrets = parsed.collect::<Result<_, _>>().context(SecretName::ShopWebhookSecret.name())?;
        Ok(Some(ShopWebhook { url, secrets }))
    }

    fn account(
        &self,
        secret_key: SecretString,
        hash_keys: &[SecretString],
        secrets: &Secrets,
    ) -> Result<GatewayAccount> {
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
            returns: self.return_scheme(hash_keys, secrets)?,
            webhook_keys: signing_keys(hash_keys)?,
        })
    }

    fn return_scheme(&self, hash_keys: &[SecretString], secrets: &Secrets) -> Result<ReturnScheme> {
        let amount = if self.returns_by_post { AmountExpected::Forbidden } else { AmountExpected::Required };
        Ok(match self.returns {
            Returns::Signed => ReturnScheme::Signed { keys: signing_keys(hash_keys)?, amount },
            Returns::Sealed => {
                let texts = secrets.one_or_two(SecretName::SealingKeys)?;
                let keys = texts.into_iter().map(SealingKey::parse).collect::<Result<_, _>>();
                ReturnScheme::Sealed { keys: keys.context(SecretName::SealingKeys.name())? }
            }
            Returns::None => ReturnScheme::None,
        })
    }
}

fn signing_keys(hash_keys: &[SecretString]) -> Result<Vec<SigningKey>> {
    let keys = hash_keys.iter().map(|key| SigningKey::new(key.clone()));
    keys.collect::<Result<Vec<_>, _>>().context(SecretName::HashKeys.name())
}
