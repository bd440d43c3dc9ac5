//! Where a request came from: the shopper's address, and the network it belongs to.
//!
//! What a header says is believed only as far as declared proxies wrote it.

use std::fmt;
use std::net::IpAddr;

use axum::http::HeaderMap;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Proxies append the address they saw; a client may have written the rest.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// More hops than any honest request makes.
const MOST_HOPS: usize = 16;

/// The neighbours of an address: an IPv4 /24 or an IPv6 /64, which one household or host may fill alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Network(IpNet);

impl Network {
    pub(crate) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => Ipv4Net::new_assert(address, 24).trunc().into(),
            IpAddr::V6(address) => Ipv6Net::new_assert(address, 64).trunc().into(),
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The nearest address that is none of our proxies: from `peer` backwards, hop by hop.
pub(crate) fn shopper_address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    let said: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok()).collect();
    let said = said.join(",");
    for hop in said.rsplit(',').take(MOST_HOPS) {
        if !proxies.iter().any(|proxy| proxy.contains(&address)) {
            break;
        }
        let Some(before) = read(hop.trim()) else { break };
        address = before;
    }
    address
}

/// A neighbour that passes shoppers on and is not declared: believed no more than anybody, but worth a word.
pub(crate) fn is_undeclared_proxy(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> bool {
    let peer = peer.to_canonical();
    let is_near = match peer {
        IpAddr::V4(address) => address.is_private() || address.is_loopback(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_loopback(),
    };
    is_near && headers.contains_key(FORWARDED_FOR) && !proxies.iter().any(|proxy| proxy.contains(&peer))
}

/// Some proxies write a port behind the address.
fn read(hop: &str) -> Option<IpAddr> {
    let plain = hop.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(in_brackets).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check(peer: &str, said: &[&str], proxies: &str, expected: &str) {
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let proxies: Vec<IpNet> = proxies.split_whitespace().map(|net| net.parse().unwrap()).collect();
        assert_eq!(shopper_address(address(peer), &headers, &proxies), address(expected), "{said:?}");
    }

    #[test]
    fn nobody_but_a_declared_proxy_is_believed() {
        check("203.0.113.9", &["198.51.100.7"], "", "203.0.113.9");
        check("203.0.113.9", &["198.51.100.7"], "10.0.0.0/8", "203.0.113.9");
        check("10.1.2.3", &["198.51.100.7"], "10.0.0.0/8", "198.51.100.7");
        check("10.1.2.3", &[], "10.0.0.0/8", "10.1.2.3");
    }

    #[test]
    fn what_the_client_wrote_before_the_proxies_is_ignored() {
        check("10.1.2.3", &["1.1.1.1, 198.51.100.7"], "10.0.0.0/8", "198.51.100.7");
        check("10.1.2.3", &["1.1.1.1", "198.51.100.7, 10.9.9.9"], "10.0.0.0/8", "198.51.100.7");
        check("10.1.2.3", &["1.1.1.1, nonsense"], "10.0.0.0/8", "10.1.2.3");
        check("10.1.2.3", &["1.1.1.1, "], "10.0.0.0/8", "10.1.2.3");
    }

    #[test]
    fn an_address_is_read_however_a_proxy_writes_it() {
        for said in ["198.51.100.7", "198.51.100.7:4711", "::ffff:198.51.100.7"] {
            check("::ffff:10.1.2.3", &[said], "10.0.0.0/8", "198.51.100.7");
        }
        for said in ["2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:4711"] {
            check("10.1.2.3", &[said], "10.0.0.0/8", "2001:db8::7");
        }
    }

    #[test]
    fn a_neighbour_that_passes_shoppers_on_is_to_be_declared() {
        let mut headers = HeaderMap::new();
        assert!(!is_undeclared_proxy(address("10.1.2.3"), &headers, &[]));
        headers.append(FORWARDED_FOR, "198.51.100.7".parse().unwrap());
        for (peer, told) in
            [("10.1.2.3", true), ("::ffff:192.168.1.1", true), ("fd00::1", true), ("203.0.113.9", false)]
        {
            assert_eq!(is_undeclared_proxy(address(peer), &headers, &[]), told, "{peer}");
        }
        assert!(!is_undeclared_proxy(address("10.1.2.3"), &headers, &["10.0.0.0/8".parse().unwrap()]));
    }

    #[test]
    fn neighbours_are_one_network() {
        let network = |text| Network::of(address(text)).to_string();
        assert_eq!(network("192.0.2.7"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.200"), "192.0.2.0/24");
        assert_eq!(network("192.0.3.7"), "192.0.3.0/24");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2:ffff::1"), network("2001:db8:1:2::1"));
    }
}
