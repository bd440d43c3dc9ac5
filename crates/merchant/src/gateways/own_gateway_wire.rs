//! What we read of OwnGateway's answers, and no more. Unknown fields are its own business.

use florin_domain::flow::Snapshot;
use florin_domain::flow::operate::{RefundFact, RefundStatus};
use florin_domain::ids::PaymentId;
use florin_domain::order::CardSummary;
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::Url;

use crate::storage::Address;

/// `PaymentsResponse`. What decides about money is read, or nothing is; what does not may hold anything, for a browser
/// that confirms can put it there.
#[derive(Deserialize)]
pub(super) struct PaymentOnWire {
    payment_id: PaymentId,
    merchant_id: String,
    #[serde(default)]
    profile_id: Option<String>,
    status: String,
    amount: i64,
    net_amount: i64,
    #[serde(default)]
    amount_received: Option<i64>,
    #[serde(default)]
    amount_capturable: Option<i64>,
    currency: String,
    #[serde(default)]
    updated: Option<Timestamp>,
    #[serde(default)]
    next_action: Option<NextAction>,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    created: Option<Timestamp>,
    #[serde(default, deserialize_with = "if_readable")]
    expires_on: Option<Timestamp>,
    #[serde(default, deserialize_with = "if_readable")]
    return_url: Option<String>,
    /// Whatever a browser sent.
    #[serde(default)]
    metadata: Value,
    #[serde(default, deserialize_with = "if_readable")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    error_message: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    unified_code: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    payment_method_data: Option<MethodData>,
}

#[derive(Deserialize)]
struct NextAction {
    #[serde(default)]
    redirect_to_url: Option<String>,
}

#[derive(Deserialize)]
struct MethodData {
    #[serde(default)]
    card: Option<Card>,
}

#[derive(Deserialize)]
struct Card {
    #[serde(default)]
    last4: Option<String>,
    #[serde(default)]
    card_network: Option<String>,
}

impl PaymentOnWire {
    /// The facts, or why they can't be read.
    pub(super) fn into_snapshot(self) -> Result<Snapshot, String> {
        let status = IntentStatus::parse(&self.status).map_err(|error| error.to_string())?;
        let card = self.payment_method_data.and_then(|data| data.card);
        Ok(Snapshot {
            payment: self.payment_id,
            merchant_id: said(&self.merchant_id),
            profile_id: self.profile_id.as_deref().map(said),
            amount: self.amount,
            net_amount: self.net_amount,
            amount_received: self.amount_received.unwrap_or(0),
            amount_capturable: self.amount_capturable.unwrap_or(0),
            currency: said(&self.currency),
            status,
            updated: self.updated,
            challenge_url: self.next_action.and_then(|action| action.redirect_to_url).filter(|url| is_of_the_web(url)),
            client_secret: self.client_secret,
            lives_for: self.created.zip(self.expires_on).map(|(created, closes)| closes.since(created)),
            return_url: self.return_url.as_deref().map(in_one_spelling),
            named_order: named_order(&self.metadata),
            error_code: self.error_code.as_deref().map(said),
            error_message: self.error_message.as_deref().map(said),
            unified_code: self.unified_code.as_deref().map(said),
            card: card.map(Card::summary),
        })
    }
}

impl Card {
    /// What may be shown of it; whatever else stands where the last digits belong may be more of them.
    fn summary(self) -> CardSummary {
        let is_last4 = |digits: &String| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        CardSummary { brand: self.card_network.as_deref().map(said), last4: self.last4.filter(is_last4) }
    }
}

/// A browser can be sent there. No page would go to anything else, and the shopper would wait for it in vain.
fn is_of_the_web(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

/// An address as a URL library writes it: `HTTPS://Shop.example:443` is `https://shop.example/`.
fn in_one_spelling(address: &str) -> String {
    said(Url::parse(address).as_ref().map_or(address, Url::as_str))
}

/// What our metadata names, whatever else stands beside it, or in its place.
fn named_order(metadata: &Value) -> Option<String> {
    let named = || said(metadata.get("order").and_then(Value::as_str).unwrap_or("none"));
    (!metadata.is_null()).then(named)
}

/// A field that decides nothing: where it can't be read, it says nothing, and the rest is read all the same.
fn if_readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(reader: D) -> Result<Option<T>, D::Error> {
    Value::deserialize(reader).map(|value| serde_json::from_value(value).ok())
}

/// A page of `GET /payments/list`.
#[derive(Deserialize)]
pub(super) struct ListOnWire {
    data: Vec<LineOnWire>,
}

/// Others may use the account too: their ids and statuses need not be ours.
#[derive(Deserialize)]
struct LineOnWire {
    payment_id: String,
    status: String,
    #[serde(default)]
    updated: Option<Timestamp>,
}

/// One payment of a list: enough to see whether it is worth a read.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) payment: PaymentId,
    pub(crate) status: IntentStatus,
    pub(crate) updated: Option<Timestamp>,
}

