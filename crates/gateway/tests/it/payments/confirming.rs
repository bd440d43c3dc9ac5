//! A card on its way to the issuer, and when no card may go.

use florin_gateway::Switches;
use serde_json::json;

use super::pick;
use crate::harness::{
    APPROVED, CHALLENGED, DECLINED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, browser, card, refused,
};

#[tokio::test]
async fn one_call_may_create_and_confirm() {
    let gateway = TestGateway::start().await;
    let more = json!({ "confirm": true, "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let paid = gateway.open_with("pay_1", more).await;
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn a_card_without_confirm_waits_for_it() {
    let gateway = TestGateway::start().await;
    let more = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let opened = gateway.open_with("pay_1", more).await;
    assert_eq!((&opened["status"], &opened["payment_method"]), (&json!("requires_confirmation"), &json!("card")));
    let shown = &opened["payment_method_data"]["card"];
    assert_eq!((&shown["last4"], &shown["card_isin"]), (&json!("4242"), &json!("424242")));
    assert_eq!(opened["connector"], json!(null), "nobody was asked yet");
    let (status, paid) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &json!({})).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
}

#[tokio::test]
async fn a_card_is_checked_before_anybody_is_asked() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    for (change, expected) in [
        (json!({ "card_cvc": "12" }), "Invalid card_cvc length"),
        (json!({ "card_exp_month": "13" }), "Invalid Expiry Month"),
        (json!({ "card_exp_year": "25" }), "Invalid Expiry Year"),
        (json!({ "card_exp_month": "05", "card_exp_year": "2026" }), "Card Expired"),
        (json!({ "card_holder_name": "4242 4242 4242 4242" }), "Invalid card_holder_name"),
    ] {
        let mut body = crate::harness::token_request(&payment, APPROVED);
        crate::harness::merge(&mut body["card"], change);
        let answer = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
        assert_eq!(refused(&answer), (400, "IR_16", expected));
    }
    let mut body = crate::harness::token_request(&payment, APPROVED);
    crate::harness::merge(&mut body["card"], json!({ "card_exp_month": "6", "card_exp_year": "26" }));
    assert_eq!(gateway.post("/tokens", PUBLISHABLE_KEY, &body).await.0, 201, "a card pays in its last month");
}

#[tokio::test]
async fn a_submitted_payment_takes_no_second_card() {
    let gateway = TestGateway::start().await;
    for (id, number, more, status) in [
        ("pay_paid", APPROVED, json!({}), "succeeded"),
        ("pay_held", APPROVED, json!({ "capture_method": "manual" }), "requires_capture"),
        ("pay_asked", CHALLENGED, json!({}), "requires_customer_action"),
    ] {
        let payment = gateway.pay(id, number, more).await;
        assert_eq!(payment["status"], status);
        let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
        let answer = gateway.post(&format!("/payments/{id}/confirm"), SECRET_KEY, &body).await;
        let words = format!("You cannot confirm this payment because it has status {status}");
        assert_eq!(refused(&answer), (400, "IR_16", words.as_str()));
        let answer = gateway.post(&format!("/payments/{id}"), SECRET_KEY, &json!({ "amount": 1 })).await;
        let words = format!("You cannot update this payment because it has status {status}");
        assert_eq!(refused(&answer), (400, "IR_16", words.as_str()));
        assert_eq!(gateway.read(id).await, payment);
    }
}

#[tokio::test]
async fn a_declined_payment_takes_another_card_only_where_the_profile_says_so() {
    let strict = TestGateway::start().await;
    strict.pay("pay_1", DECLINED, json!({})).await;
    let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let answer = strict.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    let words = "You cannot confirm this payment because it has status failed, \
                 you can enable `manual_retry` in profile to try this payment again";
    assert_eq!(refused(&answer), (400, "IR_16", words));

    let lenient = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    let declined = lenient.pay("pay_1", DECLINED, json!({})).await;
    assert_eq!(declined["manual_retry_allowed"], true);
    let (status, paid) = lenient.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"], &paid["attempt_count"]), (200, &json!("succeeded"), &json!(2)));
}

#[tokio::test]
async fn a_payment_the_merchant_rejected_takes_no_other_card() {
    let gateway = TestGateway::start_with(None, Switches { manual_retry: true, ..Switches::default() }).await;
    gateway.pay("pay_1", "4000000000000143", json!({})).await;
    let (_, rejected) = gateway.post("/payments/pay_1/reject", SECRET_KEY, &json!({})).await;
    assert_eq!((&rejected["status"], &rejected["manual_retry_allowed"]), (&json!("failed"), &json!(false)));
    let body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!(refused(&answer), (400, "IR_16", "You cannot confirm this payment because it has status failed"));
    assert_eq!(gateway.read("pay_1").await, rejected);
}

#[tokio::test]
async fn an_update_that_confirms_pays_what_it_says() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let body = json!({ "amount": 5000, "confirm": true,
        "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let (status, paid) = gateway.post("/payments/pay_1", SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"], &paid["amount_received"]), (200, &json!("succeeded"), &json!(5000)));
    let again = gateway.post("/payments/pay_1", SECRET_KEY, &body).await;
    assert_eq!(refused(&again), (400, "IR_16", "You cannot update this payment because it has status succeeded"));
    gateway.open("pay_2").await;
    let without = gateway.post("/payments/pay_2", SECRET_KEY, &json!({ "amount": 1, "confirm": true })).await;
    assert_eq!(refused(&without).1, "IR_06");
    assert_eq!(gateway.read("pay_2").await["amount"], 4200, "a refused confirm changes nothing");
}

