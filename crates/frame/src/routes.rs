//! The addresses of the frame host.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;

use crate::answer::{with_file, with_sentence};
use crate::assets::Asset;
use crate::frame::{Frame, LOADER, MODULE, MORE, NOT_BUILT, pinned};

/// Short: an untagged loader is replaced soon after a release.
const LOADER_IS_KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

const ANY_PAGE: HeaderValue = HeaderValue::from_static("*");

/// One year, the longest that means anything: the address changes with the bytes.
const FILES_ARE_KEPT: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The frame host as a router, to be served on an origin of its own.
pub fn router(frame: Frame) -> Router {
    let part = frame.script(MORE).map_or_else(Router::new, |it| Router::new().route(&address_of(it), get(more)));
    Router::new()
        .merge(part)
        .route("/v1/florin.js", get(loader))
        .route("/v1/florin.mjs", get(module))
        .route("/v1/frame", get(document))
        .route("/v1/frame/{locale}", get(translated))
        .route("/v1/challenge", get(challenge))
        .route("/v1/inventory.json", get(inventory))
        .route("/v1/assets/{version}/{file}", get(file))
        .route("/v1/assets/{version}/text/{locale}", get(words))
        .route("/health", get(health))
        .route("/ready", get(ready))
        .fallback(async || with_sentence(StatusCode::NOT_FOUND, "There is nothing here."))
        .method_not_allowed_fallback(async || {
            with_sentence(StatusCode::METHOD_NOT_ALLOWED, "This address takes GET and HEAD only.")
        })
        .layer(middleware::from_fn_with_state(frame.clone(), add_headers))
        .with_state(frame)
}

/// `GET /v1/florin.js`: any page may load it, with or without an `integrity` attribute.
async fn loader(State(frame): State<Frame>, request: HeaderMap) -> Response {
    for_any_page(&request, frame.script(LOADER))
}

/// `GET /v1/florin.mjs`
async fn module(State(frame): State<Frame>, request: HeaderMap) -> Response {
    for_any_page(&request, frame.script(MODULE))
}

/// `GET /v1/florin-more.sha256….js`: what few pages need, by the name that the loader pins.
async fn more(State(frame): State<Frame>, request: HeaderMap) -> Response {
    let Some(file) = frame.script(MORE) else { return not_built() };
    with_file(&request, file, vec![(CACHE_CONTROL, FILES_ARE_KEPT), (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_PAGE)])
}

fn address_of(part: &Asset) -> String {
    ["/v1/", &pinned(part)].concat()
}

/// `GET /v1/inventory.json`: every script that runs in a checkout, for audits and monitors.
async fn inventory(State(frame): State<Frame>, request: HeaderMap) -> Response {
    for_any_page(&request, frame.inventory())
}

fn for_any_page(request: &HeaderMap, file: Option<&Asset>) -> Response {
    let Some(file) = file else { return not_built() };
    let headers = vec![(CACHE_CONTROL, LOADER_IS_KEPT), (ACCESS_CONTROL_ALLOW_ORIGIN, ANY_PAGE)];
    with_file(request, file, headers)
}

/// `GET /v1/challenge`: the document around a bank's page.
async fn challenge(State(frame): State<Frame>, request: HeaderMap) -> Response {
    let Some(document) = frame.challenge() else { return not_built() };
    with_file(&request, document, frame.challenge_headers())
}

/// `GET /v1/frame`: asked for again on every visit, and seldom sent again.
async fn document(State(frame): State<Frame>, request: HeaderMap) -> Response {
    in_language(&frame, "", &request)
}

/// `GET /v1/frame/{locale}`: the same in the closest language there is, such as `de` for `de-AT`; any other
/// locale gets English.
async fn translated(State(frame): State<Frame>, Path(locale): Path<String>, request: HeaderMap) -> Response {
    in_language(&frame, &locale, &request)
}

fn in_language(frame: &Frame, locale: &str, request: &HeaderMap) -> Response {
    let Some(document) = frame.document(locale) else { return not_built() };
    with_file(request, &document.asset, document.headers.clone())
}

/// `GET /v1/assets/{version}/text/{locale}`: words for a form that changes its language.
async fn words(
    State(frame): State<Frame>,
    Path((version, locale)): Path<(String, String)>,
    request: HeaderMap,
) -> Response {
    match frame.words(&version, &locale) {
        Some(words) => with_file(&request, words, vec![(CACHE_CONTROL, FILES_ARE_KEPT)]),
        None => with_sentence(StatusCode::NOT_FOUND, "There is nothing here."),
    }
}

/// `GET /v1/assets/{version}/{file}`.
async fn file(
    State(frame): State<Frame>,
    Path((version, name)): Path<(String, String)>,
    request: HeaderMap,
) -> Response {
    if !frame.is_built() {
        return not_built();
    }
    match frame.file(&version, &name) {
        Some(file) => with_file(&request, file, vec![(CACHE_CONTROL, FILES_ARE_KEPT)]),
        None => with_sentence(StatusCode::NOT_FOUND, "There is nothing here."),
    }
}

async fn health() -> Response {
    with_sentence(StatusCode::OK, "health is good")
}

async fn ready(State(frame): State<Frame>) -> Response {
    if frame.is_built() { with_sentence(StatusCode::OK, "ready") } else { not_built() }
}

fn not_built() -> Response {
    with_sentence(StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT)
}

/// Puts the headers of every answer where the answer has none of its own.
async fn add_headers(State(frame): State<Frame>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let answered = response.headers_mut();
    for (name, value) in frame.headers() {
        answered.entry(name).or_insert(value);
    }
    // An error is never kept: the next build may have the file.
    answered.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
