//! The document in the shopper's language, and what stands in it.

use axum::Router;
use axum::http::StatusCode;
use florin_frame::{Asset, Assets, Frame, router};

use crate::host::{DOCUMENT, get, settings};

/// A host with a German document beside the first, each with style, words and script inside.
fn host() -> Router {
    let inside = |language: &str| {
        let style = format!("<style>:root{{--of:{language}}}</style>");
        format!("{DOCUMENT}{style}<script type=\"application/json\">[1]</script><script>boot(\"{language}\")</script>")
    };
    let (english, german) = (inside("en"), inside("de"));
    let files: [(&str, &[u8]); 5] = [
        ("florin.js", b"loader"),
        ("frame.html", english.as_bytes()),
        ("frame.de.html", german.as_bytes()),
        ("text.en.json", b"[\"Pay\"]"),
        ("text.de.json", b"[\"Bezahlen\"]"),
    ];
    let files = files.iter().map(|(name, bytes)| Asset::new(name, bytes).unwrap()).collect();
    router(Frame::new(&settings(), Assets::new(files)).unwrap())
}

#[tokio::test]
async fn the_closest_language_is_served_and_english_to_everybody_else() {
    let host = host();
    for (locale, expected) in
        [("", "en"), ("/de", "de"), ("/de-AT", "de"), ("/DE", "de"), ("/en-GB", "en"), ("/fr", "en"), ("/%00", "en")]
    {
        let document = get(&host, &format!("/v1/frame{locale}")).await;
        assert_eq!(document.status, StatusCode::OK, "{locale}");
        assert!(document.text().contains(&format!("boot(\"{expected}\")")), "{locale}");
        assert!(!document.text().contains("__"), "{locale}");
    }
}

#[tokio::test]
async fn the_policy_allows_what_stands_in_the_document_by_its_hash_alone() {
    let host = host();
    for (locale, language) in [("", "en"), ("/de", "de")] {
        let document = get(&host, &format!("/v1/frame{locale}")).await;
        let policy = document.header("content-security-policy");
        let hash = |inside: String| format!("'{}'", florin_frame::integrity_of(inside.as_bytes()));
        let script = format!("script-src 'self' 'wasm-unsafe-eval' {};", hash(format!("boot(\"{language}\")")));
        let style = format!("style-src 'self' {};", hash(format!(":root{{--of:{language}}}")));
        assert!(policy.contains(&script) && policy.contains(&style), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }
}

#[tokio::test]
async fn words_are_files_of_their_version() {
    let host = host();
    let folder = get(&host, "/v1/frame").await.assets_folder();
    for (locale, expected) in [("de-CH", "[\"Bezahlen\"]"), ("en", "[\"Pay\"]"), ("it", "[\"Pay\"]")] {
        let words = get(&host, &format!("{folder}/text/{locale}")).await;
        assert_eq!(words.header("content-type"), "application/json");
        assert!(words.header("cache-control").contains("immutable"));
        assert_eq!(words.text(), expected, "{locale}");
    }
    assert_eq!(get(&host, "/v1/assets/of-another-build/text/de").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&host, &format!("{folder}/frame.de.html")).await.status, StatusCode::NOT_FOUND, "a template");
}

#[tokio::test]
async fn every_document_is_listed() {
    let host = host();
    let inventory = get(&host, "/v1/inventory.json").await.text();
    for path in ["\"/v1/frame\"", "\"/v1/frame/de\""] {
        assert!(inventory.contains(path), "{inventory}");
    }
}
