//! One address in front of the servers. A connection goes to whoever is there, and breaks when it dies.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};

/// Where the servers are at the moment.
#[derive(Clone)]
pub(crate) struct Balancer {
    pub(crate) url: String,
    servers: Arc<Mutex<Vec<Option<SocketAddr>>>>,
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let balancer = Self { url, servers: Arc::default() };
        let own = balancer.clone();
        tokio::spawn(async move {
            let turn = AtomicUsize::new(0);
            while let Ok((client, _)) = listener.accept().await {
                let servers = own.from(turn.fetch_add(1, Ordering::Relaxed));
                tokio::spawn(connect(client, servers));
            }
        });
        balancer
    }

    /// Where this one is; none while it is down.
    pub(crate) fn set(&self, place: usize, server: Option<SocketAddr>) {
        let mut servers = self.servers.lock().unwrap();
        if servers.len() <= place {
            servers.resize(place + 1, None);
        }
        servers[place] = server;
    }

    /// Those that are up, beginning with another one each time.
    fn from(&self, turn: usize) -> Vec<SocketAddr> {
        let servers = self.servers.lock().unwrap();
        let count = servers.len().max(1);
        (0..count).filter_map(|place| *servers.get((turn + place) % count)?).collect()
    }
}

async fn connect(mut client: TcpStream, servers: Vec<SocketAddr>) {
    for server in servers {
        if let Ok(mut server) = TcpStream::connect(server).await {
            // A broken connection is what this is all about.
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
