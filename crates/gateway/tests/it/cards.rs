//! Each test card does what the table says, over HTTP, and money follows.

use std::time::Duration;

use florin_gateway::Switches;
use serde_json::{Value, json};

use crate::harness::{ADMIN_KEY, PATIENCE, Receiver, SECRET_KEY, TestGateway, browser, merge};

/// Opens a payment and confirms it with a card.
async fn pay(gateway: &TestGateway, id: &str, number: &str, more: Value) -> Value {
    let mut body = json!({ "browser_info": browser_with_address() });
    merge(&mut body, more);
    gateway.pay(id, number, body).await
}

fn browser_with_address() -> Value {
    let mut info = browser();
    merge(&mut info, json!({ "ip_address": "203.0.113.7" }));
    info
}

/// Reads until the status is this one.
async fn becomes(gateway: &TestGateway, path: &str, status: &str) -> Value {
    let waiting = async {
        loop {
            let (_, object) = gateway.get(path, SECRET_KEY).await;
            if object["status"] == status {
                return object;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{path} did not become {status}"))
}

#[tokio::test]
async fn every_card_of_the_list_does_what_its_row_says() {
    let gateway = TestGateway::start().await;
    let (status, list) = gateway.get("/sandbox/cards", ADMIN_KEY).await;
    assert_eq!(status, 200);
    let cards = list["data"].as_array().unwrap();
    assert!(cards.len() >= 38, "{}", cards.len());
    for (place, card) in cards.iter().enumerate() {
        let number = card["number"].as_str().unwrap();
        let payment = pay(&gateway, &format!("pay_{place}"), number, json!({})).await;
        assert_eq!(payment["status"], card["status"], "{number}");
        assert_eq!(payment["error_message"], card["error_message"], "{number}");
        let shown = &payment["payment_method_data"]["card"];
        assert_eq!(shown["card_network"], card["card_network"], "{number}");
        assert_eq!(shown["card_issuer"], card["card_issuer"], "{number}");
        assert_eq!(shown["card_issuing_country"], card["card_issuing_country"], "{number}");
        assert_eq!(shown["card_type"], card["card_type"], "{number}");
    }
}

#[tokio::test]
async fn the_readme_shows_every_card() {
    let gateway = TestGateway::start().await;
    let (_, list) = gateway.get("/sandbox/cards", "").await;
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for card in list["data"].as_array().unwrap() {
        let fours = card["number"].as_str().unwrap().as_bytes().chunks(4);
        let number = fours.map(|four| std::str::from_utf8(four).unwrap()).collect::<Vec<_>>().join(" ");
        let title = card["title"].as_str().unwrap();
        match rows.iter_mut().find(|row| row.0 == title) {
            Some(row) => row.1.push(number),
            None => rows.push((title.to_owned(), vec![number])),
        }
    }
    let table: Vec<_> = rows.iter().map(|(title, numbers)| format!("| {} | {title} |", numbers.join(", "))).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(file).unwrap();
    let head = "| number | what happens |\n|---|---|\n";
    let (before, rest) = readme.split_once(head).expect("the README has a table of cards");
    let (_, after) = rest.split_once("\n\n").unwrap();
    let sound = format!("{before}{head}{}\n\n{after}", table.join("\n"));
    if std::env::var_os("FLORIN_WRITE_COVERAGE").is_some() {
        std::fs::write(file, &sound).unwrap();
    } else {
        assert!(readme == sound, "the README's table of cards is out of date; FLORIN_WRITE_COVERAGE=1 writes it anew");
    }
}

#[tokio::test]
async fn three_d_secure_has_every_outcome() {
    let gateway = TestGateway::start().await;
    let asked = json!({ "authentication_type": "three_ds" });
    for (number, status, message) in [
        ("4242424242424242", "requires_customer_action", None),
        ("4000003800000446", "requires_customer_action", None),
        ("4000000000003055", "succeeded", None),
        ("4000000000003063", "requires_customer_action", None),
        ("4000000000003071", "succeeded", None),
        ("4000000000003097", "failed", Some("Payment declined: 3-D Secure was rejected")),
    ] {
        let payment = pay(&gateway, &format!("pay_{number}"), number, asked.clone()).await;
        assert_eq!((&payment["status"], &payment["error_message"]), (&json!(status), &json!(message)), "{number}");
    }
    gateway.browse("/dummy-connector/complete/pay_4242424242424242_1?confirm=true").await;
    assert_eq!(gateway.read("pay_4242424242424242").await["status"], "succeeded");

    let demanded = pay(&gateway, "pay_demanded", "4000000000003063", json!({})).await;
    assert_eq!(demanded["status"], "requires_customer_action", "whether the merchant asks or not");

    pay(&gateway, "pay_no", "4000008400001629", json!({})).await;
    gateway.browse("/dummy-connector/complete/pay_no_1?confirm=true").await;
    let declined = gateway.read("pay_no").await;
    assert_eq!((&declined["status"], &declined["error_code"]), (&json!("failed"), &json!("DC_08")));
}

#[tokio::test]
async fn a_payment_that_is_processing_is_settled_by_the_sandboxs_clock() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    for (id, number, end, event) in [
        ("pay_yes", "4000000000003105", "succeeded", "payment_succeeded"),
        ("pay_no", "4000000000003113", "failed", "payment_failed"),
    ] {
        assert_eq!(pay(&gateway, id, number, json!({})).await["status"], "processing");
        for path in ["confirm", "cancel", "capture"] {
            let (status, _) = gateway.post(&format!("/payments/{id}/{path}"), SECRET_KEY, &json!({})).await;
            assert_eq!(status, 400, "nothing but the processor moves it: {path}");
        }
        gateway.order("/sandbox/clock", json!({ "advance_seconds": 9 })).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(gateway.read(id).await["status"], "processing");
        gateway.order("/sandbox/clock", json!({ "advance_seconds": 1 })).await;
        becomes(&gateway, &format!("/payments/{id}"), end).await;
        let told = receiver.wait_for(if id == "pay_yes" { 2 } else { 4 }).await;
        let types: Vec<_> = told.iter().map(|event| event.json()["event_type"].clone()).collect();
        assert!(types.contains(&json!("payment_processing")) && types.contains(&json!(event)), "{types:?}");
    }
}

#[tokio::test]
async fn a_pending_answer_survives_a_restart() {
    let gateway = TestGateway::start().await;
    pay(&gateway, "pay_1", "4000000000003105", json!({})).await;
    let again = gateway.restart(None).await;
    again.order("/sandbox/clock", json!({ "advance_seconds": 10 })).await;
    becomes(&again, "/payments/pay_1", "succeeded").await;
}

#[tokio::test]
async fn a_capture_that_fails_releases_the_money() {
    let gateway = TestGateway::start().await;
    let at_once = pay(&gateway, "pay_1", "4000000000000341", json!({})).await;
    assert_eq!((&at_once["status"], &at_once["amount_received"]), (&json!("failed"), &json!(null)));
    let held = pay(&gateway, "pay_2", "4000000000000341", json!({ "capture_method": "manual" })).await;
    assert_eq!(held["status"], "requires_capture");
    let (status, failed) = gateway.post("/payments/pay_2/capture", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &failed["status"]), (200, &json!("failed")), "{failed}");
    assert_eq!(failed["error_message"], "Payment declined: Capture failed");
    let (status, _) = gateway.post("/payments/pay_2/capture", SECRET_KEY, &json!({})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_pending_refund_holds_its_money_until_it_is_answered() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    for (id, number, end) in [("yes", "4000000000007726", "succeeded"), ("no", "4000000000005126", "failed")] {
        let payment = format!("pay_{id}");
        assert_eq!(pay(&gateway, &payment, number, json!({})).await["status"], "succeeded");
        let wish = json!({ "payment_id": payment, "refund_id": format!("ref_{id}"), "amount": 4000 });
        let (status, refund) = gateway.post("/refunds", SECRET_KEY, &wish).await;
        assert_eq!((status, &refund["status"]), (200, &json!("pending")));
        let more = json!({ "payment_id": payment, "amount": 201 });
        assert_eq!(gateway.post("/refunds", SECRET_KEY, &more).await.0, 400, "what is pending is not given twice");

        gateway.order("/sandbox/clock", json!({ "advance_seconds": 10 })).await;
        becomes(&gateway, &format!("/refunds/ref_{id}"), end).await;
        let after = gateway.post("/refunds", SECRET_KEY, &more).await.0;
        assert_eq!(after, if end == "failed" { 200 } else { 400 }, "what failed may be refunded again");
    }
    let told = receiver.wait_for(4).await;
    let types: Vec<_> = told.iter().map(|event| event.json()["event_type"].as_str().unwrap().to_owned()).collect();
    assert!(types.contains(&"refund_succeeded".to_owned()) && types.contains(&"refund_failed".to_owned()), "{types:?}");
}
