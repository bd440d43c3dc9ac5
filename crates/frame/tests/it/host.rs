//! A frame host over a small built form, and the answers it gives.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use florin_domain::mode::Mode;
use florin_frame::{Asset, Assets, Frame, FrameSettings, Origin, router};
use tower::ServiceExt;

/// A document as the form's build makes it.
pub(crate) const DOCUMENT: &str = r#"<!doctype html><title>Card</title>
<link rel="stylesheet" href="__ASSETS__/frame.css">
<script type="application/json" id="florin-config">__FLORIN_CONFIG__</script>
<script type="module" src="__ASSETS__/boot.js"></script>
"#;

/// Long enough that compression pays.
pub(crate) fn loader() -> String {
    "(function () { window.Florin = function Florin() {}; })();\n".repeat(20)
}

pub(crate) fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

pub(crate) fn settings() -> FrameSettings {
    FrameSettings {
        merchant: origin("http://127.0.0.1:4242"),
        gateways: vec![origin("http://127.0.0.1:4243"), origin("https://gateway.example")],
        shops: vec![origin("http://localhost:4241")],
        mode: Mode::Test,
        https: false,
    }
}

pub(crate) fn assets(document: &str) -> Assets {
    let wasm: Vec<u8> = (0..200_u8).collect();
    let loader = loader();
    let files: [(&str, &[u8]); 5] = [
        ("boot.js", b"import init from './form.js';"),
        ("florin.js", loader.as_bytes()),
        ("form_bg.wasm", &wasm),
        ("frame.css", b"body { margin: 0 }"),
        ("frame.html", document.as_bytes()),
    ];
    Assets::new(files.iter().map(|(name, bytes)| Asset::new(name, bytes).unwrap()).collect())
}

pub(crate) fn host() -> Router {
    router(Frame::new(&settings(), assets(DOCUMENT)).unwrap())
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// Where the document says its files are.
    pub(crate) fn assets_folder(&self) -> String {
        let text = self.text();
        let start = text.find("/v1/assets/").unwrap();
        let length = text[start + 11..].find('/').unwrap();
        text[start..start + 11 + length].to_owned()
    }
}

pub(crate) async fn ask(host: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = host.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(host: &Router, path: &str) -> Answer {
    ask(host, Method::GET, path, &[]).await
}
