//! What browsers call. A session id opens one order, and nothing secret comes back.

mod abandon;
mod attempts;
mod outcome;
mod pay;
mod status;
mod view;

use axum::http::{HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::ApiError;
use crate::routes::Routes;

pub(crate) use view::order_of;

/// The routes under `/checkout/{session}`, for the frame host's origin alone.
pub(crate) fn routes(frame_origin: &str) -> Routes {
    Routes::new()
        .get("/checkout/{session}", view::view)
        .post("/checkout/{session}/attempts", attempts::open)
        .post("/checkout/{session}/pay", pay::pay)
        .get("/checkout/{session}/status", status::status)
        .post("/checkout/{session}/abandon", abandon::abandon)
        // Inside the layer, which answers a browser's preflight.
        .map(|router| {
            router.method_not_allowed_fallback(|| async { ApiError::wrong_method() }).layer(cors(frame_origin))
        })
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
