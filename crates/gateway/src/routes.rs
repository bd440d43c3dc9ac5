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
use crate::{challenge, customers, idempotency, openapi, payment_methods, payments, refunds, sandbox, vault, webhooks};

pub(crate) const PAYMENTS: &str = "/payments";
pub(crate) const PAYMENT: &str = "/payments/{payment_id}";
pub(crate) const CONFIRM: &str = "/payments/{payment_id}/confirm";
const CAPTURE: &str = "/payments/{payment_id}/capture";
pub(crate) const CANCEL: &str = "/payments/{payment_id}/cancel";
const CANCEL_POST_CAPTURE: &str = "/payments/{payment_id}/cancel_post_capture";
const PAYMENTS_LIST: &str = "/payments/list";
const REFUNDS: &str = "/refunds";
const REFUND: &str = "/refunds/{refund_id}";
const REFUNDS_LIST: &str = "/refunds/list";
const CUSTOMERS: &str = "/customers";
const CUSTOMERS_LIST: &str = "/customers/list";
const CUSTOMERS_COUNTED: &str = "/customers/list_with_count";
const CUSTOMER: &str = "/customers/{customer_id}";
const CUSTOMERS_METHODS: &str = "/customers/{customer_id}/payment_methods";
const DEFAULT_METHOD: &str = "/customers/{customer_id}/payment_methods/{payment_method_id}/default";
const BROWSERS_METHODS: &str = "/customers/payment_methods";
const OFFERED_METHODS: &str = "/account/payment_methods";
const METHODS: &str = "/payment_methods";
const METHOD: &str = "/payment_methods/{payment_method_id}";
const METHOD_UPDATE: &str = "/payment_methods/{payment_method_id}/update";
const METHOD_SAVE: &str = "/payment_methods/{payment_method_id}/save";
const EVENTS: &str = "/events/{merchant_id}";
const EVENT_ATTEMPTS: &str = "/events/{merchant_id}/{event_id}/attempts";
const EVENT_RETRY: &str = "/events/{merchant_id}/{event_id}/retry";
const TOKENS: &str = "/tokens";
const START: &str = "/payments/redirect/{payment_id}/{merchant_id}/{attempt_id}";
const RETURN: &str = "/payments/{payment_id}/{merchant_id}/redirect/response/{connector}";
const BANK: &str = "/dummy-connector/authorize/{attempt_id}";
const BANK_STYLE: &str = "/dummy-connector/bank.css";
const COMPLETE: &str = "/dummy-connector/complete/{attempt_id}";
const ACCOUNTS: &str = "/accounts";
const ACCOUNTS_LIST: &str = "/accounts/list";
const ACCOUNT: &str = "/accounts/{merchant_id}";
const API_KEYS: &str = "/api_keys/{merchant_id}";
const API_KEYS_LIST: &str = "/api_keys/{merchant_id}/list";
const API_KEY: &str = "/api_keys/{merchant_id}/{key_id}";
const PROFILES: &str = "/account/{merchant_id}/business_profile";
const PROFILE: &str = "/account/{merchant_id}/business_profile/{profile_id}";
const CONNECTORS: &str = "/account/{merchant_id}/connectors";
const CONNECTOR: &str = "/account/{merchant_id}/connectors/{merchant_connector_id}";
/// What the sandbox's own controls begin with: never counted, never at fault.
pub(crate) const SANDBOX: &str = "/sandbox/";

/// Every route that a fault may be set for.
pub(crate) const ALL: &[&str] = &[
    PAYMENTS,
    PAYMENT,
    CONFIRM,
    CAPTURE,
    CANCEL,
    CANCEL_POST_CAPTURE,
    PAYMENTS_LIST,
    REFUNDS,
    REFUND,
    REFUNDS_LIST,
    CUSTOMERS,
    CUSTOMERS_LIST,
    CUSTOMERS_COUNTED,
    CUSTOMER,
    CUSTOMERS_METHODS,
    DEFAULT_METHOD,
    BROWSERS_METHODS,
    OFFERED_METHODS,
    METHODS,
    METHOD,
    METHOD_UPDATE,
    METHOD_SAVE,
    EVENTS,
    EVENT_ATTEMPTS,
    EVENT_RETRY,
    TOKENS,
    START,
    RETURN,
    BANK,
    COMPLETE,
    ACCOUNTS,
    ACCOUNTS_LIST,
    ACCOUNT,
    API_KEYS,
    API_KEYS_LIST,
    API_KEY,
    PROFILES,
    PROFILE,
    CONNECTORS,
    CONNECTOR,
];

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

