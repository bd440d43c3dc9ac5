//! All routes of a merchant server, and a list of them: what is routed is what is described.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::handler::Handler;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::routing;
use florin_domain::mode::Mode;
use florin_store::StoreError;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{ApiError, Merchant, checkout, listen, metrics, openapi, orders, pages, returned, sandbox, webhook};

/// Larger than any order of a shop's; a webhook carries a whole payment.
const LARGEST_BODY: usize = 256 * 1024;

/// Routes under construction, with their list.
pub(crate) struct Routes {
    router: Router<Merchant>,
    listed: Vec<(Method, &'static str)>,
}

impl Routes {
    pub(crate) fn new() -> Self {
        Self { router: Router::new(), listed: Vec::new() }
    }

    pub(crate) fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Merchant>,
        T: 'static,
    {
        self.add(Method::GET, path, routing::get(handler))
    }

    pub(crate) fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, Merchant>,
        T: 'static,
    {
        self.add(Method::POST, path, routing::post(handler))
    }

    fn add(mut self, method: Method, path: &'static str, route: routing::MethodRouter<Merchant>) -> Self {
        self.listed.push((method, path));
        Self { router: self.router.route(path, route), listed: self.listed }
    }

    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.listed.extend(other.listed);
        Self { router: self.router.merge(other.router), listed: self.listed }
    }

    /// Lays something around the routes so far.
    pub(crate) fn map(self, around: impl FnOnce(Router<Merchant>) -> Router<Merchant>) -> Self {
        Self { router: around(self.router), listed: self.listed }
    }

    #[cfg(test)]
    pub(crate) fn listed(self) -> Vec<(Method, &'static str)> {
        self.listed
    }
}

/// All routes of a merchant server.
pub fn router(merchant: Merchant) -> Router {
    let settings = merchant.settings();
    all(settings.mode, &settings.frame_origin)
        .router
        .fallback(|| async { ApiError::not_found("route") })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(axum::middleware::from_fn_with_state(merchant.clone(), metrics::observe_request))
        .with_state(merchant)
}

/// Everything that is routed in this mode.
pub(crate) fn all(mode: Mode, frame_origin: &str) -> Routes {
    let for_tests = match mode {
        Mode::Test => Routes::new().post("/sandbox/clock", sandbox::advance_clock).get("/v1/events", listen::events),
        Mode::Live => Routes::new(),
    };
    orders::routes()
        .merge(checkout::routes(frame_origin))
        .merge(for_tests)
        .map(|router| router.layer(no_store()))
        .get("/checkout/return", returned::returned)
        .post("/checkout/return", returned::returned_by_post)
        .post("/webhooks/gateway", webhook::receive)
        .merge(pages::routes())
        .merge(openapi::routes())
        .get("/health", || async { "ok" })
        .get("/ready", ready)
        .get("/metrics", metrics::metrics)
}

/// Orders name people, attempts hold a client secret: no cache on the way keeps a copy.
fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// `GET /ready`: whether the database answers, and new requests are welcome.
async fn ready(State(merchant): State<Merchant>) -> StatusCode {
    if merchant.is_stopping() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let answered = merchant.store().read(|tx| tx.first("SELECT 1 AS one", &[]).map(|_| ())).await;
    match answered {
        Ok::<(), StoreError>(()) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
