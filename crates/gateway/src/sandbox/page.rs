//! `GET /sandbox`: test cards and bad days for people. No scripts: forms, and a page again.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::cards::first_answer;
use super::faults::Fault;
use super::webhooks::WebhookDay;
use crate::challenge::page::{self, escaped};
use crate::connector::TEST_CARDS;
use crate::gateway::Gateway;
use crate::routes;
use crate::wire::ApiError;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// What can go wrong, and for people, what that means.
const FAULTS: &[(&str, &str)] = &[
    ("delay", "answer late (needs ms)"),
    ("drop_before", "connection lost, nothing happened"),
    ("drop_after", "connection lost after it happened"),
    ("status", "answer with this status; 429 asks to wait"),
    ("wrong_amount", "a wrong amount in the answer"),
    ("ignore", "no answer, nothing happened"),
    ("hang", "the processor does not answer: processing"),
    ("ignored_cancel", "says cancelled and is not"),
];

const WEBHOOKS: &[&str] = &["deliver", "hold", "duplicate", "shuffle", "bad_signature", "stale", "delay"];

/// `GET /sandbox`
pub(crate) async fn show(State(gateway): State<Gateway>, headers: HeaderMap) -> Result<Response, ApiError> {
    answer(&gateway, &headers, StatusCode::OK, "")
}

/// `GET /sandbox/page.css`
pub(crate) async fn stylesheet() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("max-age=300")),
    ];
    (headers, STYLE).into_response()
}

/// The page as things stand, with a word about what was just asked.
pub(super) fn answer(
    gateway: &Gateway,
    headers: &HeaderMap,
    status: StatusCode,
    word: &str,
) -> Result<Response, ApiError> {
    let (faults, day) = {
        let orders = gateway.sandbox.lock();
        (orders.faults.clone(), orders.webhooks)
    };
    let word = if word.is_empty() { String::new() } else { format!("<p role=\"alert\">{}</p>", escaped(word)) };
    let key = key_field(gateway, headers);
    let parts = [
        ("word", word),
        ("cards", card_rows()),
        ("faults", fault_rows(&key, &faults)),
        ("routes", options(routes::FAULTY.iter().map(|route| (*route, *route)))),
        ("kinds", options(FAULTS.iter().map(|(name, meaning)| (*name, *meaning)))),
        ("webhooks", options(WEBHOOKS.iter().map(|mode| (*mode, *mode)))),
        ("day", escaped(&in_words(day))),
        ("now", escaped(&gateway.clock.now().to_string())),
        ("key", key),
    ];
    page::form(status, filled(&parts))
}

/// Where the page is open, a token that only the page knows; else the admin key.
fn key_field(gateway: &Gateway, headers: &HeaderMap) -> String {
    match gateway.sandbox.form_token(gateway, headers) {
        Some(token) => format!("<input type=\"hidden\" name=\"token\" value=\"{}\">", escaped(&token)),
        None => {
            "<label>Admin key <input type=\"password\" name=\"key\" autocomplete=\"off\" required></label>".to_owned()
        }
    }
}

fn card_rows() -> String {
    let row = |card: &crate::connector::TestCard| {
        let spaced: Vec<_> = card.number.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        format!(
            "<tr><td><code>{}</code></td><td>{}</td><td><code>{}</code></td></tr>",
            spaced.join(" "),
            escaped(card.title),
            first_answer(card).0,
        )
    };
    TEST_CARDS.iter().map(row).collect()
}

fn fault_rows(key: &str, faults: &[Fault]) -> String {
    if faults.is_empty() {
        return "<p>Nothing goes wrong at the moment.</p>".to_owned();
    }
    let rows = faults.iter().map(|fault| {
        let times = fault.times.map_or_else(|| "every time".to_owned(), |times| format!("{times} more times"));
        let payment = fault.matching.payment_id.as_deref().unwrap_or("every payment");
        let kind = serde_json::to_string(&fault.fault).unwrap_or_default();
        format!(
            "<li><code>{}</code> {} for {}, {times}, struck {} times \
             <form method=\"post\" action=\"/sandbox/form\">{key}<input type=\"hidden\" name=\"act\" value=\"remove\">\
             <input type=\"hidden\" name=\"id\" value=\"{}\"><button>Remove</button></form></li>",
            escaped(&fault.route),
            escaped(kind.trim_matches('"')),
            escaped(payment),
            fault.struck,
            escaped(&fault.id),
        )
    });
    format!("<ul>{}</ul>", rows.collect::<String>())
}

fn in_words(day: WebhookDay) -> String {
    let mode = serde_json::to_string(&day.mode).unwrap_or_default();
    let mode = mode.trim_matches('"').to_owned();
    if day.delay.is_zero() { mode } else { format!("{mode}, {} seconds", day.delay.as_secs()) }
}

fn options<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let option =
        |(value, text): (&str, &str)| format!("<option value=\"{}\">{}</option>", escaped(value), escaped(text));
    rows.map(option).collect()
}

/// The page with its gaps filled in one pass, so that no filling is read as a gap. Fillings are markup.
fn filled(gaps: &[(&str, String)]) -> String {
    let mut pieces = PAGE.split("{{");
    let mut body = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        body.push_str(gaps.iter().find(|(gap, _)| *gap == name).map_or("", |(_, markup)| markup));
        body.push_str(rest);
    }
    body
}
