//! What an operator decides: addresses, the admin key, which browsers may call.

use std::time::Duration;

use florin_domain::mode::Mode;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::vault::VaultKeys;

/// A shorter admin key could be guessed.
const SHORTEST_ADMIN_KEY: usize = 16;

/// OwnGateway's limit on tokens is unknown to us; ours leaves room for typing mistakes, not for
/// testing stolen cards.
const TOKENS_PER_PAYMENT: u32 = 20;

/// How a gateway is set up. Checked when made.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(crate) public_url: String,
    pub(crate) admin_key: SecretString,
    pub(crate) browser_origins: Vec<String>,
    pub(crate) framing_origins: Vec<String>,
    pub(crate) tokens_per_payment: u32,
    pub(crate) decline_limits: DeclineLimits,
    /// Whoever can read the sandbox's page may use its forms.
    pub(crate) open_sandbox_page: bool,
    /// Without them no card is kept beyond its payment.
    pub(crate) vault_keys: Option<VaultKeys>,
}

/// How many declines look like somebody testing stolen cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclineLimits {
    /// On one payment, ever.
    pub per_payment: i64,
    /// On one profile, within `window`.
    pub per_profile: i64,
    /// How far back declines count.
    pub window: Duration,
}

impl Default for DeclineLimits {
    fn default() -> Self {
        Self { per_payment: 10, per_profile: 300, window: Duration::from_secs(600) }
    }
}

/// Why a gateway can't be set up so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not `http://host` or `https://host`, with a port where needed, and nothing after it.
    #[error("{0:?} is not an origin such as http://127.0.0.1:4243")]
    NotAnOrigin(String),
    /// Too short to be a secret.
    #[error("the admin key needs at least {SHORTEST_ADMIN_KEY} characters")]
    AdminKeyTooShort,
    /// There is no issuer behind this gateway.
    #[error("the sandbox gateway approves pretended money; it does not run in live mode")]
    LiveMode,
}

impl Settings {
    /// `public_url` is the origin that shoppers' browsers reach this gateway at.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn new(public_url: &str, admin_key: SecretString, mode: Mode) -> Result<Self, SettingsError> {
        if mode == Mode::Live {
            return Err(SettingsError::LiveMode);
        }
        if admin_key.expose_secret().len() < SHORTEST_ADMIN_KEY {
            return Err(SettingsError::AdminKeyTooShort);
        }
        Ok(Self {
            public_url: origin(public_url)?,
            admin_key,
            browser_origins: Vec::new(),
            framing_origins: Vec::new(),
            tokens_per_payment: TOKENS_PER_PAYMENT,
            decline_limits: DeclineLimits::default(),
            open_sandbox_page: false,
            vault_keys: None,
        })
    }

    /// Origins whose scripts may call with a publishable key: the frame host's.
    ///
    /// # Errors
    /// Something that is no origin; `*` is none.
    pub fn allow_browsers(mut self, origins: &[String]) -> Result<Self, SettingsError> {
        self.browser_origins = origins.iter().map(|text| origin(text)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Origins of every page that may stand around the bank's page: the frame host's and the shop's.
    ///
    /// # Errors
    /// Something that is no origin; `*` is none.
    pub fn allow_framing(mut self, origins: &[String]) -> Result<Self, SettingsError> {
        self.framing_origins = origins.iter().map(|text| origin(text)).collect::<Result<_, _>>()?;
        Ok(self)
    }

    /// Opens the sandbox's page: its forms work without the admin key. For a demo on one machine.
    #[must_use]
    pub fn open_sandbox_page(mut self) -> Self {
        self.open_sandbox_page = true;
        self
    }

    /// Lets the vault keep cards that a shopper wants to be kept.
    #[must_use]
    pub fn with_vault_keys(mut self, keys: VaultKeys) -> Self {
        self.vault_keys = Some(keys);
        self
    }

    /// Sets how many declines are too many.
    #[must_use]
    pub fn limit_declines(mut self, limits: DeclineLimits) -> Self {
        self.decline_limits = limits;
        self
    }

    /// Takes any number of tokens for a payment, and any number of declines: for load generators.
    #[must_use]
    pub fn lift_limits(mut self) -> Self {
        self.tokens_per_payment = u32::MAX;
        self.decline_limits.per_payment = i64::MAX;
        self.decline_limits.per_profile = i64::MAX;
        self
    }
}

/// The text as browsers write an origin: scheme, host, port where it is not the usual one.
fn origin(text: &str) -> Result<String, SettingsError> {
    let refused = || SettingsError::NotAnOrigin(text.to_owned());
    let url = Url::parse(text).map_err(|_| refused())?;
    let is_web = matches!(url.scheme(), "http" | "https");
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    if is_web && is_bare && is_anonymous { Ok(url.origin().ascii_serialization()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str, key: &str, mode: Mode) -> Result<Settings, SettingsError> {
        Settings::new(url, SecretString::from(key), mode)
    }

    #[test]
    fn addresses_are_origins_and_nothing_more() {
        let key = "an admin key of some length";
        assert_eq!(settings("http://127.0.0.1:4243/", key, Mode::Test).unwrap().public_url, "http://127.0.0.1:4243");
        for text in ["", "*", "127.0.0.1:4243", "ftp://host", "http://host/path", "http://u:p@host", "http://host?x=1"]
        {
            assert_eq!(settings(text, key, Mode::Test).unwrap_err(), SettingsError::NotAnOrigin(text.to_owned()));
        }
        let sound = settings("https://pay.example", key, Mode::Test).unwrap();
        assert!(sound.allow_browsers(&["*".to_owned()]).is_err());
    }

    #[test]
    fn weak_keys_and_live_mode_are_refused() {
        let url = "http://127.0.0.1:4243";
        assert_eq!(settings(url, "", Mode::Test).unwrap_err(), SettingsError::AdminKeyTooShort);
        assert_eq!(settings(url, "test_admin", Mode::Test).unwrap_err(), SettingsError::AdminKeyTooShort);
        assert_eq!(settings(url, "an admin key of some length", Mode::Live).unwrap_err(), SettingsError::LiveMode);
    }
}
