//! A configuration file: TOML, one table a server, and one for secrets.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use secrecy::SecretString;
use toml::{Table, Value};
use zeroize::Zeroizing;

use super::{SERVERS, SecretName};

/// The table that nobody else may read.
const SECRETS: &str = "secrets";

/// What a file says. Holds secrets, so it does not print.
#[derive(Default)]
pub(super) struct ConfigurationFile {
    path: PathBuf,
    /// By command, by flag: one value, or several.
    pub(super) servers: BTreeMap<String, Vec<(String, Vec<String>)>>,
    pub(super) secrets: BTreeMap<SecretName, SecretString>,
}

impl ConfigurationFile {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        let text = Zeroizing::new(fs::read_to_string(path).with_context(name)?);
        let mut file = Self::parse(&text).with_context(name)?;
        path.clone_into(&mut file.path);
        if file.is_confidential() {
            let mode = fs::metadata(path).with_context(name)?.permissions().mode();
            ensure!(mode & 0o077 == 0, "{} holds secrets, and others may read it: chmod 600 it", name());
        }
        Ok(file)
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        // The parser's own words quote the line, which may hold a secret.
        let Ok(table) = text.parse::<Table>() else { bail!("it is not TOML, at or near line {}", broken_line(text)) };
        let mut file = Self::default();
        for (name, value) in table {
            let Value::Table(settings) = value else { bail!("{name} stands outside of a table such as [merchant]") };
            if name == SECRETS {
                file.secrets = secrets(settings)?;
            } else if SERVERS.contains(&name.as_str()) {
                let settings = settings.into_iter().map(|(key, value)| Ok((key.clone(), texts(&key, value)?)));
                file.servers.insert(name, settings.collect::<Result<_>>()?);
            } else {
                bail!("there is no table [{name}]");
            }
        }
        Ok(file)
    }

    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// A database's address may hold a password.
    fn is_confidential(&self) -> bool {
        let has_database = self.servers.values().flatten().any(|(name, _)| name == "database");
        !self.secrets.is_empty() || has_database
    }
}

/// The first line up to which the text can not be read, counted from 1.
fn broken_line(text: &str) -> usize {
    text.parse::<Table>()
        .err()
        .and_then(|error| error.span())
        .map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1)
}

fn secrets(table: Table) -> Result<BTreeMap<SecretName, SecretString>> {
    let mut secrets = BTreeMap::new();
    for (name, value) in table {
        let known = SecretName::parse(&name).with_context(|| format!("[secrets] has no {name}"))?;
        let Value::String(text) = value else { bail!("[secrets] {name} must be a text") };
        secrets.insert(known, SecretString::from(text));
    }
    Ok(secrets)
}

/// The value as it would stand on the command line.
fn texts(name: &str, value: Value) -> Result<Vec<String>> {
    Ok(match value {
        Value::String(text) => vec![text],
        Value::Boolean(yes) => vec![yes.to_string()],
        Value::Integer(number) => vec![number.to_string()],
        Value::Array(values) => {
            let texts = values.into_iter().map(|value| texts(name, value));
            texts.collect::<Result<Vec<_>>>()?.concat()
        }
        _ => bail!("{name} must be a text, a whole number, true or false, or a list of them"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_secrets_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("florin.toml");
        fs::write(&path, "[secrets]\nFLORIN_SHOP_KEYS = \"the-shops-own-key\"\n").unwrap();
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set(0o640);
        let refused = ConfigurationFile::read(&path).err().unwrap().to_string();
        assert!(refused.contains("chmod 600") && !refused.contains("own-key"), "{refused}");
        set(0o600);
        assert_eq!(ConfigurationFile::read(&path).unwrap().secrets.len(), 1);
    }

    #[test]
    fn a_missing_file_is_named() {
        let refused = format!("{:#}", ConfigurationFile::read(Path::new("/no/such/florin.toml")).err().unwrap());
        assert!(refused.starts_with("/no/such/florin.toml: "), "{refused}");
    }
}
