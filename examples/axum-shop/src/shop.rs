//! The shop's own routes: its page, its thanks, and the events of its orders.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Html;
use axum::routing::{get, post};
use florin_signing::standard_webhooks::{self, Secret};
use florin_store::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;
use url::Url;

use crate::config::Config;

const LARGEST_ANSWER: usize = 1024 * 1024;

/// A shop, with the merchant server at hand.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Inner>);

struct Inner {
    florin: Router,
    shop_key: String,
    shop_url: String,
    frame_url: String,
    events: String,
    secrets: Vec<Secret>,
    shipped: PathBuf,
    clock: Clock,
}

type Answer<T> = Result<T, StatusCode>;

impl Shop {
    pub(crate) fn new(config: &Config, florin: Router, file: &Path) -> Result<Self> {
        let shipped = file.parent().context("a file stands in a folder")?.join("shipped");
        fs::create_dir_all(&shipped)?;
        Ok(Self(Arc::new(Inner {
            florin,
            shop_key: config.shop_key.clone(),
            shop_url: config.shop_url.clone(),
            frame_url: config.frame_url.clone(),
            events: Url::parse(&config.shop_webhook_url)?.path().to_owned(),
            secrets: vec![Secret::parse(&config.shop_webhook_secret)?],
            shipped,
            clock: Clock::system(),
        })))
    }

    pub(crate) fn router(self) -> Router {
        let events = self.0.events.clone();
        Router::new().route("/", get(buy)).route("/thanks", get(thanks)).route(&events, post(take)).with_state(self)
    }

    /// Asks the merchant server, which is in this very process: no network in between.
    async fn ask(&self, method: &str, route: &str, body: Option<Value>) -> Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(route)
            .header("authorization", format!("Bearer {}", self.0.shop_key))
            .header("content-type", "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))?;
        let response = self.0.florin.clone().oneshot(request).await?;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), LARGEST_ANSWER).await?;
        ensure!(status.is_success(), "{method} {route}: {status} {}", String::from_utf8_lossy(&bytes));
        Ok(serde_json::from_slice(&bytes)?)
    }

    /// Ships a paid order once, however often the event comes: the file can be made only once.
    fn ship(&self, order: &str, event: &str) -> std::io::Result<()> {
        match File::create_new(self.0.shipped.join(order)) {
            Ok(mut file) => file.write_all(event.as_bytes()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn ours(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

/// `GET /`: the page with the form. The price is decided here, never by a browser.
async fn buy(State(shop): State<Shop>) -> Answer<Html<String>> {
    let thanks = format!("{}/thanks", shop.0.shop_url);
    let order = json!({ "amount": 4200, "currency": "EUR", "result_url": thanks });
    let order = shop.ask("POST", "/v1/orders", Some(order)).await.map_err(ours)?;
    let session = order["checkout"]["session"].as_str().unwrap_or_default();
    Ok(Html(format!(
        "<!doctype html><title>Shop</title><h1>A notebook, €42.00</h1>\
         <florin-checkout session=\"{session}\"></florin-checkout>\
         <script src=\"{}/v1/florin.js\" crossorigin></script>\
         <script>document.querySelector('florin-checkout').addEventListener('outcome', ({{ detail }}) => {{\
           if (detail.ok) location.assign('/thanks?order=' + detail.order.id);\
         }});</script>",
        shop.0.frame_url,
    )))
}

#[derive(Deserialize)]
struct Returned {
    order: String,
}

/// `GET /thanks`: what became of it, read from the server, not believed from the address.
async fn thanks(State(shop): State<Shop>, Query(returned): Query<Returned>) -> Answer<Html<&'static str>> {
    let is_an_id = returned.order.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_an_id {
        return Err(StatusCode::NOT_FOUND);
    }
    let order = shop.ask("GET", &format!("/v1/orders/{}", returned.order), None).await.map_err(ours)?;
    Ok(Html(if order["status"] == "paid" {
        "<!doctype html><title>Shop</title><h1>Thank you</h1>"
    } else {
        "<!doctype html><title>Shop</title><h1>Not paid yet</h1>"
    }))
}

/// Takes an event, if it is genuine, and as often as it comes.
async fn take(State(shop): State<Shop>, headers: HeaderMap, body: Bytes) -> Answer<StatusCode> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = standard_webhooks::Headers {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    standard_webhooks::verify(&signed, &body, shop.0.clock.now(), &shop.0.secrets)
        .map_err(|_| StatusCode::UNAUTHORIZED)?;
    let event: Value = serde_json::from_slice(&body).map_err(ours)?;
    if event["type"] == "order.paid" {
        let text = |place: &str| event.pointer(place).and_then(Value::as_str).ok_or(StatusCode::BAD_REQUEST);
        shop.ship(text("/data/order/id")?, text("/id")?).map_err(ours)?;
    }
    Ok(StatusCode::NO_CONTENT)
}
