//! "What each status means", written from what the code does with each status of the gateway.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use florin_domain::checkout::ResultStatus;
use florin_domain::flow::confirm;
use florin_domain::order::{CaptureMethod, OrderStatus, outcome};
use florin_domain::payment::IntentStatus;
use serde_json::Value;

use crate::scene::{account, at, case, snapshot, submitted};

/// Set to anything, the document is written instead of compared.
const REWRITE: &str = "FLORIN_REWRITE_DOCS";

const HEAD: &str = "\
# What each status means

Written from the code. A payment was submitted; the gateway says how it stands; this is what follows.

| at the gateway | `payment.status` | `order.status` | Result `status` | the shopper's button | the shopper's sentence |
|---|---|---|---|---|---|
";

const MIDDLE: &str = "
*unknown* is not a status of the gateway: it is said when bytes were sent and no definite answer came. The payment is
then asked for after 1, 3, 10 and 30 seconds, every minute, and every quarter of an hour; it is never shown as failed.
A decline belongs to the payment; the order is open again, for another card. `partially_captured` is a disagreement only
where the shop asked for all of it: after a capture of a part, the order is paid.

## What an order's status asks of the shop

| `order.status` | what it means | what to do |
|---|---|---|
";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The keys of button and sentence in the form's texts.
fn keys(status: ResultStatus) -> (&'static str, &'static str) {
    use ResultStatus as S;
    match status {
        S::Paid | S::Authorized => ("button.paid", ""),
        S::Processing => ("button.processing", "message.processing"),
        S::RequiresAction => ("button.challenge", "message.challenge"),
        S::Unknown => ("button.checking", "message.unknown"),
        S::Declined => ("button.another", "decline.card_declined"),
        S::Open => ("button.pay", ""),
        S::Canceled => ("button.canceled", "message.canceled"),
        S::Expired => ("button.expired", "message.expired"),
    }
}

fn asks(status: OrderStatus) -> (&'static str, &'static str) {
    use OrderStatus as S;
    match status {
        S::Open => ("it takes a payment", "wait"),
        S::Processing => ("a card was submitted, the answer is on its way", "wait; do not ship"),
        S::RequiresAction => ("the shopper's bank wants to see the shopper", "wait"),
        S::Authorized => ("money is held, not taken", "capture, or void"),
        S::Paid => ("money is there", "ship"),
        S::PartiallyRefunded => ("some of it was given back", "nothing"),
        S::Refunded => ("all of it was given back", "do not ship"),
        S::Voided => ("the hold was let go of", "do not ship"),
        S::Canceled => ("ended by the shop, or by too many attempts", "do not ship"),
        S::Expired => ("ended by time", "do not ship"),
        S::Review => ("facts disagree", "look at the timeline, then decide: `POST /v1/orders/{id}/review`"),
    }
}

fn document(texts: &Value) -> String {
    let text = |key: &str| texts[key].as_str().unwrap_or_default().to_owned();
    let mut document = HEAD.to_owned();
    for status in IntentStatus::ALL {
        // A hold is what the shop asked for where it captures by itself.
        let is_hold = *status == IntentStatus::RequiresCapture;
        let capture = if is_hold { CaptureMethod::Manual } else { CaptureMethod::Automatic };
        let after = confirm::agree(case(capture, submitted(None)), &account(), &snapshot(*status), at(11)).case;
        let result = outcome(&after.order, None, Some(&after.attempt), at(11));
        let (button, sentence) = keys(result.status);
        let word = serde_json::to_value(result.status).unwrap();
        // Writing to a String can not fail.
        let _ = writeln!(
            document,
            "| `{status}` | `{}` | `{}` | `{}` | {} | {} |",
            after.attempt.state.name(),
            after.order.status.as_str(),
            word.as_str().unwrap(),
            text(button),
            text(sentence),
        );
    }
    document.push_str(MIDDLE);
    for status in OrderStatus::ALL {
        let (meaning, todo) = asks(status);
        let _ = writeln!(document, "| `{}` | {meaning} | {todo} |", status.as_str());
    }
    document
}

#[test]
fn the_committed_table_of_statuses_is_what_the_code_does() {
    let texts: Value =
        serde_json::from_str(&fs::read_to_string(workspace().join("www/locales/en.json")).unwrap()).unwrap();
    let (wanted, file) = (document(&texts), workspace().join("docs/guides/statuses.md"));
    if std::env::var_os(REWRITE).is_some() {
        fs::write(&file, &wanted).unwrap();
        return;
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    let differs = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(
        found == wanted,
        "docs/guides/statuses.md is not what the code does (first difference: {differs:?}); write it anew with\n  \
         {REWRITE}=1 cargo test --package florin-domain --test flow statuses"
    );
}

#[test]
fn every_button_and_sentence_in_the_table_is_the_forms() {
    let texts: Value =
        serde_json::from_str(&fs::read_to_string(workspace().join("www/locales/en.json")).unwrap()).unwrap();
    for status in [
        ResultStatus::Paid,
        ResultStatus::Processing,
        ResultStatus::RequiresAction,
        ResultStatus::Unknown,
        ResultStatus::Declined,
        ResultStatus::Open,
        ResultStatus::Canceled,
        ResultStatus::Expired,
    ] {
        let (button, sentence) = keys(status);
        for key in [button, sentence].into_iter().filter(|key| !key.is_empty()) {
            assert!(texts[key].is_string(), "the form has no {key}");
        }
    }
}
