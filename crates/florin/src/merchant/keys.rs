//! Which keys belong together: one mode, one role a secret, none that everybody knows.

use std::fmt;

use florin_domain::mode::Mode;
use secrecy::{ExposeSecret, SecretString};

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Moves money at the gateway.
    Gateway,
    /// Verifies returns and webhooks: at OwnGateway one key does both.
    Hash,
    /// Opens our own API to the shop.
    Shop,
    /// Opens our figures to whoever watches.
    Metrics,
    /// Opens sealed returns.
    Sealing,
    /// Signs our events to the shop.
    ShopWebhook,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gateway => "gateway's",
            Self::Hash => "hash",
            Self::Shop => "shop's",
            Self::Metrics => "metrics",
            Self::Sealing => "sealing",
            Self::ShopWebhook => "shop webhook",
        })
    }
}

/// Why keys can't be used together. Names roles, shows no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum KeysError {
    #[error("the publishable key must begin with pk_; is it a secret key?")]
    NotPublishable,
    #[error("the gateway's secret key begins with pk_: that is a publishable key")]
    NotSecret,
    #[error("the {0} key is for pretended money; live mode refuses it")]
    TestKeyInLive(Role),
    #[error("the {0} key is for real money; without --live it is refused")]
    LiveKeyInTest(Role),
    #[error("one secret is both the {0} key and the {1} key; each needs its own")]
    Shared(Role, Role),
    #[error("the {0} key has fewer than 16 characters: too few for a secret")]
    TooShort(Role),
}

const FOR_TEST: &[&str] = &["demo_", "snd_", "dev_", "integ_", "pk_snd_", "pk_dev_", "pk_integ_"];
const FOR_LIVE: &[&str] = &["prd_", "prod_", "pk_prd_", "pk_prod_"];

/// Shorter ones can be guessed.
const SHORTEST: usize = 16;

/// Refuses keys that do not belong together.
pub(super) fn check(mode: Mode, publishable: &str, secrets: &[(Role, SecretString)]) -> Result<(), KeysError> {
    if !publishable.starts_with("pk_") {
        return Err(KeysError::NotPublishable);
    }
    check_mode(mode, Role::Gateway, publishable)?;
    for (place, (role, secret)) in secrets.iter().enumerate() {
        let text = secret.expose_secret();
        if *role == Role::Gateway && text.starts_with("pk_") {
            return Err(KeysError::NotSecret);
        }
        if text.len() < SHORTEST {
            return Err(KeysError::TooShort(*role));
        }
        check_mode(mode, *role, text)?;
        let twin = secrets[..place].iter().find(|(other, twin)| other != role && twin.expose_secret() == text);
        if let Some((other, _)) = twin {
            return Err(KeysError::Shared(*other, *role));
        }
    }
    Ok(())
}

fn check_mode(mode: Mode, role: Role, key: &str) -> Result<(), KeysError> {
    let is = |prefixes: &[&str]| prefixes.iter().any(|prefix| key.starts_with(prefix));
    match mode {
        Mode::Live if is(FOR_TEST) => Err(KeysError::TestKeyInLive(role)),
        Mode::Test if is(FOR_LIVE) => Err(KeysError::LiveKeyInTest(role)),
        Mode::Live | Mode::Test => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(mode: Mode, publishable: &str, secret: &str, hash: &str, shop: &str) -> Result<(), KeysError> {
        let secrets = [(Role::Gateway, secret), (Role::Hash, hash), (Role::Shop, shop)]
            .map(|(role, text)| (role, SecretString::from(text)));
        check(mode, publishable, &secrets)
    }

    const HASH: &str = "hash-key-of-the-profile";
    const SHOP: &str = "the-shops-own-key";

    #[test]
    fn keys_of_one_mode_and_one_role_each_are_taken() {
        assert_eq!(checked(Mode::Test, "pk_snd_1", "snd_0123456789abcdef", HASH, SHOP), Ok(()));
        assert_eq!(checked(Mode::Live, "pk_prd_1", "prd_0123456789abcdef", HASH, SHOP), Ok(()));
    }

    #[test]
    fn keys_of_the_other_mode_are_refused() {
        let (test, live) = ("snd_0123456789abcdef", "prd_0123456789abcdef");
        assert_eq!(checked(Mode::Live, "pk_prd_1", test, HASH, SHOP), Err(KeysError::TestKeyInLive(Role::Gateway)));
        assert_eq!(checked(Mode::Live, "pk_snd_1", live, HASH, SHOP), Err(KeysError::TestKeyInLive(Role::Gateway)));
        assert_eq!(checked(Mode::Test, "pk_snd_1", live, HASH, SHOP), Err(KeysError::LiveKeyInTest(Role::Gateway)));
        let demo = "demo_shop_0123456789";
        assert_eq!(checked(Mode::Live, "pk_prd_1", live, HASH, demo), Err(KeysError::TestKeyInLive(Role::Shop)));
    }

    #[test]
    fn mixed_up_shared_and_short_keys_are_refused() {
        let key = "snd_0123456789abcdef";
        assert_eq!(checked(Mode::Test, key, key, HASH, SHOP), Err(KeysError::NotPublishable));
        assert_eq!(checked(Mode::Test, "pk_snd_1", "pk_snd_0123456789", HASH, SHOP), Err(KeysError::NotSecret));
        assert_eq!(checked(Mode::Test, "pk_snd_1", key, key, SHOP), Err(KeysError::Shared(Role::Gateway, Role::Hash)));
        assert_eq!(checked(Mode::Test, "pk_snd_1", key, HASH, HASH), Err(KeysError::Shared(Role::Hash, Role::Shop)));
        let twice = [(Role::Shop, SHOP), (Role::Sealing, HASH), (Role::ShopWebhook, HASH)];
        let twice = twice.map(|(role, text)| (role, SecretString::from(text)));
        assert_eq!(check(Mode::Test, "pk_snd_1", &twice), Err(KeysError::Shared(Role::Sealing, Role::ShopWebhook)));
        assert_eq!(checked(Mode::Test, "pk_snd_1", key, HASH, "secret"), Err(KeysError::TooShort(Role::Shop)));
    }
}
