//! Which keys are in use, and since when: noted by fingerprint, never by key.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::webhook;
use florin_signing::standard_webhooks;
use florin_store::{Row, Store, StoreError, Tx, params};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{ApiError, Merchant, ReturnScheme, Settings};

/// Uses are written down this often.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// What is hashed or signed to tell keys apart; changing it makes every key a new one.
const ABOUT: &[u8] = b"florin key inventory";

/// Never used, in an [`AtomicI64`].
const NEVER: i64 = i64::MIN;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyKind {
    /// Opens our API to the shop.
    Shop,
    /// Moves money at the gateway.
    Gateway,
    /// Verifies what the gateway says.
    Hash,
    /// Signs events to the shop.
    ShopWebhook,
    /// Opens sealed returns.
    Sealing,
    /// Opens our metrics.
    Metrics,
}

impl KeyKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Shop => "shop key",
            Self::Gateway => "gateway secret key",
            Self::Hash => "gateway hash key",
            Self::ShopWebhook => "shop webhook secret",
            Self::Sealing => "return sealing key",
            Self::Metrics => "metrics key",
        }
    }
}

/// The configured keys, as far as they are told apart.
pub(crate) struct KeyRing {
    keys: Vec<Noted>,
    noted_at: Mutex<Option<Timestamp>>,
}

struct Noted {
    kind: KeyKind,
    /// Which of its kind, from 0, as configured.
    place: usize,
    fingerprint: String,
    used_at: AtomicI64,
}

impl KeyRing {
    pub(crate) fn of(settings: &Settings) -> Self {
        let mut ring = Self { keys: Vec::new(), noted_at: Mutex::new(None) };
        ring.add(KeyKind::Shop, settings.shop_keys.iter().map(hashed));
        ring.add(KeyKind::Gateway, std::iter::once(hashed(&settings.account.secret_key)));
        ring.add(KeyKind::Hash, settings.account.webhook_keys.iter().map(|key| shortened(&webhook::sign(ABOUT, key))));
        let signed = |secret| standard_webhooks::sign("keys", 0, ABOUT, secret).unwrap_or_default();
        let secrets = settings.shop_webhook.iter().flat_map(|webhook| &webhook.secrets);
        ring.add(KeyKind::ShopWebhook, secrets.map(|secret| shortened(&signed(secret))));
        if let ReturnScheme::Sealed { keys } = &settings.account.returns {
            ring.add(KeyKind::Sealing, keys.iter().map(|key| shortened(key.id())));
        }
        ring.add(KeyKind::Metrics, settings.metrics_key.iter().map(hashed));
        ring
    }

    fn add(&mut self, kind: KeyKind, fingerprints: impl Iterator<Item = String>) {
        let noted = |(place, fingerprint)| Noted { kind, place, fingerprint, used_at: AtomicI64::new(NEVER) };
        self.keys.extend(fingerprints.enumerate().map(noted));
    }

    /// The key in this place was used; without a place, every one of its kind.
    pub(crate) fn used(&self, kind: KeyKind, place: Option<usize>, now: Timestamp) {
        for key in self.keys.iter().filter(|key| key.kind == kind && place.is_none_or(|place| key.place == place)) {
            key.used_at.store(now.as_millis(), Ordering::Relaxed);
        }
    }

    fn is_time_to_note(&self, now: Timestamp) -> bool {
        let mut noted_at = self.noted_at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = noted_at.is_none_or(|at| now.since(at) >= NOTED_EVERY);
        if due {
            *noted_at = Some(now);
        }
        due
    }
}

fn hashed(key: &SecretString) -> String {
    let digest = Sha256::new().chain_update(ABOUT).chain_update(key.expose_secret().as_bytes()).finalize();
    shortened(&hex::encode(digest))
}

/// Enough to tell keys apart, too little to look for one.
fn shortened(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))[..16].to_owned()
}

/// Writes down which keys there are and when they were used, once in a while.
pub(crate) async fn note(merchant: &Merchant) -> Result<(), ApiError> {
    let now = merchant.clock().now();
    let ring = merchant.keys();
    if !ring.is_time_to_note(now) {
        return Ok(());
    }
    let keys: Vec<_> = ring
        .keys
        .iter()
        .map(|key| {
            let used_at = Some(key.used_at.load(Ordering::Relaxed)).filter(|at| *at != NEVER);
            (key.fingerprint.clone(), key.kind, key.place, used_at.map(Timestamp::from_millis))
        })
        .collect();
    merchant
        .store()
        .write(move |tx| {
            for (fingerprint, kind, place, used_at) in &keys {
                write(tx, fingerprint, *kind, *place, *used_at, now)?;
            }
            Ok::<_, ApiError>(())
        })
        .await
}

fn write(
    tx: &mut Tx<'_>,
    fingerprint: &str,
    kind: KeyKind,
    place: usize,
    used_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let label = if place == 0 { "first" } else { "second, during a rotation" };
    tx.execute(
        "INSERT INTO keys (fingerprint, kind, label, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT DO NOTHING",
        params![fingerprint, kind.as_str(), label, now],
    )?;
    tx.execute(
        "UPDATE keys SET label = $2, seen_at = $3, last_used_at = COALESCE($4, last_used_at) WHERE fingerprint = $1",
        params![fingerprint, label, now, used_at],
    )?;
    Ok(())
}

/// One key of the inventory. Nothing here opens anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyEntry {
    /// What it is for.
    pub kind: String,
    /// Which of its kind.
    pub label: String,
    /// Tells it from others.
    pub fingerprint: String,
    /// When the server was first told of it.
    pub created_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Timestamp>,
    /// When a running server last had it in its configuration, to the minute or so.
    pub seen_at: Timestamp,
}

/// Every key that the server of this database was ever told.
///
/// # Errors
/// The store's.
pub async fn key_inventory(store: &Store) -> Result<Vec<KeyEntry>, StoreError> {
    store
        .read(|tx| {
            let rows = tx.all("SELECT * FROM keys ORDER BY kind, created_at, fingerprint", params![])?;
            rows.iter().map(read).collect::<Result<Vec<_>, StoreError>>()
        })
        .await
}

fn read(row: &Row) -> Result<KeyEntry, StoreError> {
    Ok(KeyEntry {
        kind: row.get("kind")?,
        label: row.get("label")?,
        fingerprint: row.get("fingerprint")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        seen_at: row.get("seen_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_keys_apart_and_holds_none() {
        let (one, other) = (SecretString::from("shop-key-number-1"), SecretString::from("shop-key-number-2"));
        assert_eq!(hashed(&one), hashed(&one.clone()));
        assert_ne!(hashed(&one), hashed(&other));
        assert_eq!(hashed(&one).len(), 16);
        assert!(!hashed(&one).contains("shop"));
    }
}
