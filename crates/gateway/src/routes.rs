//! The addresses of the gateway, each once.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use florin_store::params;
use tower_http::cors::CorsLayer;

use crate::gateway::Gateway;
use crate::wire::ApiError;
use crate::{challenge, payments, refunds, sandbox, vault};

const PAYMENTS: &str = "/payments";
pub(crate) const PAYMENT: &str = "/payments/{payment_id}";
const CONFIRM: &str = "/payments/{payment_id}/confirm";
const CAPTURE: &str = "/payments/{payment_id}/capture";
const CANCEL: &str = "/payments/{payment_id}/cancel";
const REFUNDS: &str = "/refunds";
const REFUND: &str = "/refunds/{refund_id}";
const TOKENS: &str = "/tokens";
const START: &str = "/payments/redirect/{payment_id}/{merchant_id}/{attempt_id}";
const RETURN: &str = "/payments/{payment_id}/{merchant_id}/redirect/response/{connector}";
const BANK: &str = "/dummy-connector/authorize/{attempt_id}";
const BANK_STYLE: &str = "/dummy-connector/bank.css";
const COMPLETE: &str = "/dummy-connector/complete/{attempt_id}";
/// What the sandbox's own controls begin with: never counted, never at fault.
pub(crate) const SANDBOX: &str = "/sandbox/";

/// Every route that a fault may be set for.
pub(crate) const ALL: &[&str] =
    &[PAYMENTS, PAYMENT, CONFIRM, CAPTURE, CANCEL, REFUNDS, REFUND, TOKENS, START, RETURN, BANK, COMPLETE];

/// How long a browser may remember that it may call: the longest that Chromium heeds.
const PREFLIGHT_VALID_FOR: Duration = Duration::from_secs(7200);

/// All of the gateway. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that a
/// browser's own confirm carries the shopper's address.
pub fn router(gateway: Gateway) -> Router {
    let intake = from_fn_with_state(gateway.clone(), sandbox::intake);
    let for_browsers = Router::new()
        .route(TOKENS, post(vault::create_token))
        .route(PAYMENT, get(payments::retrieve).post(payments::update))
        .route(CONFIRM, post(payments::confirm))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(intake.clone())
        .layer(cors(&gateway));
    let for_servers = Router::new()
        .route(PAYMENTS, post(payments::create))
        .route(CAPTURE, post(payments::capture))
        .route(CANCEL, post(payments::cancel))
        .route(REFUNDS, post(refunds::create))
        .route(REFUND, get(refunds::retrieve))
        .merge(for_shoppers())
        .merge(controls())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(intake);
    Router::new()
        .route("/health", get(async || "health is good"))
        .route("/ready", get(ready))
        .merge(for_browsers)
        .merge(for_servers)
        .fallback(async || ApiError::UnknownRoute)
        .with_state(gateway)
}

fn for_shoppers() -> Router<Gateway> {
    Router::new()
        .route(START, get(challenge::start))
        .route(BANK, get(challenge::authorize))
        .route(BANK_STYLE, get(challenge::stylesheet))
        .route(COMPLETE, get(challenge::complete))
        .route(RETURN, get(challenge::give_back).post(challenge::give_back))
}

fn controls() -> Router<Gateway> {
    Router::new()
        .route("/sandbox/faults", post(sandbox::add_fault).get(sandbox::list_faults).delete(sandbox::clear_faults))
        .route("/sandbox/faults/{id}", get(sandbox::one_fault).delete(sandbox::remove_fault))
        .route("/sandbox/webhooks", post(sandbox::set_webhooks).get(sandbox::show_webhooks))
        .route("/sandbox/clock", post(sandbox::advance))
        .route("/sandbox/requests", get(sandbox::requests))
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
