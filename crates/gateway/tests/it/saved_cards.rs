//! A card is kept once, with its payment or not at all, and its security code only looks at its form.

use serde_json::{Value, json};

use crate::harness::{APPROVED, SECRET_KEY, TestGateway, card, merge, refused};

/// A payment that keeps its card.
pub(crate) fn keeping(id: &str, more: Value) -> Value {
    let mut body = json!({
        "payment_id": id, "amount": 900, "currency": "EUR", "confirm": true, "customer_id": "cus_1",
        "setup_future_usage": "off_session", "customer_acceptance": { "acceptance_type": "online" },
        "payment_method": "card", "payment_method_data": { "card": card(APPROVED) },
    });
    merge(&mut body, more);
    body
}

pub(crate) async fn listed(gateway: &TestGateway) -> Vec<Value> {
    let (_, list) = gateway.get("/customers/cus_1/payment_methods", SECRET_KEY).await;
    list["customer_payment_methods"].as_array().unwrap().clone()
}

pub(crate) async fn in_the_vault(gateway: &TestGateway) -> i64 {
    let row = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS n FROM vault_cards", &[])).await;
    row.unwrap().unwrap().get("n").unwrap()
}

#[tokio::test]
async fn the_same_card_is_kept_once_with_the_date_that_was_approved_last() {
    let gateway = TestGateway::start().await;
    let (_, first) = gateway.post("/payments", SECRET_KEY, &keeping("pay_1", json!({}))).await;
    let mut renewed = card(APPROVED);
    renewed["card_exp_year"] = json!("34");
    let again = json!({ "payment_method": "card", "payment_method_data": { "card": renewed } });
    let (_, second) = gateway.post("/payments", SECRET_KEY, &keeping("pay_2", again)).await;
    assert_eq!(second["status"], "succeeded", "{second}");
    assert_eq!(first["payment_method_id"], second["payment_method_id"]);
    let methods = listed(&gateway).await;
    assert_eq!((methods.len(), &methods[0]["card"]["expiry_year"]), (1, &json!("34")));
    assert_eq!(in_the_vault(&gateway).await, 1);

    let by_server = json!({ "customer_id": "cus_1", "payment_method": "card", "card": card(APPROVED) });
    let (status, third) = gateway.post("/payment_methods", SECRET_KEY, &by_server).await;
    assert_eq!((status, &third["payment_method_id"]), (200, &first["payment_method_id"]));
    assert_eq!((in_the_vault(&gateway).await, listed(&gateway).await.len()), (1, 1));
    let other = json!({ "customer_id": "cus_2" });
    gateway.post("/payments", SECRET_KEY, &keeping("pay_3", other)).await;
    assert_eq!(in_the_vault(&gateway).await, 2, "another customer's card is another card");
}

#[tokio::test]
async fn no_card_is_kept_without_its_payment() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_taken").await;
    let twin = gateway.post("/payments", SECRET_KEY, &keeping("pay_taken", json!({}))).await;
    assert_eq!(refused(&twin).1, "HE_01");
    let needs_browser = json!({ "authentication_type": "three_ds" });
    let refused_late = gateway.post("/payments", SECRET_KEY, &keeping("pay_1", needs_browser)).await;
    assert_eq!(refused(&refused_late).1, "IR_04");
    assert_eq!(in_the_vault(&gateway).await, 0);
    let customer = gateway.get("/customers/cus_1", SECRET_KEY).await;
    assert_eq!(refused(&customer).1, "HE_02", "nor is a customer made for it");
}

#[tokio::test]
async fn agreeing_when_the_payment_is_opened_is_enough() {
    let gateway = TestGateway::start().await;
    let mut opened = keeping("pay_1", json!({ "confirm": false }));
    opened.as_object_mut().unwrap().retain(|name, _| !name.starts_with("payment_method"));
    let (_, payment) = gateway.post("/payments", SECRET_KEY, &opened).await;
    let token = gateway.token(&payment, APPROVED).await;
    let (status, paid) = gateway.confirm("pay_1", &token).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")));
    assert_eq!(listed(&gateway).await[0]["payment_method_id"], paid["payment_method_id"]);
}

#[tokio::test]
async fn a_security_code_beside_a_saved_card_has_three_or_four_digits() {
    let gateway = TestGateway::start().await;
    gateway.post("/payments", SECRET_KEY, &keeping("pay_1", json!({}))).await;
    gateway.open_with("pay_2", json!({ "customer_id": "cus_1" })).await;
    let token = listed(&gateway).await[0]["payment_token"].clone();
    let path = "/payments/pay_2/confirm";
    for wrong in [
        json!({ "card_cvc": "12" }),
        json!({ "card_cvc": "12345" }),
        json!({ "payment_method": "card", "payment_method_data": { "card_token": { "card_cvc": "1" } } }),
    ] {
        let mut body = json!({ "payment_token": token });
        merge(&mut body, wrong);
        assert_eq!(refused(&gateway.post(path, SECRET_KEY, &body).await), (400, "IR_16", "Invalid card_cvc length"));
    }
    let letters = json!({ "payment_token": token, "card_cvc": "abc" });
    assert_eq!(refused(&gateway.post(path, SECRET_KEY, &letters).await).1, "IR_07");
    let body = json!({ "payment_token": token,
        "payment_method": "card", "payment_method_data": { "card_token": { "card_cvc": "737" } } });
    let (status, paid) = gateway.post(path, SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")), "{paid}");
}