/// A page of a listing.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) payments: Vec<Listed>,
    /// The next page begins after this payment, whosever it is; `None` after the last page.
    pub(crate) last: Option<String>,
}

impl ListOnWire {
    /// Those that can be ours, and where the next page begins.
    pub(super) fn into_page(self) -> Page {
        let last = self.data.last().map(|line| line.payment_id.clone());
        let read = |line: LineOnWire| {
            let payment = PaymentId::parse(&line.payment_id).ok()?;
            Some(Listed { payment, status: IntentStatus::parse(&line.status).ok()?, updated: line.updated })
        };
        Page { payments: self.data.into_iter().filter_map(read).collect(), last }
    }
}

/// `RefundResponse`.
#[derive(Deserialize)]
pub(super) struct RefundOnWire {
    payment_id: PaymentId,
    amount: i64,
    currency: String,
    status: String,
    #[serde(default, deserialize_with = "if_readable")]
    error_code: Option<String>,
}

impl RefundOnWire {
    /// The facts, or why they can't be read.
    pub(super) fn into_fact(self) -> Result<RefundFact, String> {
        let status = match self.status.as_str() {
            "succeeded" => RefundStatus::Succeeded,
            "failed" => RefundStatus::Failed,
            // A person at the gateway is at it.
            "pending" | "review" => RefundStatus::Pending,
            _ => return Err("unknown refund status".to_owned()),
        };
        let (payment, amount, currency) = (self.payment_id, self.amount, self.currency);
        Ok(RefundFact { payment, amount, currency, status, error_code: self.error_code.as_deref().map(said) })
    }
}

/// Both shapes of an error; the type is of no use to us.
#[derive(Deserialize)]
pub(super) struct ErrorOnWire {
    pub(super) error: ErrorDetail,
}

#[derive(Deserialize)]
pub(super) struct ErrorDetail {
    pub(super) code: String,
    #[serde(default)]
    pub(super) message: String,
}

/// The longest words of a bank that are kept; they are for people.
const LONGEST_WORDS: usize = 500;

/// What somebody else wrote, fit for a row, a log and a timeline: a byte of zero alone would keep PostgreSQL from
/// taking the whole change.
pub(super) fn said(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_WORDS).collect()
}

