//! The settings of `florin gateway`, each from a flag or the environment; secrets from the environment alone.

use anyhow::{Context, Result};
use clap::Args;
use florin_domain::mode::Mode;
use florin_gateway::{Settings, VaultKeys};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::configuration::{SecretName, Secrets};

/// The flags of `florin gateway`.
///
/// Secrets are never flags, which other users of a machine could read. They stand in the environment, or
/// under [secrets] in the file of --config: FLORIN_ADMIN_KEY makes accounts and drives the sandbox; with
/// FLORIN_VAULT_FINGERPRINT_KEY and FLORIN_VAULT_MASTER_KEYS cards can be saved.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct GatewayFlags {
    /// Where to listen: an address and a port
    #[arg(long, value_name = "ADDR", env = "FLORIN_GATEWAY_LISTEN", default_value = "127.0.0.1:4243")]
    pub(super) listen: String,
    /// The database: a path, sqlite:/path or postgres://user:password@host/database
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    pub(super) database: String,
    /// The origin at which browsers and servers reach this gateway
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_GATEWAY_URL")]
    public_url: Url,
    /// Origins whose scripts may call: the frame host's
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_FRAME", value_delimiter = ',')]
    frame: Vec<Url>,
    /// Origins of other pages that may stand around the bank's page: the shops'
    #[arg(long, value_name = "ORIGIN", env = "FLORIN_SHOPS", value_delimiter = ',')]
    shop: Vec<Url>,
}

impl GatewayFlags {
    /// The settings, or what is wrong with them.
    pub(super) fn settings(&self, secrets: &Secrets) -> Result<Settings> {
        let origin = |url: &Url| url.origin().ascii_serialization();
        let frames: Vec<_> = self.frame.iter().map(origin).collect();
        let around: Vec<_> = self.frame.iter().chain(&self.shop).map(origin).collect();
        let admin_key = secrets.one(SecretName::AdminKey)?;
        let settings = Settings::new(self.public_url.as_str(), admin_key, Mode::Test)?
            .allow_browsers(&frames)?
            .allow_framing(&around)?;
        Ok(match vault_keys(secrets)? {
            Some(keys) => settings.with_vault_keys(keys),
            None => settings,
        })
    }
}

/// Both of the vault's secrets, or neither.
fn vault_keys(secrets: &Secrets) -> Result<Option<VaultKeys>> {
    let (fingerprint, masters) = (SecretName::VaultFingerprintKey, SecretName::VaultMasterKeys);
    if secrets.find(fingerprint).is_none() && secrets.find(masters).is_none() {
        return Ok(None);
    }
    let versions = secrets.one(masters)?;
    let versions = versions.expose_secret().split(',').map(version).collect::<Option<Vec<_>>>();
    let versions = versions.with_context(|| format!("{} is written 1:key,2:key", masters.name()))?;
    Ok(Some(VaultKeys::new(&secrets.one(fingerprint)?, &versions)?))
}

fn version(text: &str) -> Option<(u32, SecretString)> {
    let (version, key) = text.trim().split_once(':')?;
    Some((version.parse().ok()?, SecretString::from(key)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn flags() -> GatewayFlags {
        let url = |text: &str| Url::parse(text).unwrap();
        GatewayFlags {
            listen: "127.0.0.1:0".to_owned(),
            database: "gateway.db".to_owned(),
            public_url: url("https://gateway.example"),
            frame: vec![url("https://frame.example")],
            shop: Vec::new(),
        }
    }

    fn told(secrets: &[(SecretName, String)]) -> Result<Settings> {
        let secrets = secrets.iter().map(|(name, text)| (*name, SecretString::from(text.as_str())));
        flags().settings(&Secrets::beside(secrets.collect::<BTreeMap<_, _>>()))
    }

    #[test]
    fn an_admin_key_is_needed_and_vault_keys_come_together_or_not_at_all() {
        let admin = (SecretName::AdminKey, "an admin key of some length".to_owned());
        let key = |last: u8| format!("{:062x}{last:02x}", 0xf10_u16);
        let print = (SecretName::VaultFingerprintKey, key(1));
        let masters = |text: String| (SecretName::VaultMasterKeys, text);
        assert!(told(&[]).unwrap_err().to_string().contains("FLORIN_ADMIN_KEY"));
        assert!(told(std::slice::from_ref(&admin)).is_ok());
        let sound = masters(format!("1:{}, 2:{}", key(2), key(3)));
        assert!(told(&[admin.clone(), print.clone(), sound.clone()]).is_ok());
        assert!(told(&[admin.clone(), sound]).unwrap_err().to_string().contains("FLORIN_VAULT_FINGERPRINT_KEY"));
        assert!(told(&[admin.clone(), print.clone()]).unwrap_err().to_string().contains("FLORIN_VAULT_MASTER_KEYS"));
        for wrong in [key(2), format!("one:{}", key(2)), "1:short".to_owned()] {
            let refused = told(&[admin.clone(), print.clone(), masters(wrong)]).unwrap_err().to_string();
            assert!(!refused.contains(&key(2)), "{refused}");
        }
    }
}
