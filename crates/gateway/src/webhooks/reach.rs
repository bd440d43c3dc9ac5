//! Which addresses a webhook may reach: public ones, and this machine. Everything that could lead into a
//! private network is closed, however it is written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// IPv4 networks that are nobody's on the internet: address, and how many of its bits count.
const CLOSED_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The same for IPv6, with every way to write an IPv4 address inside one.
const CLOSED_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Whether an address that is written as a number may be called; names are looked at once they are
/// looked up.
pub(super) fn may_be_called(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let is_plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    is_plain
        && match url.host() {
            Some(Host::Ipv4(address)) => is_open(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => is_open(IpAddr::V6(address)),
            Some(Host::Domain(_)) => true,
            None => false,
        }
}

/// Public addresses, and this machine: the sandbox's receivers run beside it.
fn is_open(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let is_in = |(network, bits): &(Ipv4Addr, u32)| (v4.to_bits() ^ network.to_bits()) >> (32 - bits) == 0;
            v4.is_loopback() || !CLOSED_V4.iter().any(is_in)
        }
        IpAddr::V6(v6) => {
            let is_in = |(network, bits): &(Ipv6Addr, u32)| (v6.to_bits() ^ network.to_bits()) >> (128 - bits) == 0;
            v6.is_loopback() || !CLOSED_V6.iter().any(is_in)
        }
    }
}

/// Looks names up, and leaves out what no webhook may reach. The connection goes to what was looked at
/// here: a name that answers otherwise a moment later is not asked again.
pub(super) struct PublicNames;

impl Resolve for PublicNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(Box::new(open_ones(found).into_iter()) as Addrs)
        })
    }
}

fn open_ones(found: impl Iterator<Item = SocketAddr>) -> Vec<SocketAddr> {
    found.filter(|address| is_open(address.ip())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_closed_however_they_are_written() {
        for host in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "167772161",
            "0xa.1",
            "012.1",
            "10.1",
            "[::]",
            "[::ffff:10.0.0.1]",
            "[::ffff:a00:1]",
            "[::ffff:0.0.0.1]",
            "[::10.0.0.1]",
            "[fe80::1]",
            "[febf::1]",
            "[fec0::1]",
            "[fc00::1]",
            "[fd7a:115c:a1e0::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[100::1]",
            "[5f00::1]",
            "[ff02::1]",
            "[2002:a00:1::]",
            "[2002:808:808::]",
            "[64:ff9b::a00:1]",
            "[64:ff9b::808:808]",
            "[64:ff9b:1::1]",
            "[2001:0:53aa:64c::1]",
        ] {
            assert!(!may_be_called(&format!("https://{host}/hook")), "{host}");
        }
        for url in ["not a url", "ftp://1.1.1.1/", "https://shop.example@10.0.0.1/", "https://user@1.1.1.1/"] {
            assert!(!may_be_called(url), "{url}");
        }
    }

    #[test]
    fn public_addresses_and_this_machine_are_open() {
        for host in [
            "1.1.1.1",
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "[2001:4860:4860::8888]",
            "[::ffff:8.8.8.8]",
            "[2001:1::1]",
            "127.0.0.1:1",
            "2130706433",
            "0x7f.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "shop.example",
            "localhost",
        ] {
            assert!(may_be_called(&format!("http://{host}/hook")), "{host}");
        }
    }

    #[test]
    fn of_what_a_name_stands_for_only_the_open_addresses_are_left() {
        let found = ["10.0.0.1:0", "8.8.8.8:0", "[fd00::1]:0", "[::ffff:192.168.0.1]:0"];
        let left = open_ones(found.iter().map(|address| address.parse().unwrap()));
        assert_eq!(left, ["8.8.8.8:0".parse().unwrap()]);
    }
}
