//! The merchant servers: processes of the binary, killed as an operating system kills.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use crate::balancer::Balancer;
use crate::gateway::{FRAME, HASH_KEY, PUBLISHABLE_KEY, SECRET_KEY};
use crate::shop::{SHOP_KEY, WEBHOOK_SECRET};

/// Two of them.
pub(crate) struct Servers {
    running: Vec<Child>,
    environment: Vec<(&'static str, String)>,
    balancer: Balancer,
}

impl Servers {
    pub(crate) fn start(database: &str, collect: &str, gateway: &str, balancer: &Balancer, shop: &str) -> Self {
        let environment = [
            ("DATABASE_URL", database),
            ("FLORIN_MERCHANT_LISTEN", "127.0.0.1:0"),
            ("FLORIN_PUBLIC_URL", &balancer.url),
            ("FLORIN_FRAME", FRAME),
            ("FLORIN_MERCHANT_NAME", "Cartoleria"),
            ("FLORIN_SHOPS", "http://localhost:4241"),
            ("FLORIN_SHOP_WEBHOOK_URL", &format!("{shop}/webhooks")),
            ("FLORIN_SHOP_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("FLORIN_SHOP_KEYS", SHOP_KEY),
            ("FLORIN_COLLECT", collect),
            // Every shopper here sits in one network, and a fast machine lets many of them buy.
            ("FLORIN_LIMIT_NETWORK", "1000000"),
            ("OWNGATEWAY_BASE_URL", gateway),
            ("OWNGATEWAY_MERCHANT_ID", "merchant_test"),
            ("OWNGATEWAY_PROFILE_ID", "pro_test"),
            ("OWNGATEWAY_PUBLISHABLE_KEY", PUBLISHABLE_KEY),
            ("OWNGATEWAY_SECRET_KEY", SECRET_KEY),
            ("OWNGATEWAY_HASH_KEYS", HASH_KEY),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .to_vec();
        let mut servers = Self { running: Vec::new(), environment, balancer: balancer.clone() };
        for place in 0..2 {
            let child = servers.spawn(place);
            servers.running.push(child);
        }
        servers
    }

    /// SIGKILL: nothing is finished, nothing is closed.
    pub(crate) fn kill_and_restart(&mut self, place: usize) {
        self.balancer.set(place, None);
        self.running[place].kill().unwrap();
        self.running[place].wait().unwrap();
        self.running[place] = self.spawn(place);
    }

    fn spawn(&self, place: usize) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_florin"));
        command.arg("merchant").envs(self.environment.clone()).stdin(Stdio::null()).stdout(Stdio::piped());
        // Kept after a test: what they said of themselves.
        let log = format!("{}/killed-{}-{place}.log", env!("CARGO_TARGET_TMPDIR"), std::process::id());
        let log = std::fs::OpenOptions::new().append(true).create(true).open(log).unwrap();
        let mut child = command.stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(' ').next());
        let address: SocketAddr = address.unwrap_or_else(|| panic!("it said {line:?}")).parse().unwrap();
        self.balancer.set(place, Some(address));
        child
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
