//! Orders, as the shop makes, reads and cancels them.

mod cancel;
mod check;
mod create;
mod read;
mod sessions;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::Merchant;

pub(crate) use view::{OrderJson, Viewer};

/// The routes under `/v1/orders`.
pub(crate) fn router() -> Router<Merchant> {
    Router::new()
        .route("/v1/orders", post(create::create).get(read::list))
        .route("/v1/orders/{id}", get(read::get))
        .route("/v1/orders/{id}/cancel", post(cancel::cancel))
        .route("/v1/orders/{id}/sessions", post(sessions::create))
        .route("/v1/orders/{id}/timeline", get(read::timeline))
}
