//! The calls to the merchant server. It knows the price; the form only says which one was seen.

use wasm_bindgen::JsValue;

use crate::browser::{get, object};
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
    /// Whether the page shows a challenge in a dialog, or the browser leaves for it; as the server was told.
    pub(crate) dialog: Option<bool>,
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
        Self { address: [origin, "/checkout/", &session].concat(), dialog: None }
    }

    /// Its session, as the page named it.
    pub(crate) fn session(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or_default()
    }

    /// Reads the [`order`]. The first time its answer may be on the way already.
    pub(crate) fn read(&self) -> Sent {
        self.get("", ANSWER_WITHIN_MS)
    }

    /// Opens, or finds, the order's one open [`attempt`]. Charges nothing.
    pub(crate) fn open(&self, seen_amount: Option<i64>) -> Sent {
        // Amounts are below two to the 53rd: JavaScript's number holds them exactly.
        let seen_amount = seen_amount.map_or(JsValue::UNDEFINED, |amount| JsValue::from_f64(amount as f64));
        self.post("/attempts", &[("seen_amount", seen_amount)], ANSWER_WITHIN_MS)
    }

    /// Pays, and is answered with how the order is [`settled`]. A lost answer may have paid.
    pub(crate) fn pay(&self, attempt: &str, token: Option<&str>) -> Sent {
        let token = token.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let presentation = if self.dialog == Some(true) { "dialog" } else { "redirect" };
        let request = [("attempt", attempt.into()), ("token", token), ("presentation", presentation.into())];
        self.post("/pay", &request, PAY_WITHIN_MS)
    }

    /// How the order is [`settled`]; with `wait`, as soon as that is known.
    pub(crate) fn status(&self, wait: bool) -> Sent {
        let (path, seconds) = if wait { ("/status?wait=20", STATUS_WAIT_S) } else { ("/status", 0) };
        self.get(path, ANSWER_WITHIN_MS + seconds * 1000)
    }

    /// Gives a challenge up, and is answered with how the order is [`settled`].
    pub(crate) fn abandon(&self, attempt: &str) -> Sent {
        self.post("/abandon", &[("attempt", attempt.into())], PAY_WITHIN_MS)
    }

    fn get(&self, path: &str, within_ms: u32) -> Sent {
        self.send(path, &JsValue::UNDEFINED, within_ms)
    }

    fn post(&self, path: &str, request: &[(&str, JsValue)], within_ms: u32) -> Sent {
        self.send(path, &object(request), within_ms)
    }

    fn send(&self, path: &str, body: &JsValue, within_ms: u32) -> Sent {
        send(&[&self.address, path].concat(), None, body, within_ms)
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

/// The order, as it was read.
pub(crate) fn order(reply: Result<Reply, Lost>) -> Result<OrderAnswer, Failure> {
    OrderAnswer::read(&accept(reply)?.body).ok_or(Failure::Lost)
}

/// The attempt, as it was opened.
pub(crate) fn attempt(reply: Result<Reply, Lost>) -> Result<AttemptAnswer, Failure> {
    AttemptAnswer::read(&accept(reply)?.body).ok_or(Failure::Lost)
}

/// How the order stands, as it was told.
pub(crate) fn settled(reply: Result<Reply, Lost>) -> Result<Settled, Failure> {
    let reply = accept(reply)?;
    let standing = Standing::read(&reply.body).ok_or(Failure::Lost)?;
    Ok(Settled { standing, raw: reply.body })
}
