//! One request over the network. Knows no card, no order; says how far it came.

use std::pin::Pin;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::browser::{self, get};

/// No usable answer: it may have arrived there, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost;

/// An answer that is awaited.
pub(crate) type Sent = Pin<Box<dyn Future<Output = Result<Reply, Lost>>>>;

/// An answer.
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: u16,
    /// The body as JavaScript sees it; undefined when it was not JSON.
    pub(crate) body: JsValue,
}

impl Reply {
    /// Whether the server took the request.
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Sends `body` (undefined is a GET) and waits at most `within_ms` for all of the answer.
///
/// One future behind a pointer: as a part of each caller's it was there seven times.
pub(crate) fn send(url: &str, key: Option<&str>, body: &JsValue, within_ms: u32) -> Sent {
    let asked = browser::send(url, key, body, within_ms);
    Box::pin(async move {
        let answer = JsFuture::from(asked).await.map_err(|_| Lost)?;
        let status = get(&answer, "status").as_f64().unwrap_or_default();
        Ok(Reply { status: status as u16, body: get(&answer, "body") })
    })
}
