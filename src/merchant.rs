//! The calls to the merchant server. It knows the price; the form only says which one was seen.

use wasm_bindgen::JsValue;

use crate::browser::{get, json, object};
use crate::fetch::{Lost, Reply, Sent, send};
use crate::wire::{AttemptAnswer, ErrorAnswer, OrderAnswer, Standing};

/// `pay` answers within 25 seconds; what takes longer is lost.
const PAY_WITHIN_MS: u32 = 30_000;
/// Nothing hangs on these; the shopper can ask again.
const ANSWER_WITHIN_MS: u32 = 15_000;
/// How long `status` may hold the line.
const STATUS_WAIT_S: u32 = 20;

/// Why a call came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No usable answer, or the server failed.
    Lost,
    /// The server refused, and nothing happened.
    Refused(u16, Option<ErrorAnswer>),
}

/// The merchant server, for one checkout session.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Merchant {
    address: String,
    /// Whether the page can show a challenge in a dialog; else the browser leaves for it.
    pub(crate) dialog: bool,
}

/// A Result, read and as it came: the page gets the latter.
pub(crate) struct Settled {
    pub(crate) standing: Standing,
    pub(crate) raw: JsValue,
}

impl Merchant {
    /// The server at `origin`, for `session`. Whoever names the session can't leave its path.
    pub(crate) fn new(origin: &str, session: &str) -> Self {
        let session = String::from(js_sys::encode_uri_component(session));
        Self { address: [origin, "/checkout/", &session].concat(), dialog: false }
    }

    /// Reads the order.
    pub(crate) async fn read(&self) -> Result<OrderAnswer, Failure> {
        let reply = accept(send(&self.address, None, None, ANSWER_WITHIN_MS).await)?;
        OrderAnswer::read(&reply.body).ok_or(Failure::Lost)
    }

    /// Opens, or finds, the order's one open attempt. Charges nothing.
    pub(crate) async fn open(&self, seen_amount: Option<i64>) -> Result<AttemptAnswer, Failure> {
        // Amounts are below two to the 53rd: JavaScript's number holds them exactly.
        let seen_amount = seen_amount.map_or(JsValue::UNDEFINED, |amount| JsValue::from_f64(amount as f64));
        let reply = accept(self.post("/attempts", &[("seen_amount", seen_amount)], ANSWER_WITHIN_MS).await)?;
        AttemptAnswer::read(&reply.body).ok_or(Failure::Lost)
    }

    /// Pays. A lost answer may have paid.
    pub(crate) async fn pay(&self, attempt: &str, token: Option<&str>) -> Result<Settled, Failure> {
        let token = token.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let presentation = if self.dialog { "dialog" } else { "redirect" };
        let request = [("attempt", attempt.into()), ("token", token), ("presentation", presentation.into())];
        settled(self.post("/pay", &request, PAY_WITHIN_MS).await)
    }

    /// How the order stands; with `wait`, as soon as that is known.
    pub(crate) async fn status(&self, wait: bool) -> Result<Settled, Failure> {
        let (path, seconds) = if wait { ("/status?wait=20", STATUS_WAIT_S) } else { ("/status", 0) };
        let url = [&self.address, path].concat();
        settled(send(&url, None, None, ANSWER_WITHIN_MS + seconds * 1000).await)
    }

    /// Gives a challenge up.
    pub(crate) async fn abandon(&self, attempt: &str) -> Result<Settled, Failure> {
        settled(self.post("/abandon", &[("attempt", attempt.into())], PAY_WITHIN_MS).await)
    }

    fn post(&self, path: &str, request: &[(&str, JsValue)], within_ms: u32) -> Sent {
        let url = [&self.address, path].concat();
        send(&url, None, json(&object(request)), within_ms)
    }
}

fn accept(reply: Result<Reply, Lost>) -> Result<Reply, Failure> {
    match reply {
        Ok(reply) if reply.is_ok() => Ok(reply),
        Ok(reply) if (400..500).contains(&reply.status) => {
            Err(Failure::Refused(reply.status, ErrorAnswer::read(&get(&reply.body, "error"))))
        }
        _ => Err(Failure::Lost),
    }
}

fn settled(reply: Result<Reply, Lost>) -> Result<Settled, Failure> {
    let reply = accept(reply)?;
    let standing = Standing::read(&reply.body).ok_or(Failure::Lost)?;
    Ok(Settled { standing, raw: reply.body })
}