/// All of the gateway. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that a
/// browser's own confirm carries the shopper's address.
pub fn router(gateway: Gateway) -> Router {
    let intake = from_fn_with_state(gateway.clone(), sandbox::intake);
    let once = from_fn_with_state(gateway.clone(), idempotency::replay);
    let for_browsers = Router::new()
        .route(TOKENS, post(vault::create_token))
        .route(PAYMENT, get(payments::retrieve).post(payments::update))
        .route(CONFIRM, post(payments::confirm))
        .route(BROWSERS_METHODS, get(payment_methods::list_for_browser))
        .route(OFFERED_METHODS, get(payment_methods::offered))
        .route(METHOD_SAVE, post(payment_methods::save))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(once.clone())
        .layer(intake.clone())
        .layer(cors(&gateway));
    let for_servers = Router::new()
        .route(PAYMENTS, post(payments::create))
        .route(CAPTURE, post(payments::capture))
        .route(CANCEL, post(payments::cancel))
        .route(CANCEL_POST_CAPTURE, post(payments::cancel_post_capture))
        .route(PAYMENTS_LIST, get(payments::list).post(payments::list_by_filter))
        .route(REFUNDS, post(refunds::create))
        .route(REFUND, get(refunds::retrieve).post(refunds::update))
        .route(REFUNDS_LIST, post(refunds::list))
        .merge(for_customers())
        .merge(for_admins())
        .merge(for_shoppers())
        .merge(controls())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(once.clone())
        .layer(intake);
    Router::new()
        .route("/health", get(async || "health is good"))
        .route("/ready", get(ready))
        .route("/openapi.json", get(openapi::document))
        .route("/docs", get(openapi::page))
        .route("/docs/docs.css", get(openapi::stylesheet))
        .merge(for_browsers)
        .merge(for_servers)
        .fallback(async || ApiError::UnknownRoute)
        .with_state(gateway)
}

fn for_admins() -> Router<Gateway> {
    use crate::accounts::{api_keys, connectors, merchant_accounts, profiles};
    let account = get(merchant_accounts::retrieve).post(merchant_accounts::update).delete(merchant_accounts::delete);
    let key = get(api_keys::retrieve).post(api_keys::update).delete(api_keys::revoke);
    let profile = get(profiles::retrieve).post(profiles::update).delete(profiles::delete);
    let connector = get(connectors::retrieve).post(connectors::update).delete(connectors::delete);
    Router::new()
        .route(ACCOUNTS, post(merchant_accounts::create))
        .route(ACCOUNTS_LIST, get(merchant_accounts::list))
        .route(ACCOUNT, account)
        .route(API_KEYS, post(api_keys::create))
        .route(API_KEYS_LIST, get(api_keys::list))
        .route(API_KEY, key)
        .route(PROFILES, post(profiles::create).get(profiles::list))
        .route(PROFILE, profile)
        .route(CONNECTORS, post(connectors::create).get(connectors::list))
        .route(CONNECTOR, connector)
        .route(EVENTS, post(webhooks::list_events))
        .route(EVENT_ATTEMPTS, get(webhooks::event_attempts))
        .route(EVENT_RETRY, post(webhooks::retry_event))
}

fn for_customers() -> Router<Gateway> {
    Router::new()
        .route(CUSTOMERS, post(customers::create))
        .route(CUSTOMERS_LIST, get(customers::list))
        .route(CUSTOMERS_COUNTED, get(customers::list_with_count))
        .route(CUSTOMER, get(customers::retrieve).post(customers::update).delete(customers::delete))
        .route(CUSTOMERS_METHODS, get(payment_methods::list))
        .route(DEFAULT_METHOD, post(payment_methods::make_default))
        .route(METHODS, post(payment_methods::create))
        .route(METHOD, get(payment_methods::retrieve).delete(payment_methods::delete))
        .route(METHOD_UPDATE, post(payment_methods::update))
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
        .route("/sandbox", get(sandbox::show_page))
        .route("/sandbox/page.css", get(sandbox::page_stylesheet))
        .route("/sandbox/form", post(sandbox::submit_form))
        .route("/sandbox/cards", get(sandbox::cards))
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
