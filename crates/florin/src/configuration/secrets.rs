//! Secrets: from the environment or from a file that nobody else may read, never from a flag.
//!
//! Other users of a machine can read the flags of a process.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use secrecy::{ExposeSecret, SecretString};

macro_rules! secrets {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal;)*) => {
        /// Which secret.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum SecretName {
            $($(#[doc = $doc])* $variant,)*
        }

        impl SecretName {
            /// Every secret.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the environment, and in the file's table of secrets.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// What it is for.
            #[cfg(test)]
            pub(crate) fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),*).trim_ascii(),)*
                }
            }

            /// The secret of this name.
            pub(crate) fn parse(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

secrets! {
    /// Moves money at the gateway: the secret key of the merchant account.
    GatewayKey "OWNGATEWAY_SECRET_KEY";
    /// Verifies returns and webhooks of the gateway: the profile's `payment_response_hash_key`. Two during a rotation.
    HashKeys "OWNGATEWAY_HASH_KEYS";
    /// Opens sealed returns (`k4.local.…`); needed with `returns = "sealed"`. Two during a rotation.
    SealingKeys "OWNGATEWAY_SEALING_KEYS";
    /// Opens the merchant server's API to the shop. Two during a rotation.
    ShopKeys "FLORIN_SHOP_KEYS";
    /// Signs events to the shop (`whsec_…`); needed with `shop-webhook-url`. Two during a rotation.
    ShopWebhookSecret "FLORIN_SHOP_WEBHOOK_SECRET";
    /// Opens `/metrics` to whoever watches; without it the shop's keys do.
    MetricsKey "FLORIN_METRICS_KEY";
    /// Makes accounts at the sandbox gateway, and drives its controls.
    AdminKey "FLORIN_ADMIN_KEY";
    /// Tells at the sandbox gateway whether two saved cards are the same: 64 hexadecimal digits. Never changes.
    VaultFingerprintKey "FLORIN_VAULT_FINGERPRINT_KEY";
    /// Seals saved cards at the sandbox gateway: `1:` and 64 hexadecimal digits. Several with commas during a rotation; the highest number seals.
    VaultMasterKeys "FLORIN_VAULT_MASTER_KEYS";
}

/// Where secrets are looked for. Does not print.
#[derive(Default)]
pub(crate) struct Secrets {
    from_file: BTreeMap<SecretName, SecretString>,
}

impl Secrets {
    /// Those of the environment, and beside them those of a file.
    pub(crate) fn beside(from_file: BTreeMap<SecretName, SecretString>) -> Self {
        Self { from_file }
    }

    /// The secret, if it is set; an empty one is a missing one.
    pub(crate) fn find(&self, name: SecretName) -> Option<SecretString> {
        let is_set = |secret: &SecretString| !secret.expose_secret().trim().is_empty();
        let told = std::env::var(name.name()).ok().map(SecretString::from).filter(is_set);
        told.or_else(|| self.from_file.get(&name).cloned().filter(is_set))
    }

    /// The one secret of this name.
    ///
    /// # Errors
    /// It is missing.
    pub(crate) fn one(&self, name: SecretName) -> Result<SecretString> {
        match self.find(name) {
            Some(secret) => Ok(secret),
            None => bail!("{0} is missing: set it in the environment, or under [secrets] in a file", name.name()),
        }
    }

    /// One secret, or two with a comma between while they are rotated.
    ///
    /// # Errors
    /// It is missing, or three.
    pub(crate) fn one_or_two(&self, name: SecretName) -> Result<Vec<SecretString>> {
        let both = self.one(name)?;
        let parts: Vec<_> = both.expose_secret().split(',').map(str::trim).map(SecretString::from).collect();
        if parts.len() > 2 || parts.iter().any(|part| part.expose_secret().is_empty()) {
            bail!("{} takes one secret, or two with a comma between", name.name());
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(text: &str) -> Secrets {
        Secrets::beside(BTreeMap::from([(SecretName::HashKeys, SecretString::from(text))]))
    }

    #[test]
    fn two_secrets_stand_side_by_side_during_a_rotation() {
        let texts = |text: &str| {
            let secrets = holding(text).one_or_two(SecretName::HashKeys)?;
            anyhow::Ok(secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(texts("old").unwrap(), ["old"]);
        assert_eq!(texts("new, old").unwrap(), ["new", "old"]);
        for wrong in ["a,b,c", "a,", ",", " "] {
            let refused = texts(wrong).unwrap_err().to_string();
            assert!(refused.starts_with("OWNGATEWAY_HASH_KEYS"), "{refused}");
        }
    }

    #[test]
    fn every_secret_has_one_name() {
        for secret in SecretName::ALL {
            assert_eq!(SecretName::parse(secret.name()), Some(*secret));
            assert!(secret.about().ends_with('.'), "{}", secret.name());
        }
        assert_eq!(SecretName::parse("API_KEY"), None);
    }
}
