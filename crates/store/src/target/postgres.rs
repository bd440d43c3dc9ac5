//! The address of a PostgreSQL database. It may hold a password, so it never prints itself whole.

use std::fmt;
use std::net::IpAddr;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::TargetError;

/// A database of a PostgreSQL server. Each role uses the schema of its own name in it.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresAddress(Box<Config>);

impl PostgresAddress {
    /// Reads `postgres://user:password@host:port/database?options`.
    pub(super) fn parse(text: &str) -> Result<Self, TargetError> {
        // The parser's own error would quote the address.
        let mut config: Config = text.parse().map_err(|_| TargetError::PostgresMalformed)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() || config.get_dbname().is_none() {
            return Err(TargetError::PostgresMalformed);
        }
        let stays_here =
            config.get_hosts().iter().all(is_here) && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        match config.get_ssl_mode() {
            SslMode::Disable => {}
            SslMode::Prefer if stays_here => {}
            SslMode::Prefer => return Err(TargetError::PostgresUnencrypted),
            _ => return Err(TargetError::PostgresEncryption),
        }
        config.application_name("florin");
        Ok(Self(Box::new(config)))
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0
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
        write!(f, "{} at", self.0.get_dbname().unwrap_or_default())?;
        for host in self.0.get_hosts() {
            match host {
                Host::Tcp(name) => write!(f, " {name}")?,
                Host::Unix(folder) => write!(f, " {}", folder.display())?,
            }
        }
        for address in self.0.get_hostaddrs() {
            write!(f, " {address}")?;
        }
        self.0.get_ports().iter().try_for_each(|port| write!(f, " port {port}"))
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresAddress({self})")
    }
}
