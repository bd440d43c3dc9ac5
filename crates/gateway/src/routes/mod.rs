//! The addresses of the gateway: one table, from which the router and the document are made.

mod controls;
mod customers;
mod disputes;
mod endings;
mod events;
mod mandates;
mod operation;
mod payments;
mod plain;
mod refunds;
mod setup;
mod shoppers;

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use florin_store::params;
use tower_http::cors::CorsLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::gateway::Gateway;
use crate::wire::ApiError;
use crate::{idempotency, sandbox};

pub(crate) use operation::Operation;

pub(crate) const PAYMENTS: &str = "/payments";
pub(crate) const PAYMENT: &str = "/payments/{payment_id}";
pub(crate) const CONFIRM: &str = "/payments/{payment_id}/confirm";
pub(crate) const CANCEL: &str = "/payments/{payment_id}/cancel";
/// What the sandbox's own controls begin with: never counted, never at fault.
pub(crate) const SANDBOX: &str = "/sandbox";

/// The calls a person may want to go wrong, by method.
pub(crate) const FAULTY: &[&str] = &[
    "POST /payments/{payment_id}/confirm",
    "POST /payments",
    "GET /payments/{payment_id}",
    "POST /payments/{payment_id}/capture",
    "POST /payments/{payment_id}/cancel",
    "POST /refunds",
    "GET /refunds/{refund_id}",
    "POST /tokens",
];

/// How long a browser may remember that it may call: the longest that Chromium heeds.
const PREFLIGHT_VALID_FOR: Duration = Duration::from_secs(7200);

/// Addresses that OwnGateway answers under another spelling too. They are documented once.
const ALSO: &[(&str, &str)] = &[("/configs", "/configs/")];

/// The calls, in the order in which their examples can run.
static CALLS: &[&[Operation]] = &[
    setup::OPERATIONS,
    customers::OPERATIONS,
    payments::OPERATIONS,
    refunds::OPERATIONS,
    mandates::OPERATIONS,
    disputes::OPERATIONS,
    events::OPERATIONS,
    shoppers::OPERATIONS,
    controls::OPERATIONS,
    endings::OPERATIONS,
];

/// Everything that this gateway answers, in the order in which the examples can run.
pub(crate) fn operations() -> impl Iterator<Item = &'static Operation> {
    calls().chain(plain::OPERATIONS)
}

fn calls() -> impl Iterator<Item = &'static Operation> {
    CALLS.iter().copied().flatten()
}

/// Every route that a fault may be set for.
pub(crate) fn may_go_wrong() -> impl Iterator<Item = &'static str> {
    calls().map(Operation::route).filter(|route| !route.starts_with(SANDBOX))
}

/// All of the gateway. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that a
/// browser's own confirm carries the shopper's address.
pub fn router(gateway: Gateway) -> Router {
    let intake = from_fn_with_state(gateway.clone(), sandbox::intake);
    let once = from_fn_with_state(gateway.clone(), idempotency::replay);
    let of_browsers: BTreeSet<_> = calls().filter(|call| call.is_for_browsers()).map(Operation::route).collect();
    let (for_browsers, for_servers): (Vec<_>, Vec<_>) =
        calls().partition(|operation| of_browsers.contains(operation.route()));
    let called = |operations: Vec<&'static Operation>| {
        served(operations).method_not_allowed_fallback(method_not_allowed).layer(once.clone()).layer(intake.clone())
    };
    served(plain::OPERATIONS)
        .merge(called(for_browsers).layer(cors(&gateway)))
        .merge(called(for_servers))
        .fallback(async || ApiError::UnknownRoute)
        .with_state(gateway)
        .layer(always(header::VIA, "HyperSwitch"))
        .layer(always(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
}

/// A header of every answer, as OwnGateway has it. Browsers take the second from TLS alone.
fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

/// The only place where an address meets what serves it.
fn served(operations: impl IntoIterator<Item = &'static Operation>) -> Router<Gateway> {
    let mut router = Router::new();
    for operation in operations {
        let also = ALSO.iter().filter(|(route, _)| *route == operation.route()).map(|(_, other)| *other);
        for one in std::iter::once(operation.route()).chain(also) {
            router = router.route(one, (operation.serve)());
        }
    }
    router
}

/// Scripts of the configured origins alone, and no cookies.
fn cors(gateway: &Gateway) -> CorsLayer {
    let origins = gateway.settings.browser_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([HeaderName::from_static("api-key"), header::CONTENT_TYPE])
        .max_age(PREFLIGHT_VALID_FOR)
}

async fn method_not_allowed() -> ApiError {
    ApiError::MethodNotAllowed
}

/// Whether the process runs.
async fn health() -> &'static str {
    "health is good"
}

/// Whether the database answers.
async fn ready(State(gateway): State<Gateway>) -> Response {
    let answer = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS merchants FROM merchants", params![]));
    match answer.await {
        Ok(_) => "ready".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response()
        }
    }
}
