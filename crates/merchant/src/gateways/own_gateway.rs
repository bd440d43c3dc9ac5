//! OwnGateway: Hyperswitch's v1 API, for cards.
//!
//! Every call ends in one of three answers; the HTTP status alone decides nothing.

use std::time::Duration;

use florin_domain::checkout::Item;
use florin_domain::failure::{self, Meaning};
use florin_domain::flow::{Account, Answer, OperationKind, Refusal, Request, Shown, Snapshot};
use florin_domain::ids::RefundId;
use florin_domain::money::Money;
use florin_domain::order::Attempt;
use florin_domain::timestamp::Timestamp;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::own_gateway_wire::{ErrorOnWire, ListOnWire, Page, PaymentOnWire, RefundOnWire, address, said};
use crate::Settings;
use crate::settings::GatewayAccount;
use crate::storage::{OrderRow, Record};

/// Connecting takes longer only when nobody is there.
const CONNECT: Duration = Duration::from_secs(2);

/// A bank that needs longer is asked again later.
const ANSWER: Duration = Duration::from_secs(20);

/// OwnGateway's bounds of `session_expiry`, in seconds.
const SESSION_SECONDS: (u64, u64) = (60, 7_890_000);

/// OwnGateway's longest description, in characters.
const LONGEST_TEXT: usize = 255;

/// OwnGateway counts the pieces of a line in 16 bits.
const MOST_PIECES: i64 = u16::MAX as i64;

/// Far more than any payment's answer.
const LONGEST_ANSWER: usize = 256 * 1024;

/// An account at OwnGateway, ready to be called.
pub(crate) struct OwnGateway {
    client: reqwest::Client,
    base_url: Url,
    secret_key: SecretString,
    identity: Account,
    public_url: String,
}

