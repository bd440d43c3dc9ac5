//! What the shop is told: here the demo's file; in production the environment.

use std::path::Path;

use anyhow::{Context, Result};
use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_domain::mode::Mode;
use florin_merchant::{GatewayAccount, PAY_DEADLINE, ReturnScheme, Settings, ShopWebhook};
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::AmountExpected;
use florin_signing::standard_webhooks::Secret;
use serde::Deserialize;
use url::Url;

/// The part of `demo.json` that a shop with a merchant server in it needs. Holds keys, so it does not print.
#[derive(Deserialize)]
pub(crate) struct Config {
    pub(crate) shop_url: String,
    pub(crate) merchant_url: String,
    pub(crate) frame_url: String,
    pub(crate) shop_key: String,
    pub(crate) shop_webhook_url: String,
    pub(crate) shop_webhook_secret: String,
    pub(crate) merchant_database: String,
    gateway_url: String,
    collect_mode: CollectMode,
    secret_key: String,
    publishable_key: String,
    merchant_id: String,
    profile_id: String,
    return_hash_key: String,
}

impl Config {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).ok().with_context(|| format!("{} is not a demo's file", path.display()))
    }

    /// `localhost:4241`
    pub(crate) fn socket(url: &str) -> Result<String> {
        let url = Url::parse(url)?;
        let host = url.host_str().context("an address without a host")?;
        Ok(format!("{host}:{}", url.port_or_known_default().context("an address without a port")?))
    }

    pub(crate) fn settings(&self) -> Result<Settings> {
        let secret = Secret::parse(&self.shop_webhook_secret)?;
        Ok(Settings {
            mode: Mode::Test,
            public_url: Url::parse(&self.merchant_url)?,
            frame_origin: self.frame_url.clone(),
            merchant_name: "An example shop".to_owned(),
            shop_keys: vec![self.shop_key.as_str().into()],
            result_origins: vec![self.shop_url.clone()],
            shop_webhook: Some(ShopWebhook { url: Url::parse(&self.shop_webhook_url)?, secrets: vec![secret] }),
            account: self.account()?,
            limits: Limits::default(),
            proxies: Vec::new(),
            metrics_key: None,
            pay_deadline: PAY_DEADLINE,
        })
    }

    fn account(&self) -> Result<GatewayAccount> {
        let key = || SigningKey::new(self.return_hash_key.clone());
        Ok(GatewayAccount {
            // As the demo names it: orders of before are this account's.
            name: "owngateway".to_owned(),
            base_url: Url::parse(&self.gateway_url)?,
            browser_origin: self.gateway_url.clone(),
            merchant_id: self.merchant_id.clone(),
            profile_id: self.profile_id.clone(),
            secret_key: self.secret_key.as_str().into(),
            publishable_key: self.publishable_key.clone(),
            collect: self.collect_mode,
            returns: ReturnScheme::Signed { keys: vec![key()?], amount: AmountExpected::Required },
            webhook_keys: vec![key()?],
        })
    }
}
