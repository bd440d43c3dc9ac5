//! Orders, as the shop makes, reads, cancels, captures and refunds them.

mod cancel;
mod check;
mod create;
mod operate;
mod read;
mod refund_view;
mod sessions;
mod update;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::Merchant;

use refund_view::RefundJson;
pub(crate) use view::{OrderJson, Viewer};

/// The routes under `/v1/orders`.
pub(crate) fn router() -> Router<Merchant> {
    Router::new()
        .route("/v1/orders", post(create::create).get(read::list))
        .route("/v1/orders/{id}", get(read::get).post(update::update))
        .route("/v1/orders/{id}/cancel", post(cancel::cancel))
        .route("/v1/orders/{id}/capture", post(operate::capture))
        .route("/v1/orders/{id}/void", post(operate::void))
        .route("/v1/orders/{id}/refunds", post(operate::refund))
        .route("/v1/orders/{id}/sessions", post(sessions::create))
        .route("/v1/orders/{id}/timeline", get(read::timeline))
}