impl OwnGateway {
    /// `public_url` is where browsers come back to.
    pub(crate) fn new(account: &GatewayAccount, public_url: &Url) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            base_url: as_folder(&account.base_url),
            secret_key: account.secret_key.clone(),
            identity: account.identity(),
            public_url: public_url.as_str().to_owned(),
        })
    }

    pub(super) fn identity(&self) -> &Account {
        &self.identity
    }

    /// Carries out one request of a flow.
    pub(super) async fn carry_out(&self, record: &Record, request: &Request) -> Answer<Snapshot> {
        let attempt = &record.attempt.attempt;
        let payment = format!("payments/{}", attempt.payment);
        match request {
            Request::Create => self.payment(Method::POST, "payments", Some(self.create_body(record))).await,
            Request::Confirm { token } => {
                let body = json!({
                    "payment_method": "card",
                    "payment_token": token,
                    "browser_info": { "ip_address": record.attempt.circumstances.shopper_address },
                });
                self.payment(Method::POST, &format!("{payment}/confirm"), Some(body)).await
            }
            Request::Read => self.read(attempt).await,
            Request::Cancel => {
                let body = json!({ "cancellation_reason": "abandoned" });
                self.payment(Method::POST, &format!("{payment}/cancel"), Some(body)).await
            }
        }
    }

    /// Reads the payment of an attempt.
    pub(super) async fn read(&self, attempt: &Attempt) -> Answer<Snapshot> {
        self.payment(Method::GET, &format!("payments/{}?force_sync=true", attempt.payment), None).await
    }

    /// Moves money. `refund` makes a repeated refund recognisable.
    pub(super) async fn operate(
        &self,
        attempt: &Attempt,
        kind: OperationKind,
        amount: Money,
        refund: &RefundId,
    ) -> Answer<Shown> {
        let payment = format!("payments/{}", attempt.payment);
        match kind {
            OperationKind::Capture => {
                let body = json!({ "amount_to_capture": amount.minor_units() });
                self.payment(Method::POST, &format!("{payment}/capture"), Some(body)).await.and_then(shown)
            }
            OperationKind::Void => {
                let body = json!({ "cancellation_reason": "not_wanted" });
                self.payment(Method::POST, &format!("{payment}/cancel"), Some(body)).await.and_then(shown)
            }
            OperationKind::Refund => {
                let body = json!({
                    "payment_id": attempt.payment,
                    "refund_id": refund,
                    "amount": amount.minor_units(),
                });
                self.refund(Method::POST, "refunds", Some(body)).await
            }
        }
    }

    /// Reads a refund.
    pub(super) async fn read_refund(&self, refund: &RefundId) -> Answer<Shown> {
        self.refund(Method::GET, &format!("refunds/{refund}?force_sync=true"), None).await
    }

    /// A page of payments made since, the newest first.
    pub(super) async fn list(&self, since: Timestamp, after: Option<&str>) -> Answer<Page> {
        let path = list_path(since, after);
        self.call(Method::GET, &path, None).await.and_then(|bytes| match serde_json::from_slice::<ListOnWire>(&bytes) {
            Ok(list) => Answer::Done(list.into_page()),
            Err(_) => Answer::Unknown("the answer is not a list of payments".to_owned()),
        })
    }

    async fn refund(&self, method: Method, path: &str, body: Option<Value>) -> Answer<Shown> {
        self.call(method, path, body).await.and_then(|bytes| match serde_json::from_slice::<RefundOnWire>(&bytes) {
            Ok(refund) => refund.into_fact().map_or_else(Answer::Unknown, |fact| Answer::Done(Shown::Refund(fact))),
            Err(_) => Answer::Unknown("the answer is not a refund".to_owned()),
        })
    }

    fn create_body(&self, record: &Record) -> Value {
        let (attempt, row) = (&record.attempt.attempt, &record.order);
        let customer = row.details.customer.as_ref();
        let mut body = json!({
            "payment_id": attempt.payment,
            "amount": attempt.amount.minor_units(),
            "currency": attempt.amount.currency(),
            "confirm": false,
            "capture_method": attempt.capture,
            "profile_id": self.identity.profile_id,
            "return_url": Settings::return_address(&self.public_url, &row.order.id),
            "metadata": { "order": row.order.id },
            "session_expiry": session_seconds(row, attempt.created_at),
        });
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                body[name] = value;
            }
        };
        add("authentication_type", attempt.three_ds.then(|| json!("three_ds")));
        add("description", row.details.description.as_deref().map(cut));
        add("email", customer.and_then(|customer| customer.email.as_ref()).map(|text| json!(text)));
        add("customer_id", customer.and_then(|customer| customer.reference.as_ref()).map(|text| json!(text)));
        add("shipping", row.details.shipping.as_ref().map(address));
        add("billing", row.details.billing.as_ref().map(address));
        if !row.details.items.is_empty() {
            add("order_details", Some(row.details.items.iter().map(line_of_bill).collect()));
        }
        body
    }

    async fn payment(&self, method: Method, path: &str, body: Option<Value>) -> Answer<Snapshot> {
        self.call(method, path, body).await.and_then(|bytes| match serde_json::from_slice::<PaymentOnWire>(&bytes) {
            Ok(payment) => payment.into_snapshot().map_or_else(Answer::Unknown, Answer::Done),
            Err(_) => Answer::Unknown("the answer is not a payment".to_owned()),
        })
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer<Vec<u8>> {
        let Ok(url) = self.base_url.join(path) else {
            return Answer::Refused(Refusal::Ours(format!("no address for {path}")));
        };
        let mut request = self.client.request(method, url).header("api-key", self.secret_key.expose_secret());
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = match request.send().await {
            Ok(response) => response,
            // Nobody was there to hear it: not one byte was sent.
            Err(error) if error.is_connect() => return Answer::Refused(Refusal::NotSent),
            Err(error) if error.is_timeout() => {
                return Answer::Unknown("no answer in time".to_owned());
            }
            Err(_) => return Answer::Unknown("the connection broke".to_owned()),
        };
        let status = response.status();
        match capped(response).await {
            Some(bytes) if status.is_success() => Answer::Done(bytes),
            Some(bytes) => refused(status, &bytes),
            None => Answer::Unknown("the answer broke off, or is too long".to_owned()),
        }
    }
}

/// Words for people at the gateway: better cut short there than a payment that is never opened.
fn cut(text: &str) -> Value {
    json!(text.chars().take(LONGEST_TEXT).collect::<String>())
}

/// The gateway's `amount` is what one piece costs, an order's what the whole line does. A line that does not divide
/// into equal pieces, or has more of them than OwnGateway counts, is told as one piece, so that quantity times amount
/// stays what is charged.
fn line_of_bill(item: &Item) -> Value {
    let quantity = i64::from(item.quantity);
    match (item.amount.checked_div(quantity), item.amount.checked_rem(quantity)) {
        (Some(each), Some(0)) if quantity <= MOST_PIECES => {
            json!({ "product_name": cut(&item.name), "quantity": quantity, "amount": each })
        }
        _ => {
            let name = format!("{quantity} × {}", item.name);
            json!({ "product_name": cut(&name), "quantity": 1, "amount": item.amount })
        }
    }
}

fn list_path(since: Timestamp, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new("payments/list?limit=100".to_owned());
    query.append_pair("created.gte", &since.to_string());
    if let Some(after) = after {
        query.append_pair("starting_after", after);
    }
    query.finish()
}

/// A gateway may live under a path: joined to a folder, an address keeps it.
fn as_folder(url: &Url) -> Url {
    let mut folder = url.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", url.path()));
    }
    folder
}

fn shown(snapshot: Snapshot) -> Answer<Shown> {
    Answer::Done(Shown::Payment(snapshot))
}

