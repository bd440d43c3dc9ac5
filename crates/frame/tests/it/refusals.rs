//! What the frame host refuses, and how it says so.

use axum::http::{Method, StatusCode};
use florin_domain::mode::Mode;
use florin_frame::{Asset, Assets, Frame, FrameError, NOT_BUILT, router};

use crate::host::{DOCUMENT, ask, assets, get, host, settings};

#[tokio::test]
async fn an_unknown_address_is_a_plain_404() {
    let host = host();
    for path in ["/", "/v1", "/v1/frame/", "/v1/assets/x/boot.js", "/v1/assets/x/..%2fboot.js", "/v1/florin.js.map"] {
        let answer = get(&host, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
}

#[tokio::test]
async fn another_method_is_a_plain_405() {
    for path in ["/v1/frame", "/v1/florin.js", "/v1/assets/x/boot.js", "/health"] {
        let answer = ask(&host(), Method::POST, path, &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), "GET,HEAD", "{path}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn a_host_without_the_form_says_how_to_get_it() {
    let host = router(Frame::new(&settings(), Assets::default()).unwrap());
    for path in ["/v1/frame", "/v1/florin.js", "/v1/assets/x/boot.js", "/ready"] {
        let answer = get(&host, path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.text().trim_end(), NOT_BUILT, "{path}");
    }
    assert_eq!(get(&host, "/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_host_with_the_form_is_ready() {
    assert_eq!(get(&host(), "/ready").await.status, StatusCode::OK);
}

#[test]
fn live_mode_refuses_an_origin_in_the_clear() {
    let mut settings = settings();
    settings.mode = Mode::Live;
    let refused = Frame::new(&settings, assets(DOCUMENT)).err();
    assert!(matches!(refused, Some(FrameError::PlainOriginInLiveMode(origin)) if origin == settings.merchant));
}

#[test]
fn a_document_without_its_placeholder_is_refused() {
    let refused = Frame::new(&settings(), assets("<!doctype html>")).err();
    assert_eq!(refused.map(|error| error.to_string()), Some("the built frame.html lacks __FLORIN_CONFIG__".to_owned()));
}

#[test]
fn a_file_of_unknown_kind_is_refused() {
    for name in ["florin.d.ts", ".stamp", "form", "frame.html.bak"] {
        assert!(Asset::new(name, b"x").is_err(), "{name}");
    }
}
