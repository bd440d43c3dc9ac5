//! The gateway's vault keys, in a file of their own beside the record: a demo's cards survive a restart.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use florin_gateway::VaultKeys;
use florin_store::Randomness;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// Not in `demo.json`: nobody outside the gateway needs them.
const FILE: &str = "vault.json";

/// The file's content; each key is 64 hexadecimal digits. To rotate, add a master key with a higher
/// version and start again.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    fingerprint_key: String,
    master_keys: BTreeMap<u32, String>,
}

/// Reads the folder's vault keys, or makes them. One process at a time runs the gateway of a folder.
pub(super) fn vault_keys(folder: &Path, randomness: &Randomness) -> Result<VaultKeys> {
    let path = folder.join(FILE);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(&path, randomness).with_context(|| format!("could not write {}", path.display()))?
        }
        Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
    };
    // A parser's message could quote a key.
    let keys: Option<KeyFile> = serde_json::from_str(&text).ok();
    let keys = keys.with_context(|| format!("{} is not a file of vault keys", path.display()))?;
    let masters: Vec<_> =
        keys.master_keys.into_iter().map(|(version, key)| (version, SecretString::from(key))).collect();
    let keys = VaultKeys::new(&SecretString::from(keys.fingerprint_key), &masters);
    keys.with_context(|| format!("{} can't be used", path.display()))
}

fn make(path: &Path, randomness: &Randomness) -> io::Result<String> {
    let key = || u256_in_hex(randomness.bytes());
    let keys = KeyFile { fingerprint_key: key(), master_keys: BTreeMap::from([(1, key())]) };
    let text = serde_json::to_string_pretty(&keys)? + "\n";
    let draft = path.with_extension("draft");
    let _ = fs::remove_file(&draft);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    Ok(text)
}

fn u256_in_hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn keys_are_made_once_for_the_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        vault_keys(folder.path(), &Randomness::seeded(1)).unwrap();
        let path = folder.path().join(FILE);
        let first = fs::read_to_string(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        vault_keys(folder.path(), &Randomness::seeded(2)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), first);
    }

    #[test]
    fn a_file_that_is_none_is_refused_without_quoting_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), r#"{"fingerprint_key": ["canary"]}"#).unwrap();
        let refused = format!("{:#}", vault_keys(folder.path(), &Randomness::seeded(1)).unwrap_err());
        assert!(refused.contains("is not a file of vault keys") && !refused.contains("canary"), "{refused}");
    }
}
