//! Everything a merchant server is told from outside. Secrets can't be printed.

use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::flow::Account;
use florin_domain::flow::open::Limits;
use florin_domain::ids::OrderId;
use florin_domain::mode::Mode;
use florin_signing::own_gateway::return_url::AmountExpected;
use florin_signing::sealed::SealingKey;
use florin_signing::{SigningKey, standard_webhooks};
use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

/// What a merchant server needs to know.
pub struct Settings {
    /// Test or live.
    pub mode: Mode,
    /// Where browsers and the gateway reach this server.
    pub public_url: Url,
    /// The frame host's exact origin: the only one that may call the browser's routes.
    pub frame_origin: String,
    /// Who sells, for the shopper to read.
    pub merchant_name: String,
    /// Any of these opens the shop's API; two during a rotation.
    pub shop_keys: Vec<SecretString>,
    /// The exact origins a `result_url` may have.
    pub result_origins: Vec<String>,
    /// Where events go.
    pub shop_webhook: Option<ShopWebhook>,
    /// The account that takes payments.
    pub account: GatewayAccount,
    /// How much is tried at most.
    pub limits: Limits,
    /// Proxies in front of this server: what they say of a shopper's address is believed, and nobody else.
    pub proxies: Vec<IpNet>,
    /// Opens `GET /metrics`, beside the shop keys.
    pub metrics_key: Option<SecretString>,
    /// How long a browser waits for the gateway at most: `attempts`, `pay` and `abandon` answer by then.
    pub pay_deadline: Duration,
}

impl Settings {
    /// The address that a gateway is given for an order's payments; the order is its only parameter.
    pub(crate) fn return_address(public_url: &str, order: &OrderId) -> String {
        format!("{}/checkout/return?order={order}", public_url.trim_end_matches('/'))
    }
}

/// Where the shop hears of its orders.
pub struct ShopWebhook {
    /// The receiver.
    pub url: Url,
    /// Each signs every event; two during a rotation.
    pub secrets: Vec<standard_webhooks::Secret>,
}

/// An account at OwnGateway.
pub struct GatewayAccount {
    /// Its name here; stands in every attempt's row.
    pub name: String,
    /// The gateway's origin, as servers reach it.
    pub base_url: Url,
    /// The gateway's origin, as the frame reaches it.
    pub browser_origin: String,
    /// As the gateway knows us.
    pub merchant_id: String,
    /// As the gateway knows this shop.
    pub profile_id: String,
    /// Moves money.
    pub secret_key: SecretString,
    /// Goes to browsers.
    pub publishable_key: String,
    /// How cards are handed over.
    pub collect: CollectMode,
    /// How browsers come back from the bank.
    pub returns: ReturnScheme,
    /// Verify webhooks; two during a rotation.
    pub webhook_keys: Vec<SigningKey>,
}

impl GatewayAccount {
    /// What a payment of this account must name.
    pub fn identity(&self) -> Account {
        Account { name: self.name.clone(), merchant_id: self.merchant_id.clone(), profile_id: self.profile_id.clone() }
    }
}

/// What a return URL of an account carries, and how it is verified.
pub enum ReturnScheme {
    /// OwnGateway's own: facts in the open, with a signature.
    Signed {
        /// Verify; two during a rotation.
        keys: Vec<SigningKey>,
        /// Whether the profile sends the amount.
        amount: AmountExpected,
    },
    /// One sealed parameter that nobody else can read.
    Sealed {
        /// Open; two during a rotation.
        keys: Vec<SealingKey>,
    },
    /// Nothing that could be believed: a return is no news.
    None,
}

/// The default of [`Settings::pay_deadline`]: the frame waits 30 s, so an answer at 25 s still arrives.
pub const PAY_DEADLINE: Duration = Duration::from_secs(25);
