//! Orders, as the shop makes, reads, cancels, captures, refunds and reviews them.

mod cancel;
mod check;
mod create;
mod operate;
mod read;
mod refund_view;
mod review;
mod sessions;
mod update;
mod view;

use crate::routes::Routes;

use refund_view::RefundJson;
pub(crate) use view::{OrderJson, Viewer};

/// The routes under `/v1/orders`.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .post("/v1/orders", create::create)
        .get("/v1/orders", read::list)
        .get("/v1/orders/{id}", read::get)
        .post("/v1/orders/{id}", update::update)
        .post("/v1/orders/{id}/cancel", cancel::cancel)
        .post("/v1/orders/{id}/capture", operate::capture)
        .post("/v1/orders/{id}/void", operate::void)
        .post("/v1/orders/{id}/refunds", operate::refund)
        .post("/v1/orders/{id}/review", review::decide)
        .post("/v1/orders/{id}/sessions", sessions::create)
        .get("/v1/orders/{id}/timeline", read::timeline)
}
