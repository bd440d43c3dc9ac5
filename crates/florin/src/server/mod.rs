//! Serves one router on its sockets until it is told to stop, whatever its clients do or leave undone.

mod awaited;
mod connection;
mod impatient;
mod manners;
mod sockets;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

pub(crate) use manners::Manners;
pub(crate) use sockets::socket;

use connection::Connection;

/// The system is out of descriptors or memory: asked again after this long.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(200);

/// Says where it listens. Whoever started it may have heard enough: a pipe that is closed ends no server.
pub(crate) fn announce(what: &str) {
    let _ = writeln!(io::stdout(), "{what}");
}

/// Answers requests on every socket. Ends after `stop` became true and open requests were answered.
pub(crate) async fn serve(
    sockets: Vec<std::net::TcpListener>,
    router: Router,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    serve_with(sockets, router, stop, Manners::default()).await
}

/// The same, with other manners.
pub(crate) async fn serve_with(
    sockets: Vec<std::net::TcpListener>,
    router: Router,
    stop: watch::Receiver<bool>,
    manners: Manners,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(manners.connections));
    let mut accepting = JoinSet::new();
    let tasks = TaskTracker::new();
    for socket in sockets {
        let door = Door {
            listener: listen(socket)?,
            router: router.clone(),
            places: Arc::clone(&places),
            tasks: tasks.clone(),
            stop: stop.clone(),
            manners,
        };
        accepting.spawn(door.keep_open());
    }
    while let Some(ended) = accepting.join_next().await {
        ended.map_err(io::Error::other)?;
    }
    tasks.close();
    // What has not ended by then is cut.
    let _ = tokio::time::timeout(manners.grace, tasks.wait()).await;
    Ok(())
}

fn listen(socket: std::net::TcpListener) -> io::Result<TcpListener> {
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket)
}

/// One listening socket.
struct Door {
    listener: TcpListener,
    router: Router,
    places: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: watch::Receiver<bool>,
    manners: Manners,
}

impl Door {
    /// Lets connections in, as many as there are places, until the stop and the drain after it.
    async fn keep_open(self) {
        let closing = closing(self.stop.clone(), self.manners.drain);
        tokio::pin!(closing);
        loop {
            let entered = async {
                let place = Arc::clone(&self.places).acquire_owned().await;
                (place, self.listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                () = &mut closing => return,
                entered = entered => entered,
            };
            match (place, accepted) {
                (Ok(place), Ok((stream, peer))) => {
                    prepare(&stream);
                    let connection = Connection { router: self.router.clone(), peer, manners: self.manners };
                    let stop = self.stop.clone();
                    self.tasks.spawn(async move {
                        connection.serve(stream, stop).await;
                        drop(place);
                    });
                }
                (_, Err(error)) if is_of_one_connection(&error) => {}
                (_, error) => {
                    tracing::error!(?error, "can't take connections; trying again");
                    tokio::time::sleep(PAUSE_AFTER_ERROR).await;
                }
            }
        }
    }
}

/// Answers are small and whole: waiting for more to send only costs time.
fn prepare(stream: &TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "could not switch Nagle's algorithm off");
    }
}

/// The client was gone before it was let in.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(error.kind(), K::ConnectionRefused | K::ConnectionAborted | K::ConnectionReset)
}

/// Waits for the stop, and for those who have not heard of it yet.
async fn closing(stop: watch::Receiver<bool>, drain: Duration) {
    stopped(stop).await;
    tokio::time::sleep(drain).await;
}

/// Waits for the stop; a sender that is gone means the same.
pub(crate) async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
