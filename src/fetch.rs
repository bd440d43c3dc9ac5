//! One request over the network. Knows no card, no order; says how far it came.

use std::pin::Pin;

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

use crate::browser::{set, window};

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

/// Sends `body` (JSON text; none is a GET) and waits at most `within_ms` for all of the answer.
///
/// One future behind a pointer: as a part of each caller's it was there seven times.
pub(crate) fn send(url: &str, key: Option<&str>, body: Option<JsValue>, within_ms: u32) -> Sent {
    let request = request(key, body.as_ref(), within_ms);
    let asked = window().fetch_with_str_and_init(url, &request);
    Box::pin(async move {
        let response: Response = JsFuture::from(asked).await.map_err(|_| Lost)?.unchecked_into();
        let body = JsFuture::from(response.json().map_err(|_| Lost)?).await;
        match body {
            Ok(body) => Ok(Reply { status: response.status(), body }),
            Err(_) if response.ok() => Err(Lost),
            Err(_) => Ok(Reply { status: response.status(), body: JsValue::UNDEFINED }),
        }
    })
}

fn request(key: Option<&str>, body: Option<&JsValue>, within_ms: u32) -> RequestInit {
    let request = RequestInit::new();
    // Nothing of the shopper's browser goes along, and nothing is kept.
    set(&request, "credentials", &"omit".into());
    set(&request, "cache", &"no-store".into());
    set(&request, "redirect", &"error".into());
    set(&request, "referrerPolicy", &"no-referrer".into());
    set(&request, "signal", &AbortSignal::timeout_with_u32(within_ms));
    if let Some(body) = body {
        let headers = Object::new();
        set(&headers, "content-type", &"application/json".into());
        if let Some(key) = key {
            set(&headers, "api-key", &key.into());
        }
        set(&request, "headers", &headers);
        set(&request, "body", body);
        set(&request, "method", &"POST".into());
    }
    request
}
