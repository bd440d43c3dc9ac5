//! A new demo's record: random keys in the forms their readers know.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use florin_domain::mode::Mode;
use florin_store::{Randomness, Target, TargetError};

use super::flags::Collect;
use super::record::Record;

/// 62 letters and digits: 64 of them are 381 bits.
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const HEX: &[u8] = b"0123456789abcdef";

/// The length of OwnGateway's secret keys after their prefix.
const KEY_LENGTH: usize = 64;

/// The length of its ids after their prefix.
const ID_LENGTH: usize = 20;

/// Where the four parts are.
pub(crate) struct Origins {
    pub(crate) shop: String,
    pub(crate) merchant: String,
    pub(crate) gateway: String,
    pub(crate) frame: String,
}

/// A record with keys of its own. `database` is as on the command line.
pub(crate) fn fresh_record(
    origins: Origins,
    collect_mode: Collect,
    folder: &Path,
    database: Option<&str>,
    randomness: &Randomness,
) -> Result<Record, TargetError> {
    let databases = Databases::of(folder, database)?;
    let hash_key = random_text(randomness, ALPHANUMERIC, KEY_LENGTH);
    Ok(Record {
        shop_webhook_url: format!("{}/webhooks", origins.shop),
        shop_url: origins.shop,
        merchant_url: origins.merchant,
        gateway_url: origins.gateway,
        frame_url: origins.frame,
        mode: Mode::Test,
        collect_mode,
        shop_key: format!("demo_shop_{}", random_text(randomness, ALPHANUMERIC, KEY_LENGTH)),
        admin_key: format!("demo_admin_{}", random_text(randomness, ALPHANUMERIC, KEY_LENGTH)),
        secret_key: format!("snd_{}", random_text(randomness, ALPHANUMERIC, KEY_LENGTH)),
        publishable_key: format!("pk_snd_{}", random_text(randomness, HEX, 32)),
        merchant_id: format!("merchant_{}", random_text(randomness, ALPHANUMERIC, ID_LENGTH)),
        profile_id: format!("pro_{}", random_text(randomness, ALPHANUMERIC, ID_LENGTH)),
        webhook_key: hash_key.clone(),
        return_hash_key: hash_key,
        shop_webhook_secret: format!("whsec_{}", STANDARD.encode(randomness.bytes::<32>())),
        merchant_database: databases.merchant,
        gateway_database: databases.gateway,
    })
}

/// Two databases, since merchant server and gateway are two parties.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Databases {
    pub(crate) merchant: String,
    pub(crate) gateway: String,
}

impl Databases {
    /// In the folder, or beside the file that the URL names: `/srv/demo.db` stands for
    /// `/srv/demo.merchant.db` and `/srv/demo.gateway.db`. Or in PostgreSQL, where the URL does for both.
    pub(crate) fn of(folder: &Path, database: Option<&str>) -> Result<Self, TargetError> {
        let Some(url) = database else {
            return Ok(Self {
                merchant: folder.join("merchant.db").display().to_string(),
                gateway: folder.join("gateway.db").display().to_string(),
            });
        };
        let file = match Target::parse(url)? {
            Target::Sqlite(file) => file,
            // One database: each of the two has a schema of its own in it.
            Target::Postgres(_) => {
                return Ok(Self { merchant: url.trim().to_owned(), gateway: url.trim().to_owned() });
            }
        };
        let file = std::path::absolute(&file).unwrap_or(file);
        let of = |role| with_role(&file, role).display().to_string();
        Ok(Self { merchant: of("merchant"), gateway: of("gateway") })
    }
}

fn with_role(file: &Path, role: &str) -> PathBuf {
    let extension = file.extension().map_or_else(|| "db".into(), |extension| extension.to_string_lossy());
    file.with_extension(format!("{role}.{extension}"))
}

/// Every letter equally likely: bytes beyond the last whole multiple are thrown away.
fn random_text(randomness: &Randomness, alphabet: &[u8], length: usize) -> String {
    let fair = 256 / alphabet.len() * alphabet.len();
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let usable = randomness.bytes::<32>().into_iter().map(usize::from).filter(|byte| *byte < fair);
        text.extend(usable.take(length - text.len()).map(|byte| char::from(alphabet[byte % alphabet.len()])));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_uses_its_whole_alphabet_and_nothing_else() {
        let text = random_text(&Randomness::seeded(7), HEX, 2000);
        assert_eq!(text.len(), 2000);
        for letter in HEX {
            assert!(text.bytes().any(|byte| byte == *letter), "{}", char::from(*letter));
        }
        assert!(text.bytes().all(|byte| HEX.contains(&byte)));
    }

    #[test]
    fn keys_have_the_forms_their_readers_know() {
        let origins = Origins { shop: "s".into(), merchant: "m".into(), gateway: "g".into(), frame: "f".into() };
        let record = fresh_record(origins, Collect::Token, Path::new("/d"), None, &Randomness::seeded(3)).unwrap();
        let checks = [
            (&record.secret_key, "snd_", 64),
            (&record.publishable_key, "pk_snd_", 32),
            (&record.admin_key, "demo_admin_", 64),
            (&record.shop_key, "demo_shop_", 64),
            (&record.shop_webhook_secret, "whsec_", 44),
            (&record.return_hash_key, "", 64),
        ];
        for (key, prefix, length) in checks {
            assert_eq!(key.strip_prefix(prefix).map(str::len), Some(length), "{prefix}");
        }
        assert_eq!(record.webhook_key, record.return_hash_key);
        let mut keys: Vec<&str> = checks.iter().map(|(key, prefix, _)| &key[prefix.len()..][..32]).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), checks.len(), "two keys are alike");
    }

    #[test]
    fn two_demos_share_no_key() {
        let record = |seed| {
            let origins = Origins { shop: "s".into(), merchant: "m".into(), gateway: "g".into(), frame: "f".into() };
            fresh_record(origins, Collect::Token, Path::new("/d"), None, &Randomness::seeded(seed)).unwrap()
        };
        let (one, two) = (record(1), record(2));
        assert_ne!(one.secret_key, two.secret_key);
        assert_ne!(one.shop_key, two.shop_key);
        assert_ne!(one.shop_webhook_secret, two.shop_webhook_secret);
    }

    #[test]
    fn one_database_url_stands_for_two_files() {
        let databases = |url| Databases::of(Path::new("/d"), url).map(|found| (found.merchant, found.gateway));
        let pair = |merchant: &str, gateway: &str| (merchant.to_owned(), gateway.to_owned());
        assert_eq!(databases(None).unwrap(), pair("/d/merchant.db", "/d/gateway.db"));
        assert_eq!(
            databases(Some("sqlite:/srv/demo.db")).unwrap(),
            pair("/srv/demo.merchant.db", "/srv/demo.gateway.db")
        );
        assert_eq!(databases(Some("/srv/demo")).unwrap(), pair("/srv/demo.merchant.db", "/srv/demo.gateway.db"));
        let postgres = "postgres://florin@localhost/demo";
        assert_eq!(databases(Some(postgres)).unwrap(), pair(postgres, postgres));
        assert!(databases(Some("postgres://far.example/demo?sslmode=prefer")).is_err());
    }
}
