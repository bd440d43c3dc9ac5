//! One connection: its requests answered one by one, its silence not waited for.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::{Json, Router};
use florin_domain::error::{Advice, ErrorBody, ErrorObject, ErrorType};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::awaited::Awaited;
use super::impatient::Impatient;
use super::{Manners, closing};

/// A request's head is far smaller; a return URL has up to 8 KiB.
const LARGEST_HEAD: usize = 64 * 1024;

/// A client that was let in.
pub(super) struct Connection {
    pub(super) router: Router,
    pub(super) peer: SocketAddr,
    pub(super) manners: Manners,
}

impl Connection {
    /// Serves it to its end, its client's or ours.
    pub(super) async fn serve(self, stream: TcpStream, stop: watch::Receiver<bool>) {
        let manners = self.manners;
        // Not one byte in all that time: the parser below has not begun to count then.
        let begun = tokio::select! {
            readable = tokio::time::timeout(manners.head, stream.readable()) => matches!(readable, Ok(Ok(()))),
            // Browsers open connections in advance; nobody misses one that was never used.
            () = closing(stop.clone(), manners.drain) => false,
        };
        if !begun {
            return;
        }
        let stopping = stop.clone();
        let service = service_fn(move |request| {
            let (router, peer, is_stopping) = (self.router.clone(), self.peer, *stopping.borrow());
            async move { Ok::<_, Infallible>(answer(router, peer, manners, is_stopping, request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(manners.head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(Impatient::new(stream, manners.answer)), service);
        tokio::pin!(connection);
        let closing = closing(stop, manners.drain);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            () = closing => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke off");
        }
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    manners: Manners,
    is_stopping: bool,
    mut request: Request<Incoming>,
) -> Response<Body> {
    request.extensions_mut().insert(ConnectInfo(peer));
    let is_missing = Arc::new(AtomicBool::new(false));
    let request = request.map(|body| Body::new(Awaited { body, is_missing: Arc::clone(&is_missing) }));
    let answered = tokio::time::timeout(manners.request, router.oneshot(request)).await;
    let (mut response, is_late) = match answered {
        Ok(Ok(response)) => (response, false),
        Ok(Err(never)) => match never {},
        Err(_) => (too_late(is_missing.load(Ordering::Relaxed)).into_response(), true),
    };
    if is_stopping || is_late {
        // The next request belongs to another connection, and so to another server.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The Error that every other refusal has. Nothing is begun before its request's body is there; once something
/// was begun, nobody can say how far it came.
fn too_late(is_body_missing: bool) -> (StatusCode, Json<ErrorBody>) {
    let (status, error) = if is_body_missing {
        let message = "the request's body did not come in time; nothing was changed";
        let error = ErrorObject::new(ErrorType::Validation, "request_timeout", message).retryable();
        (StatusCode::REQUEST_TIMEOUT, error)
    } else {
        let message = "not answered in time; what was begun may go on: read before you repeat";
        let error = ErrorObject::new(ErrorType::Internal, "answer_timeout", message).advise(Advice::Wait);
        (StatusCode::SERVICE_UNAVAILABLE, error)
    };
    (status, Json(ErrorBody { error }))
}
