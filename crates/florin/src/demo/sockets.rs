//! Takes the addresses before anything else happens, so that a port in use changes nothing.

use std::io::{self, ErrorKind};
use std::net::TcpListener;

use anyhow::{Result, anyhow, bail};

use super::address::Address;
use super::flags::Part;

/// How often a free port is sought that is free on every address of the host.
const TRIES: u32 = 8;

/// The sockets of one part, listening.
pub(crate) struct Sockets {
    /// With the port that was really taken.
    pub(crate) address: Address,
    pub(crate) listeners: Vec<TcpListener>,
}

/// Listens on every address the host stands for, all at the same port.
pub(crate) fn listen(address: &Address) -> io::Result<Sockets> {
    let mut tries = 0;
    loop {
        tries += 1;
        match listen_once(address) {
            // The port was free on one address of the host and not on the other: seek another.
            Err(error) if error.kind() == ErrorKind::AddrInUse && address.port() == 0 && tries < TRIES => {}
            ended => return ended,
        }
    }
}

fn listen_once(address: &Address) -> io::Result<Sockets> {
    let mut taken = Sockets { address: address.clone(), listeners: Vec::new() };
    let mut unavailable = None;
    for mut socket in address.resolve()? {
        socket.set_port(taken.address.port());
        match TcpListener::bind(socket) {
            Ok(listener) => {
                taken.address = taken.address.at_port(listener.local_addr()?.port());
                taken.listeners.push(listener);
            }
            // `localhost` is also ::1, which a machine without IPv6 does not have.
            Err(error) if is_absent(&error) => unavailable = Some(error),
            Err(error) => return Err(error),
        }
    }
    match unavailable {
        Some(error) if taken.listeners.is_empty() => Err(error),
        _ if taken.listeners.is_empty() => Err(io::Error::new(ErrorKind::NotFound, "the host has no address")),
        _ => Ok(taken),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported)
        // EAFNOSUPPORT: std has no stable name for it.
        || error.raw_os_error() == Some(97)
}

/// Why a part has no sockets, and what to do.
pub(crate) fn explain(part: Part, address: &Address, is_kept: bool, error: &io::Error) -> anyhow::Error {
    let remedy = if is_kept {
        "This demo keeps its addresses: stop the other program, or start another demo with another --data.".to_owned()
    } else {
        format!("Stop the other program, or give the {part} another address with --{} HOST:PORT.", part.flag())
    };
    match error.kind() {
        ErrorKind::AddrInUse => anyhow!("The {part}'s address {address} is in use. {remedy}"),
        ErrorKind::PermissionDenied => anyhow!(
            "The {part} may not listen on {address}: {error}. Ports from 1024 on are open to everybody (--{}).",
            part.flag()
        ),
        _ => anyhow!("The {part} can't listen on {address}: {error} (--{} HOST:PORT gives another).", part.flag()),
    }
}

/// Two parts at one address would be one origin.
pub(crate) fn refuse_twins(addresses: &[(Part, Address)]) -> Result<()> {
    for (index, (part, address)) in addresses.iter().enumerate() {
        let twin = addresses[..index].iter().find(|(_, other)| other == address && address.port() != 0);
        if let Some((other, _)) = twin {
            bail!("--{} and --{} are both {address}; each part needs an address of its own", other.flag(), part.flag());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_zero_becomes_a_real_port() {
        let sockets = listen(&"127.0.0.1:0".parse().unwrap()).unwrap();
        assert_ne!(sockets.address.port(), 0);
        assert_eq!(sockets.listeners[0].local_addr().unwrap().port(), sockets.address.port());
    }

    #[test]
    fn every_address_of_localhost_has_the_same_port() {
        let sockets = listen(&"localhost:0".parse().unwrap()).unwrap();
        assert!(!sockets.listeners.is_empty());
        for listener in &sockets.listeners {
            assert_eq!(listener.local_addr().unwrap().port(), sockets.address.port());
        }
    }

    #[test]
    fn a_port_in_use_names_the_flag_that_changes_it() {
        let first = listen(&"127.0.0.1:0".parse().unwrap()).unwrap();
        let error = listen(&first.address).err().unwrap();
        let fresh = explain(Part::Gateway, &first.address, false, &error).to_string();
        assert!(fresh.contains("is in use") && fresh.contains("--gateway"), "{fresh}");
        let kept = explain(Part::Gateway, &first.address, true, &error).to_string();
        assert!(kept.contains("is in use") && kept.contains("--data"), "{kept}");
    }

    #[test]
    fn two_parts_at_one_address_are_refused() {
        let address = |text: &str| text.parse::<Address>().unwrap();
        let twins = [(Part::Shop, address("localhost:1")), (Part::Frame, address("localhost:1"))];
        let refused = refuse_twins(&twins).err().unwrap().to_string();
        assert!(refused.starts_with("--shop and --frame are both localhost:1"), "{refused}");
        assert!(refuse_twins(&[(Part::Shop, address("localhost:1")), (Part::Frame, address("127.0.0.1:1"))]).is_ok());
        assert!(refuse_twins(&[(Part::Shop, address("localhost:0")), (Part::Frame, address("localhost:0"))]).is_ok());
    }
}