#[tokio::test]
async fn a_browser_confirms_with_its_client_secret_and_a_card() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let body = json!({
        "client_secret": payment["client_secret"], "payment_method": "card",
        "payment_method_data": { "card": card(APPROVED) }, "browser_info": browser(),
    });
    let (status, paid) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
    assert_eq!(paid["browser_info"]["ip_address"], "127.0.0.1", "the connection's address stands in");
}

#[tokio::test]
async fn a_browser_can_override_what_owngateway_lets_it_and_nothing_else() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open_with("pay_1", json!({ "metadata": { "order": "ord_1" } })).await;
    let mut body = json!({
        "client_secret": payment["client_secret"],
            "payment_method": "card", "payment_method_data": { "card": card(APPROVED) },
        "capture_method": "manual", "metadata": { "order": "ord_2" },
    });
    for (field, value, refusal) in [
        ("amount", json!(1), (422, "IR_06")),
        ("currency", json!("USD"), (422, "IR_06")),
        ("customer", json!({ "name": "Ada" }), (422, "IR_06")),
        ("customer_id", json!("cus_1"), (401, "IR_18")),
    ] {
        let mut forged = body.clone();
        forged[field] = value;
        let answer = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &forged).await;
        assert_eq!((answer.0, refused(&answer).1), refusal, "{field}");
    }
    // What is the merchant's to say and changes nothing is passed over.
    body["frm_metadata"] = json!({ "score": 0 });
    body["business_label"] = json!("forged");
    body["payment_experience"] = json!("redirect_to_url");
    body["return_url"] = json!("https://elsewhere.example/back");
    let (status, held) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 200);
    assert_eq!(
        pick(&held, &["status", "capture_method", "metadata", "return_url", "amount"]),
        json!({ "status": "requires_capture", "capture_method": "manual", "metadata": { "order": "ord_2" },
                "return_url": "https://elsewhere.example/back", "amount": 4200 })
    );
    assert_eq!(
        pick(&held, &["frm_metadata", "business_label", "payment_experience"]),
        json!({ "frm_metadata": null, "business_label": null, "payment_experience": "redirect_to_url" })
    );
}
