//! Answers a GET of one file: which encoding, whether the browser has it already, how long it keeps it.

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::assets::Asset;
use crate::headers::Headers;
use crate::negotiation::{Encoding, accepts, already_has};

/// The file as this request can read it, with these headers beside its own.
pub(crate) fn with_file(request: &HeaderMap, file: &Asset, headers: Headers) -> Response {
    let (bytes, encoding) = choose(request, file);
    let etag = etag(file, encoding);
    let mut response = if already_has(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        with_body(file, bytes, encoding)
    };
    let answered = response.headers_mut();
    answered.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        answered.insert(ETAG, etag);
    }
    answered.extend(headers);
    response
}

/// Plain words with a status, for everything that is no file.
pub(crate) fn with_sentence(status: StatusCode, sentence: &'static str) -> Response {
    (status, [(CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{sentence}\n")).into_response()
}

fn choose<'a>(request: &HeaderMap, file: &'a Asset) -> (&'a Bytes, Option<Encoding>) {
    let offered = [(file.brotli.as_ref(), Encoding::Brotli), (file.gzip.as_ref(), Encoding::Gzip)];
    for (bytes, encoding) in offered {
        if let Some(bytes) = bytes.filter(|_| accepts(request, encoding)) {
            return (bytes, Some(encoding));
        }
    }
    (&file.plain, None)
}

/// Different bytes need different tags, so the encoding is part of it.
fn etag(file: &Asset, encoding: Option<Encoding>) -> String {
    let encoding = encoding.map_or("plain", Encoding::as_str);
    format!("\"{}-{encoding}\"", file.sha384)
}

fn with_body(file: &Asset, bytes: &Bytes, encoding: Option<Encoding>) -> Response {
    let mut response = Body::from(bytes.clone()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.as_str()));
    }
    response
}
