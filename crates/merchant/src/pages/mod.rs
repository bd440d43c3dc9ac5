//! The built-in payment page and receipt: for shops without pages of their own.
//!
//! Everything on them is written here; the one script sends the browser on when it has paid. They show an order to
//! whoever holds its session, and never a card number.

mod absent;
mod bill;
mod document;
mod pay;
mod receipt;
mod words;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::routes::Routes;

const STYLE: &str = include_str!("pages.css");

const SCRIPT: &str = include_str!("pages.js");

/// The pages' routes.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/pay/{session}", pay::pay)
        .get("/receipt/{session}", receipt::receipt)
        .get("/receipt", receipt::by_order)
        .get("/pages.css", style)
        .get("/pages.js", script)
}

/// `GET /pages.css`
async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// `GET /pages.js`
async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}
