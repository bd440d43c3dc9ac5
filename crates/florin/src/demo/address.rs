//! Where a part listens: a host that browsers can open, and a port.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;

use url::{Host, Url};

/// `localhost:4241`, `127.0.0.1:0`, `[::1]:4242`. Port 0 stands for any free one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    host: Host,
    port: u16,
}

/// The text is not an address to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    /// Not host:port.
    #[error("give HOST:PORT, such as 127.0.0.1:4242")]
    Shape,
    /// 0.0.0.0 or [::].
    #[error("a browser can't open this host: name one it can, such as 127.0.0.1")]
    Unspecified,
}

impl Address {
    /// What browsers call it: `http://localhost:4241`, without a trailing slash.
    pub(crate) fn origin(&self) -> String {
        // The default port is not part of an origin.
        if self.port == 80 { format!("http://{}", self.host) } else { format!("http://{self}") }
    }

    /// Reads back what [`Address::origin`] wrote.
    pub(crate) fn from_origin(origin: &str) -> Result<Self, AddressError> {
        let url = Url::parse(origin).map_err(|_| AddressError::Shape)?;
        let host = url.host().ok_or(AddressError::Shape)?.to_owned();
        let address = Self { host, port: url.port_or_known_default().ok_or(AddressError::Shape)? };
        if address.origin() == origin { Ok(address) } else { Err(AddressError::Shape) }
    }

    /// The same host at this port.
    pub(crate) fn at_port(&self, port: u16) -> Self {
        Self { host: self.host.clone(), port }
    }

    /// The port; 0 stands for any.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Whether somebody who asked for `self` is content with `other`.
    pub(crate) fn admits(&self, other: &Self) -> bool {
        self.host == other.host && (self.port == 0 || self.port == other.port)
    }

    /// Every address the host stands for: `localhost` is both 127.0.0.1 and ::1.
    pub(crate) fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        let mut found = Vec::new();
        for address in self.to_string().to_socket_addrs()? {
            if !found.contains(&address) {
                found.push(address);
            }
        }
        Ok(found)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (host, port) = text.rsplit_once(':').ok_or(AddressError::Shape)?;
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(AddressError::Shape);
        }
        let port = port.parse().map_err(|_| AddressError::Shape)?;
        let host = Host::parse(host).map_err(|_| AddressError::Shape)?;
        let unspecified = match &host {
            Host::Domain(_) => false,
            Host::Ipv4(ip) => ip.is_unspecified(),
            Host::Ipv6(ip) => ip.is_unspecified(),
        };
        if unspecified { Err(AddressError::Unspecified) } else { Ok(Self { host, port }) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, AddressError>) {
        let origin = text.parse::<Address>().map(|address| address.origin());
        assert_eq!(origin.as_deref().map_err(|error| *error), expected, "{text:?}");
    }

    #[test]
    fn an_address_becomes_an_origin() {
        check("localhost:4241", Ok("http://localhost:4241"));
        check("LOCALHOST:4241", Ok("http://localhost:4241"));
        check("127.0.0.1:80", Ok("http://127.0.0.1"));
        check("[::1]:4242", Ok("http://[::1]:4242"));
    }

    #[test]
    fn what_nobody_can_open_is_refused() {
        for text in
            ["", "4242", "localhost", "localhost:", "localhost:+1", "localhost:65536", ":4242", "a b:1", "::1:1"]
        {
            check(text, Err(AddressError::Shape));
        }
        check("0.0.0.0:4242", Err(AddressError::Unspecified));
        check("[::]:4242", Err(AddressError::Unspecified));
    }

    #[test]
    fn an_origin_reads_back_and_anything_more_does_not() {
        for text in ["localhost:4241", "127.0.0.1:80", "[::1]:4242"] {
            let address: Address = text.parse().unwrap();
            assert_eq!(Address::from_origin(&address.origin()), Ok(address));
        }
        for origin in ["http://localhost:4241/", "https://localhost:4241", "http://me@localhost:1", "localhost:4241"] {
            assert_eq!(Address::from_origin(origin), Err(AddressError::Shape), "{origin}");
        }
    }

    #[test]
    fn port_zero_admits_any_port_of_the_same_host() {
        let any: Address = "127.0.0.1:0".parse().unwrap();
        assert!(any.admits(&"127.0.0.1:5000".parse().unwrap()));
        assert!(!any.admits(&"localhost:5000".parse().unwrap()));
        assert!(!any.at_port(1).admits(&any.at_port(2)));
    }
}
