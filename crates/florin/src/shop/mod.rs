//! The demo's shop: a small stationer with one notebook, whose server is like any other shop's.
//!
//! Talks to the merchant server over HTTP with the shop's key, and hears of its orders by webhook.
//! Knows no gateway and no card.

mod merchant;
mod orders;
mod pages;
mod product;
mod refusal;
mod state;
mod webhooks;

use std::future::ready;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};

pub(crate) use merchant::MerchantClient;
pub(crate) use state::{Shop, ShopSettings};
pub(crate) use webhooks::ShopSecret;

/// More than any request of a page or event of the merchant server needs.
const LARGEST_BODY: usize = 256 * 1024;

/// The name on the sign, told to shoppers by the merchant server too.
pub(crate) const NAME: &str = "Legatoria San Frediano";

/// The shop as a router.
pub(crate) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(pages::index))
        .route("/config.json", get(pages::config))
        .route("/orders", post(orders::create))
        .route("/orders/{id}", get(orders::read))
        .route("/webhooks", post(webhooks::receive))
        .route("/health", get(|| ready("health is good\n")))
        .route("/ready", get(is_ready))
        .route("/{file}", get(pages::file))
        .fallback(async || refusal::not_found())
        .method_not_allowed_fallback(async || refusal::method_not_allowed())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shop)
}

/// A shop sells only while its merchant server is there.
async fn is_ready(State(shop): State<Shop>) -> Result<&'static str, (StatusCode, &'static str)> {
    if shop.merchant().is_up().await {
        Ok("ready\n")
    } else {
        Err((StatusCode::SERVICE_UNAVAILABLE, "the merchant server does not answer\n"))
    }
}

/// Every answer of the shop that can fail.
type Answer = Result<Response, refusal::Refusal>;
