//! The address of a PostgreSQL database. It may hold a password, so it never prints itself whole.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::TargetError;

/// A database of a PostgreSQL server. Each role uses the schema of its own name in it.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress {
    config: Box<Config>,
    /// None: the way to the server is not encrypted.
    encrypted: Option<Roots>,
}

/// Who vouches for a server's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Roots {
    /// Whom this machine trusts.
    System,
    /// The certificates of this file, in PEM, and nobody else.
    File(PathBuf),
}

impl PostgresAddress {
    /// Reads `postgres://user:password@host:port/database?options`.
    ///
    /// Unless `sslmode` says otherwise, the way to another machine is encrypted, the way on this one is not.
    pub(super) fn parse(text: &str) -> Result<Self, TargetError> {
        let (text, wish) = Wish::read(text)?;
        // The parser's own error would quote the address.
        let mut config: Config = text.parse().map_err(|_| TargetError::PostgresMalformed)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() || config.get_dbname().is_none() {
            return Err(TargetError::PostgresMalformed);
        }
        let stays_here =
            config.get_hosts().iter().all(is_here) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        let encrypt = match wish.encrypt {
            Some(encrypt) => encrypt,
            None => !stays_here || wish.roots.is_some(),
        };
        if encrypt && config.get_hosts().iter().any(|host| matches!(host, Host::Unix(_))) {
            return Err(TargetError::PostgresEncryptedSocket);
        }
        config.ssl_mode(if encrypt { SslMode::Require } else { SslMode::Disable });
        config.application_name("florin");
        let encrypted = encrypt.then(|| wish.roots.map_or(Roots::System, Roots::File));
        Ok(Self { config: Box::new(config), encrypted })
    }

    pub(crate) fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn encrypted(&self) -> Option<&Roots> {
        self.encrypted.as_ref()
    }
}

/// What an address says of encryption, in the words of PostgreSQL's own programs.
struct Wish {
    encrypt: Option<bool>,
    roots: Option<PathBuf>,
}

impl Wish {
    /// Takes those words out of an address: the parser of the rest does not know them all.
    fn read(text: &str) -> Result<(String, Self), TargetError> {
        let mut wish = Self { encrypt: None, roots: None };
        let Some((address, options)) = text.split_once('?') else { return Ok((text.to_owned(), wish)) };
        let mut rest = Vec::new();
        for option in options.split('&') {
            match option.split_once('=') {
                Some(("sslmode", "disable")) => wish.encrypt = Some(false),
                // Nothing less than both is done: see the engine.
                Some(("sslmode", "require" | "verify-ca" | "verify-full")) => wish.encrypt = Some(true),
                // "If you can" is what an attacker would say too.
                Some(("sslmode", _)) => return Err(TargetError::PostgresEncryption),
                Some(("sslrootcert", "system")) => wish.roots = None,
                Some(("sslrootcert", path)) => wish.roots = Some(PathBuf::from(path.replace("%2F", "/"))),
                _ => rest.push(option),
            }
        }
        let separator = if rest.is_empty() { "" } else { "?" };
        Ok((format!("{address}{separator}{}", rest.join("&")), wish))
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback()),
        Host::Unix(_) => true,
    }
}

/// Database and hosts; neither user nor password.
impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at", self.config.get_dbname().unwrap_or_default())?;
        for host in self.config.get_hosts() {
            match host {
                Host::Tcp(name) => write!(f, " {name}")?,
                Host::Unix(folder) => write!(f, " {}", folder.display())?,
            }
        }
        for address in self.config.get_hostaddrs() {
            write!(f, " {address}")?;
        }
        self.config.get_ports().iter().try_for_each(|port| write!(f, " port {port}"))
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresAddress({self})")
    }
}