/// The payment lives as long as the order may still be paid.
fn session_seconds(row: &OrderRow, now: Timestamp) -> u64 {
    row.order.expires_at.since(now).as_secs().clamp(SESSION_SECONDS.0, SESSION_SECONDS.1)
}

async fn capped(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if bytes.len() + chunk.len() > LONGEST_ANSWER {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(bytes)
}

/// Which errors are definite: those that the table of the gateway's codes says so of. Everything else may have
/// taken effect.
fn refused(status: StatusCode, bytes: &[u8]) -> Answer<Vec<u8>> {
    let Ok(error) = serde_json::from_slice::<ErrorOnWire>(bytes) else {
        return Answer::Unknown(format!("HTTP {} without an error of the gateway's", status.as_u16()));
    };
    let (code, message) = (said(&error.error.code), said(&error.error.message));
    let code = code.as_str();
    let refusal = match failure::reading(status.as_u16(), code) {
        Meaning::OurKey => Refusal::OurKey(format!("{code}, our key is not accepted")),
        Meaning::OurRequest => Refusal::Ours(format!("{code}: {message}")),
        Meaning::Exists => Refusal::Exists,
        Meaning::NotFound => Refusal::NotFound,
        Meaning::WrongState => Refusal::WrongState,
        Meaning::TokenRejected => Refusal::TokenRejected,
        Meaning::Undecided | Meaning::Reason => return Answer::Unknown(format!("HTTP {} {code}", status.as_u16())),
    };
    Answer::Refused(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, definite: Option<Refusal>) {
        let answer = refused(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        match (answer, definite) {
            (Answer::Refused(found), Some(expected)) => assert_eq!(found, expected),
            (Answer::Unknown(_), None) => {}
            (answer, definite) => panic!("{status} {body}: {answer:?}, not {definite:?}"),
        }
    }

    fn error(code: &str) -> String {
        format!(r#"{{"error":{{"type":"invalid_request","message":"m","code":"{code}"}}}}"#)
    }

    #[test]
    fn a_gateway_may_live_under_a_path() {
        for (base, full) in [
            ("https://pay.example", "https://pay.example/payments/pay_1"),
            ("https://pay.example/", "https://pay.example/payments/pay_1"),
            ("https://pay.example/gateway/v1", "https://pay.example/gateway/v1/payments/pay_1"),
            ("https://pay.example/gateway/v1/", "https://pay.example/gateway/v1/payments/pay_1"),
        ] {
            let base = as_folder(&Url::parse(base).unwrap());
            assert_eq!(base.join("payments/pay_1").unwrap().as_str(), full);
        }
    }

    #[test]
    fn the_gateway_is_told_what_one_piece_costs() {
        for (quantity, amount, told) in [
            (2, 5000, ("ink", 2, 2500)),
            (1, -800, ("ink", 1, -800)),
            (4, 0, ("ink", 4, 0)),
            (3, 1000, ("3 × ink", 1, 1000)),
            (65_535, 65_535, ("ink", 65_535, 1)),
            (65_536, 65_536, ("65536 × ink", 1, 65_536)),
        ] {
            let (name, pieces, each) = told;
            let line = line_of_bill(&Item { name: "ink".to_owned(), quantity, amount });
            assert_eq!(line, json!({ "product_name": name, "quantity": pieces, "amount": each }));
        }
    }

    #[test]
    fn a_listing_is_asked_for_page_by_page() {
        let since = Timestamp::parse("2026-06-25T10:00:00.000Z").unwrap();
        let path = list_path(since, Some("pay_1"));
        assert_eq!(path, "payments/list?limit=100&created.gte=2026-06-25T10%3A00%3A00.000Z&starting_after=pay_1");
    }

    #[test]
    fn only_a_short_list_is_definite() {
        check(400, &error("HE_01"), Some(Refusal::Exists));
        check(404, &error("HE_02"), Some(Refusal::NotFound));
        check(400, &error("IR_16"), Some(Refusal::WrongState));
        check(401, &error("IR_01"), Some(Refusal::OurKey("IR_01, our key is not accepted".to_owned())));
        check(403, &error("IR_04"), Some(Refusal::OurKey("IR_04, our key is not accepted".to_owned())));
        check(400, &error("IR_04"), Some(Refusal::Ours("IR_04: m".to_owned())));
        check(422, &error("HE_00"), None);
        check(500, &error("HE_00"), None);
        check(502, "<html>", None);
        check(400, "", None);
        check(400, &error("CE_03"), None);
        check(200, &error("UE_9000"), None);
    }

    #[test]
    fn the_other_shape_of_error_is_read_too() {
        let body = r#"{"error":{"error_type":"invalid_request","message":"Json deserialize error","code":"IR_06"}}"#;
        check(400, body, Some(Refusal::Ours("IR_06: Json deserialize error".to_owned())));
    }
}
