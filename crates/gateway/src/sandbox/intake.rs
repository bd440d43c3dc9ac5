//! Where every call comes in: its body is bounded, it gets a number, it is counted, and what was
//! ordered to go wrong goes wrong.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::faults::{Fault, Kind};
use crate::gateway::Gateway;
use crate::routes;
use crate::wire::ApiError;

/// No call needs more.
const LARGEST_BODY: usize = 64 * 1024;

/// Answers are ours, and small; this only guards the rewriting of one.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Longer than any deadline of a caller, and still an end for a gateway that is told to stop.
const IGNORED_FOR: Duration = Duration::from_secs(120);

/// An hour: longer than anybody looks, and still an end.
const USUAL_HANG_MS: u64 = 60 * 60 * 1000;

/// What goes wrong inside a call rather than around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadDay {
    /// The processor does not answer for so long.
    Hang(Duration),
    /// A cancel is confirmed and not carried out.
    IgnoredCancel,
}

tokio::task_local! {
    static BAD_DAY: BadDay;
}

/// What goes wrong inside the call that is being answered.
pub(crate) fn bad_day() -> Option<BadDay> {
    BAD_DAY.try_with(|bad_day| *bad_day).ok()
}

/// The same bad day for work that goes on in a task of its own.
pub(crate) fn bring_bad_day<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let today = bad_day();
    async move {
        match today {
            Some(bad_day) => BAD_DAY.scope(bad_day, work).await,
            None => work.await,
        }
    }
}

/// The middleware in front of every route.
pub(crate) async fn intake(
    State(gateway): State<Gateway>,
    path: MatchedPath,
    params: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let request_id = hex::encode(gateway.randomness.bytes::<16>());
    let (parts, body) = request.into_parts();
    let mut response = match to_bytes(body, LARGEST_BODY).await {
        Ok(body) => {
            let in_path = params.iter().find(|(name, _)| *name == "payment_id").map(|(_, value)| value.to_owned());
            let call = Call { method: parts.method.as_str().to_owned(), path: path.as_str().to_owned(), in_path };
            let fault = call.register(&gateway, &body);
            carry_out(fault, Request::from_parts(parts, Body::from(body)), next).await
        }
        Err(_) => ApiError::BodyTooLarge(LARGEST_BODY).into_response(),
    };
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// A call, as far as counts and faults look at it.
struct Call {
    method: String,
    path: String,
    in_path: Option<String>,
}

impl Call {
    /// Counts the call; answers the fault that strikes it.
    fn register(&self, gateway: &Gateway, body: &Bytes) -> Option<Fault> {
        if self.path.starts_with(routes::SANDBOX) {
            return None;
        }
        let mut orders = gateway.sandbox.lock();
        if let Some(payment_id) = &self.in_path {
            orders.counts.count(payment_id, &format!("{} {}", self.method, self.path));
        }
        let must_look = orders.faults.iter().any(|fault| fault.needs_payment_id(&self.method, &self.path));
        let payment_id = self.in_path.clone().or_else(|| must_look.then(|| payment_in(body)).flatten());
        let for_this = |fault: &&mut Fault| fault.is_for(&self.method, &self.path, payment_id.as_deref());
        orders.faults.iter_mut().filter(for_this).find_map(|fault| fault.strikes().then(|| fault.clone()))
    }
}

/// The payment that a body names, itself or by its client secret.
fn payment_in(body: &Bytes) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let named = body.get("payment_id").and_then(Value::as_str);
    let by_secret = || body.get("client_secret")?.as_str()?.rsplit_once("_secret_").map(|(payment_id, _)| payment_id);
    named.or_else(by_secret).map(str::to_owned)
}

async fn carry_out(fault: Option<Fault>, request: Request, next: Next) -> Response {
    let Some(fault) = fault else { return next.run(request).await };
    match fault.fault {
        Kind::Delay => {
            let response = next.run(request).await;
            // Real time: a fault is about a network, which does not wait for the sandbox's clock.
            tokio::time::sleep(Duration::from_millis(fault.ms.unwrap_or(0))).await;
            response
        }
        Kind::DropBefore => dropped(),
        Kind::DropAfter => {
            next.run(request).await;
            dropped()
        }
        Kind::Status => {
            let status = fault.status.and_then(|status| StatusCode::from_u16(status).ok());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let error = json!({ "error": { "type": "api", "message": "A fault of the sandbox", "code": "HE_00" } });
            let mut response = (status, axum::Json(error)).into_response();
            let usual = (status == StatusCode::TOO_MANY_REQUESTS).then_some(1);
            if let Some(seconds) = fault.retry_after.or(usual) {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
        Kind::Hang => {
            let hang = Duration::from_millis(fault.ms.unwrap_or(USUAL_HANG_MS));
            BAD_DAY.scope(BadDay::Hang(hang), next.run(request)).await
        }
        Kind::IgnoredCancel => BAD_DAY.scope(BadDay::IgnoredCancel, next.run(request)).await,
        Kind::WrongAmount => with_wrong_amount(next.run(request).await).await,
        Kind::Ignore => {
            // The caller goes away first, and this future with it.
            tokio::time::sleep(IGNORED_FOR).await;
            dropped()
        }
    }
}

/// An answer that ends the connection before its first byte: the server meets the failing body
/// before it has sent the head.
fn dropped() -> Response {
    Response::new(Body::new(Broken))
}

/// A body that fails at once.
struct Broken;

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted))))
    }
}

async fn with_wrong_amount(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_ANSWER).await else { return dropped() };
    let Ok(mut json) = serde_json::from_slice::<Value>(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    if let Some(amount) = json.get_mut("amount").filter(|amount| amount.is_i64()) {
        *amount = json!(amount.as_i64().unwrap_or(0).saturating_add(1));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json.to_string()))
}
