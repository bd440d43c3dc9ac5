//! Loader and files: encodings, lengths, how long they are kept.

use std::io::Read;

use axum::http::{Method, StatusCode};
use florin_frame::{Asset, Assets, Frame, router};

use crate::host::{DOCUMENT, ask, assets, get, host, loader, settings};

fn from_brotli(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    brotli::Decompressor::new(bytes, 4096).read_to_end(&mut plain).unwrap();
    plain
}

fn from_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

#[tokio::test]
async fn the_loader_travels_in_the_encoding_that_was_asked_for() {
    let host = host();
    for (accept, encoding) in [("gzip, deflate, br", Some("br")), ("gzip, br;q=0", Some("gzip")), ("deflate", None)] {
        let answer = ask(&host, Method::GET, "/v1/florin.js", &[("accept-encoding", accept)]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers.get("content-encoding").map(|value| value.to_str().unwrap()), encoding, "{accept}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        assert_eq!(answer.header("vary"), "accept-encoding");
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        let plain = match encoding {
            Some("br") => from_brotli(&answer.body),
            Some("gzip") => from_gzip(&answer.body),
            _ => answer.body.clone(),
        };
        assert_eq!(plain, loader().as_bytes(), "{accept}");
    }
}

#[tokio::test]
async fn each_encoding_has_its_own_tag() {
    let host = host();
    let plain = get(&host, "/v1/florin.js").await;
    let headers = [("accept-encoding", "br"), ("if-none-match", plain.header("etag"))];
    let brotli = ask(&host, Method::GET, "/v1/florin.js", &headers).await;
    assert_eq!(brotli.status, StatusCode::OK);
    assert_ne!(brotli.header("etag"), plain.header("etag"));
}

#[tokio::test]
async fn any_page_may_load_the_loader_for_a_short_time() {
    let answer = get(&host(), "/v1/florin.js").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
}

#[tokio::test]
async fn files_are_kept_for_a_year_and_wasm_is_wasm() {
    let host = host();
    let folder = get(&host, "/v1/frame").await.assets_folder();
    let wasm = get(&host, &format!("{folder}/form_bg.wasm")).await;
    assert_eq!(wasm.status, StatusCode::OK);
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert_eq!(wasm.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(wasm.header("x-content-type-options"), "nosniff");
    assert_eq!(wasm.body.len(), 200);
}

#[tokio::test]
async fn a_changed_file_changes_every_address() {
    let folder = get(&host(), "/v1/frame").await.assets_folder();
    let changed = Assets::new(vec![
        Asset::new("frame.html", DOCUMENT.as_bytes()).unwrap(),
        Asset::new("boot.js", b"import init from './form.js'; ").unwrap(),
    ]);
    let host = router(Frame::new(&settings(), changed).unwrap());
    assert_ne!(get(&host, "/v1/frame").await.assets_folder(), folder);
    let stale = get(&host, &format!("{folder}/boot.js")).await;
    assert_eq!(stale.status, StatusCode::NOT_FOUND);
    assert_eq!(stale.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_head_tells_what_a_get_would_bring() {
    let host = host();
    let folder = get(&host, "/v1/frame").await.assets_folder();
    for path in ["/v1/florin.js".to_owned(), "/v1/frame".to_owned(), format!("{folder}/frame.css")] {
        let full = get(&host, &path).await;
        let head = ask(&host, Method::HEAD, &path, &[]).await;
        assert_eq!(head.status, StatusCode::OK, "{path}");
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.headers, full.headers, "{path}");
    }
}

#[tokio::test]
async fn the_template_of_the_document_is_no_file() {
    let host = host();
    let folder = get(&host, "/v1/frame").await.assets_folder();
    assert_eq!(get(&host, &format!("{folder}/frame.html")).await.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_hash_is_written_as_an_integrity_attribute_wants_it() {
    let file = Asset::new("empty.js", b"").unwrap();
    // The published SHA-384 of nothing.
    assert_eq!(file.sha384(), "OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
    assert!(assets(DOCUMENT).find("boot.js").is_some());
}
