//! The shop: its key, and what it hears.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const SHOP_KEY: &str = "demo_shop_key_of_a_test";
pub(crate) const WEBHOOK_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDIG9mIGEgdGVzdA==";

/// Events by their id: the type, and the order.
type Heard = Arc<Mutex<BTreeMap<String, (String, String)>>>;

pub(crate) struct Shop {
    pub(crate) url: String,
    heard: Heard,
}

impl Shop {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Heard::default();
        let app = Router::new().route("/webhooks", post(receive)).with_state(Arc::clone(&heard));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, heard }
    }

    /// Asserts that it heard of so many paid orders, each by one event.
    pub(crate) async fn heard_of(&self, paid: usize) {
        let count = || self.heard.lock().unwrap().values().filter(|(kind, _)| kind == "order.paid").count();
        for _ in 0..200 {
            if count() >= paid {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let heard = self.heard.lock().unwrap();
        let mut orders: Vec<_> = heard.values().filter(|(kind, _)| kind == "order.paid").map(|(_, id)| id).collect();
        let events = orders.len();
        orders.sort();
        orders.dedup();
        assert_eq!((events, orders.len()), (paid, paid), "order.paid: events and orders");
    }
}

async fn receive(State(heard): State<Heard>, Json(event): Json<Value>) -> StatusCode {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let known = (text(&event["type"]), text(&event["data"]["order"]["id"]));
    heard.lock().unwrap().insert(text(&event["id"]), known);
    StatusCode::NO_CONTENT
}
