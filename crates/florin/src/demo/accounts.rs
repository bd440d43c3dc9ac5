//! What merchant server and gateway are told of each other, from the one record.

use anyhow::{Context, Result};
use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_gateway::{Provision, Switches};
use florin_merchant::{GatewayAccount, PAY_DEADLINE, ReturnScheme, ShopWebhook};
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::AmountExpected;
use url::Url;

use super::flags::{Collect, LimitSwitch};
use super::record::Record;
use crate::shop::{self, ShopSecret};

/// The name of the one gateway account in the merchant server's rows.
const ACCOUNT: &str = "owngateway";

/// How the gateway is set up.
pub(super) fn gateway_settings(record: &Record, limits: LimitSwitch) -> Result<florin_gateway::Settings> {
    let admin_key = record.admin_key.as_str().into();
    let settings = florin_gateway::Settings::new(&record.gateway_url, admin_key, record.mode)?
        .allow_browsers(std::slice::from_ref(&record.frame_url))?
        .allow_framing(&[record.frame_url.clone(), record.shop_url.clone(), record.merchant_url.clone()])?;
    let settings = if is_on_this_machine(record) { settings.open_sandbox_page() } else { settings };
    Ok(match limits {
        LimitSwitch::On => settings,
        LimitSwitch::Off => settings.lift_limits(),
    })
}

/// Whether nobody else reaches the gateway: then its sandbox page asks for no key.
fn is_on_this_machine(record: &Record) -> bool {
    let url = Url::parse(&record.gateway_url).ok();
    url.is_some_and(|url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    })
}

/// The shop's account at the gateway.
pub(super) fn gateway_account(record: &Record) -> Provision {
    Provision {
        merchant_id: record.merchant_id.clone(),
        merchant_name: shop::NAME.to_owned(),
        profile_id: record.profile_id.clone(),
        secret_key: record.secret_key.as_str().into(),
        publishable_key: record.publishable_key.clone(),
        return_hash_key: record.return_hash_key.as_str().into(),
        webhook_url: Some(format!("{}/webhooks/gateway", record.merchant_url)),
        // Every payment says where its shopper returns to.
        return_url: None,
        switches: Switches::default(),
    }
}

/// How the merchant server is set up.
pub(super) fn merchant_settings(record: &Record, limits: LimitSwitch) -> Result<florin_merchant::Settings> {
    Ok(florin_merchant::Settings {
        mode: record.mode,
        public_url: Url::parse(&record.merchant_url).context("merchant_url")?,
        frame_origin: record.frame_url.clone(),
        merchant_name: shop::NAME.to_owned(),
        shop_keys: vec![record.shop_key.as_str().into()],
        result_origins: vec![record.shop_url.clone()],
        shop_webhook: Some(ShopWebhook {
            url: Url::parse(&record.shop_webhook_url).context("shop_webhook_url")?,
            secrets: vec![ShopSecret::parse(&record.shop_webhook_secret).context("shop_webhook_secret")?],
        }),
        account: account_at_gateway(record)?,
        limits: match limits {
            LimitSwitch::On => Limits::default(),
            LimitSwitch::Off => Limits::lifted(),
        },
        proxies: Vec::new(),
        metrics_key: None,
        pay_deadline: PAY_DEADLINE,
    })
}

fn account_at_gateway(record: &Record) -> Result<GatewayAccount> {
    Ok(GatewayAccount {
        name: ACCOUNT.to_owned(),
        base_url: Url::parse(&record.gateway_url).context("gateway_url")?,
        browser_origin: record.gateway_url.clone(),
        merchant_id: record.merchant_id.clone(),
        profile_id: record.profile_id.clone(),
        secret_key: record.secret_key.as_str().into(),
        publishable_key: record.publishable_key.clone(),
        collect: match record.collect_mode {
            Collect::Token => CollectMode::Token,
            Collect::Confirm => CollectMode::Confirm,
        },
        returns: ReturnScheme::Signed {
            keys: vec![SigningKey::new(record.return_hash_key.clone()).context("return_hash_key")?],
            amount: AmountExpected::Required,
        },
        webhook_keys: vec![SigningKey::new(record.webhook_key.clone()).context("webhook_key")?],
    })
}
