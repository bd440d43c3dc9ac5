//! Serves one router on its sockets until it is told to stop.

use std::future::IntoFuture;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long open requests may go on after the stop; then their connections are cut.
const DRAIN: Duration = Duration::from_secs(5);

/// Answers requests on every socket. Ends after `stop` became true and open requests were answered.
pub(crate) async fn serve(
    sockets: Vec<std::net::TcpListener>,
    router: Router,
    stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let mut serving = JoinSet::new();
    for socket in sockets {
        serving.spawn(serve_one(listen(socket)?, router.clone(), stop.clone()));
    }
    while let Some(ended) = serving.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    Ok(())
}

fn listen(socket: std::net::TcpListener) -> io::Result<TcpListener> {
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket)
}

async fn serve_one(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) -> io::Result<()> {
    // Answers are small and whole: waiting for more to send only costs time.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "could not switch Nagle's algorithm off");
        }
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let drained = axum::serve(listener, service).with_graceful_shutdown(stopped(stop.clone())).into_future();
    let overdue = async {
        stopped(stop).await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = drained => ended,
        () = overdue => Ok(()),
    }
}

/// Waits for the stop; a sender that is gone means the same.
pub(crate) async fn stopped(mut stop: watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