/// An address in OwnGateway's words.
pub(super) fn address(address: &Address) -> Value {
    let (first, last) = match address.name.as_deref().and_then(|name| name.rsplit_once(' ')) {
        Some((first, last)) => (Some(first), Some(last)),
        None => (address.name.as_deref(), None),
    };
    json!({
        "address": {
            "first_name": first,
            "last_name": last,
            "line1": address.line1,
            "line2": address.line2,
            "city": address.city,
            "state": address.state,
            "zip": address.postal_code,
            "country": address.country,
        },
        "phone": { "number": address.phone },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(more: &Value) -> Snapshot {
        let mut wire = json!({
            "payment_id": "pay_1", "merchant_id": "m", "status": "requires_payment_method", "amount": 1,
            "net_amount": 1, "currency": "EUR",
        });
        wire.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value::<PaymentOnWire>(wire).unwrap().into_snapshot().unwrap()
    }

    #[test]
    fn an_address_is_compared_in_one_spelling() {
        let read = |address: &str| opened(&json!({ "return_url": address })).return_url.unwrap();
        let ours = "https://shop.example/checkout/return?order=ord_1";
        for same in [
            ours,
            "HTTPS://shop.example/checkout/return?order=ord_1",
            "https://SHOP.example:443/checkout/./return?order=ord_1",
        ] {
            assert_eq!(read(same), ours, "{same}");
        }
        for other in [
            "https://shop.example/checkout/return?order=ord_2",
            "https://shop.example.evil.example/checkout/return?order=ord_1",
            "http://shop.example/checkout/return?order=ord_1",
            "https://shop.example/checkout/return?order=ord_1&status=succeeded",
        ] {
            assert_ne!(read(other), ours, "{other}");
        }
        assert_eq!(read("no address"), "no address");
    }

    #[test]
    fn a_payment_names_its_order_another_or_none_or_says_nothing() {
        let named = |metadata: Value| opened(&json!({ "metadata": metadata })).named_order;
        assert_eq!(named(json!({ "order": "ord_1", "color": "red" })).as_deref(), Some("ord_1"));
        assert_eq!(named(json!({ "color": "red" })).as_deref(), Some("none"));
        assert_eq!(named(json!({ "order": ["ord_1"] })).as_deref(), Some("none"));
        assert_eq!(named(Value::Null), None);
    }

    #[test]
    fn a_field_that_decides_nothing_keeps_no_payment_from_being_read() {
        let decorative = [
            ("metadata", [json!("x"), json!([1]), json!(5)]),
            ("created", [json!(5), json!("soon"), json!({})]),
            ("expires_on", [json!(5), json!("soon"), json!({})]),
            ("return_url", [json!({}), json!(5), json!([])]),
            ("error_code", [json!({}), json!(5), json!([])]),
            ("error_message", [json!({}), json!(5), json!([])]),
            ("unified_code", [json!({}), json!(5), json!([])]),
            ("payment_method_data", [json!("card"), json!({ "card": 5 }), json!({ "card": { "last4": 4242 } })]),
        ];
        for (field, values) in decorative {
            for value in values {
                let snapshot = opened(&json!({ field: value }));
                assert_eq!((snapshot.amount, snapshot.return_url, snapshot.card), (1, None, None), "{field}: {value}");
                let named = (field == "metadata").then_some("none");
                assert_eq!(snapshot.named_order.as_deref(), named, "{field}: {value}");
            }
        }
    }

    #[test]
    fn how_long_a_payment_lives_is_a_span_whatever_the_gateways_clock_says() {
        let said = |created: Value, closes: Value| {
            opened(&json!({ "created": created, "expires_on": closes })).lives_for.map(|span| span.as_secs())
        };
        let (noon, one) = (json!("1999-01-01T12:00:00.000Z"), json!("1999-01-01T13:00:00.000Z"));
        assert_eq!(said(noon.clone(), one.clone()), Some(3600));
        assert_eq!(said(one, noon.clone()), Some(0), "it never lived");
        assert_eq!((said(noon.clone(), Value::Null), said(Value::Null, noon)), (None, None));
    }

    #[test]
    fn what_a_bank_writes_can_be_kept_whatever_it_writes() {
        let wire = json!({
            "payment_id": "pay_1", "merchant_id": "m", "status": "failed", "amount": 1, "net_amount": 1,
            "currency": "EUR", "error_message": format!("No\u{0}\n\u{1b}[2J{}", "n".repeat(100_000)),
            "unified_code": "UE\u{0}1000",
        });
        let snapshot = serde_json::from_value::<PaymentOnWire>(wire).unwrap().into_snapshot().unwrap();
        assert_eq!(snapshot.unified_code.as_deref(), Some("UE 1000"));
        let kept = snapshot.error_message.unwrap();
        assert!(kept.starts_with("No   [2Jnnn"), "{kept}");
        assert_eq!(kept.chars().count(), LONGEST_WORDS);
        assert!(!kept.contains(char::is_control));
    }

    #[test]
    fn of_a_card_its_brand_and_four_digits_are_kept_or_nothing() {
        let shown = |card: Value| {
            let card = opened(&json!({ "payment_method_data": { "card": card } })).card.unwrap();
            (card.brand, card.last4)
        };
        let visa = Some("Visa".to_owned());
        assert_eq!(shown(json!({ "card_network": "Visa", "last4": "4242" })), (visa.clone(), Some("4242".to_owned())));
        for more in ["4242424242424242", "424", "42424", "42a2", "\u{0}242", "", "٤٢٤٢"] {
            assert_eq!(shown(json!({ "card_network": "Visa", "last4": more })), (visa.clone(), None), "{more:?}");
        }
        let odd = json!({ "card_network": format!("Vi\u{0}sa{}", "a".repeat(1000)), "last4": null });
        assert_eq!(shown(odd).0.unwrap().chars().take(6).collect::<String>(), "Vi saa");
    }

    #[test]
    fn what_a_review_would_quote_can_be_kept() {
        let odd = "m\u{0}\n1";
        let snapshot = opened(&json!({ "merchant_id": odd, "profile_id": odd, "currency": odd }));
        assert_eq!((snapshot.merchant_id.as_str(), snapshot.currency.as_str()), ("m  1", "m  1"));
        assert_eq!(snapshot.profile_id.as_deref(), Some("m  1"));
    }

    #[test]
    fn a_banks_page_is_a_page_of_the_web_or_none() {
        let page = |url: &str| opened(&json!({ "next_action": { "redirect_to_url": url } })).challenge_url;
        for url in ["https://bank.example/3ds?a=b", "http://127.0.0.1:4243/payments/redirect/1"] {
            assert_eq!(page(url).as_deref(), Some(url));
        }
        for url in ["javascript:alert(1)", "data:text/html,x", "/3ds", "", "blob:https://bank.example/1"] {
            assert_eq!(page(url), None, "{url}");
        }
    }
}
