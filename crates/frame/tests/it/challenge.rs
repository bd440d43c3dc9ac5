//! The document around a bank's page, and the inventory of all that runs.

use axum::Router;
use axum::http::StatusCode;
use florin_domain::mode::Mode;
use florin_frame::{Asset, Assets, Frame, FrameSettings, Inventory, integrity_of, router};

use crate::host::{DOCUMENT, get, host, origin, settings};

const CHALLENGE: &str = r#"<script type="application/json">__FLORIN_CONFIG__</script>
<script src="__ASSETS__/challenge.js"></script>"#;

fn with_challenge(settings: &FrameSettings) -> Router {
    let files: [(&str, &[u8]); 6] = [
        ("boot.js", b"import init from './form.js';"),
        ("challenge.html", CHALLENGE.as_bytes()),
        ("challenge.js", b"parent"),
        ("florin.js", b"window.Florin"),
        ("florin.mjs", b"export default 1"),
        ("frame.html", DOCUMENT.as_bytes()),
    ];
    let assets = Assets::new(files.iter().map(|(name, bytes)| Asset::new(name, bytes).unwrap()).collect());
    router(Frame::new(settings, assets).unwrap())
}

#[tokio::test]
async fn a_bank_is_framed_by_the_challenge_alone_and_in_test_mode_the_pretended_one_too() {
    let answer = get(&with_challenge(&settings()), "/v1/challenge").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; \
         frame-src https: http://127.0.0.1:4242 http://127.0.0.1:4243 https://gateway.example; base-uri 'none'; \
         form-action 'none'; frame-ancestors http://localhost:4241; require-trusted-types-for 'script'"
    );
    assert!(answer.headers.get("cross-origin-embedder-policy").is_none(), "a bank knows nothing of it");
    assert!(answer.text().contains("http://localhost:4241"), "it knows whom it may answer");
}

#[tokio::test]
async fn in_live_mode_a_bank_is_reached_through_tls_only() {
    let live = FrameSettings {
        merchant: origin("https://merchant.example"),
        gateways: vec![origin("https://gateway.example")],
        shops: vec![origin("https://shop.example")],
        mode: Mode::Live,
        https: true,
    };
    let answer = get(&with_challenge(&live), "/v1/challenge").await;
    assert!(answer.header("content-security-policy").contains("frame-src https:;"));
}

#[tokio::test]
async fn a_form_built_without_a_challenge_says_so() {
    assert_eq!(get(&host(), "/v1/challenge").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn templates_are_served_filled_in_only() {
    let host = with_challenge(&settings());
    let folder = get(&host, "/v1/frame").await.assets_folder();
    assert_eq!(get(&host, &format!("{folder}/challenge.html")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&host, &format!("{folder}/challenge.js")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_inventory_lists_what_is_served_with_hashes_that_hold() {
    let host = with_challenge(&settings());
    let inventory: Inventory = serde_json::from_str(&get(&host, "/v1/inventory.json").await.text()).unwrap();
    let mut paths: Vec<&str> = inventory.files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    let folder = get(&host, "/v1/frame").await.assets_folder();
    let boot = format!("{folder}/boot.js");
    let challenge = format!("{folder}/challenge.js");
    let mut expected = ["/v1/challenge", "/v1/florin.js", "/v1/florin.mjs", "/v1/frame", &boot, &challenge];
    expected.sort_unstable();
    assert_eq!(paths, expected);
    for file in &inventory.files {
        let answer = get(&host, &file.path).await;
        assert_eq!(integrity_of(&answer.body), file.integrity, "{}", file.path);
        assert_eq!(answer.body.len(), file.bytes, "{}", file.path);
    }
}

#[tokio::test]
async fn the_module_may_be_imported_by_any_page() {
    let answer = get(&with_challenge(&settings()), "/v1/florin.mjs").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
}
