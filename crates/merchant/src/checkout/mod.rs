//! What browsers call. A session id opens one order, and nothing secret comes back.

mod abandon;
mod attempts;
mod outcome;
mod pay;
mod status;
mod view;

use axum::Router;
use axum::http::{HeaderValue, Method, header};
use axum::routing::{get, post};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::{ApiError, Merchant};

pub(crate) use view::order_of;

/// The routes under `/checkout/{session}`, for the frame host's origin alone.
pub(crate) fn router(merchant: &Merchant) -> Router<Merchant> {
    Router::new()
        .route("/checkout/{session}", get(view::view))
        .route("/checkout/{session}/attempts", post(attempts::open))
        .route("/checkout/{session}/pay", post(pay::pay))
        .route("/checkout/{session}/status", get(status::status))
        .route("/checkout/{session}/abandon", post(abandon::abandon))
        // Inside the layer, which answers a browser's preflight.
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() })
        .layer(cors(&merchant.settings().frame_origin))
}

fn cors(frame_origin: &str) -> CorsLayer {
    let origin = HeaderValue::from_str(frame_origin).map_or_else(
        // A configuration that is no header value allows nobody.
        |_| AllowOrigin::list(Vec::new()),
        |origin| AllowOrigin::list([origin]),
    );
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(7200))
}
