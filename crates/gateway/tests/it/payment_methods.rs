//! Saved cards: brought by a browser, listed, charged with and without the shopper, destroyed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    APPROVED, CHALLENGED, DECLINED, OTHER_SECRET_KEY, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, card, refused,
};

async fn customer(gateway: &TestGateway, id: &str) {
    let (status, body) = gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": id })).await;
    assert_eq!(status, 200, "{body}");
}

/// A place made by the server, filled by the browser.
async fn saved(gateway: &TestGateway, customer_id: &str, number: &str) -> String {
    let body = json!({ "customer_id": customer_id, "payment_method": "card" });
    let (status, place) = gateway.post("/payment_methods", SECRET_KEY, &body).await;
    assert_eq!((status, &place["status"]), (200, &json!("awaiting_data")), "{place}");
    let id = place["payment_method_id"].as_str().unwrap().to_owned();
    let body = save_request(&place, number);
    let (status, method) = gateway.post(&format!("/payment_methods/{id}/save"), PUBLISHABLE_KEY, &body).await;
    assert_eq!((status, &method["status"]), (200, &json!("active")), "{method}");
    assert_eq!(method["card"]["last4_digits"], number[number.len() - 4..]);
    id
}

fn save_request(place: &Value, number: &str) -> Value {
    let mut card = card(number);
    card.as_object_mut().unwrap().remove("card_cvc");
    json!({ "client_secret": place["client_secret"], "payment_method": "card",
            "payment_method_data": { "card": card } })
}

fn off_session(customer_id: &str, id: &str) -> Value {
    json!({ "amount": 700, "currency": "EUR", "confirm": true, "customer_id": customer_id, "off_session": true,
            "recurring_details": { "type": "payment_method_id", "data": id } })
}

async fn listed(gateway: &TestGateway, customer_id: &str) -> Vec<Value> {
    let (status, list) = gateway.get(&format!("/customers/{customer_id}/payment_methods"), SECRET_KEY).await;
    assert_eq!(status, 200, "{list}");
    list["customer_payment_methods"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_browser_brings_a_card_once_and_the_server_charges_it() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let id = saved(&gateway, "cus_1", APPROVED).await;
    let (status, paid) = gateway.post("/payments", SECRET_KEY, &off_session("cus_1", &id)).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")), "{paid}");
    assert_eq!((&paid["payment_method_id"], &paid["off_session"]), (&json!(id), &json!(true)));

    let method = gateway.get(&format!("/payment_methods/{id}"), SECRET_KEY).await.1;
    let (path, body) = (format!("/payment_methods/{id}/save"), save_request(&method, APPROVED));
    let again = gateway.post(&path, PUBLISHABLE_KEY, &body).await;
    assert_eq!((again.0, refused(&again).1), (400, "IR_04"), "its client secret is not shown any more");
}

#[tokio::test]
async fn a_card_that_the_server_brings_itself_is_answered_with_a_client_secret_too() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let body = json!({ "customer_id": "cus_1", "payment_method": "card", "card": card(APPROVED) });
    let (status, method) = gateway.post("/payment_methods", SECRET_KEY, &body).await;
    assert_eq!((status, &method["status"]), (200, &json!("active")), "{method}");
    let id = method["payment_method_id"].as_str().unwrap();
    assert!(method["client_secret"].as_str().unwrap().starts_with(&format!("{id}_secret_")), "{method}");
    let answer =
        gateway.post(&format!("/payment_methods/{id}/save"), PUBLISHABLE_KEY, &save_request(&method, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_08"), "the place is taken");
}

#[tokio::test]
async fn nobody_else_fills_the_place() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let body = json!({ "customer_id": "cus_1", "payment_method": "card" });
    let (_, place) = gateway.post("/payment_methods", SECRET_KEY, &body).await;
    let path = format!("/payment_methods/{}/save", place["payment_method_id"].as_str().unwrap());
    let request = save_request(&place, APPROVED);
    let mut wrong = request.clone();
    wrong["client_secret"] = json!("pm_x_secret_y");
    let answer = gateway.post(&path, PUBLISHABLE_KEY, &wrong).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_09"));
    let answer = gateway.post(&path, SECRET_KEY, &request).await;
    assert_eq!((answer.0, refused(&answer).1), (401, "IR_01"), "a server has no business with a card here");
    assert_eq!(gateway.post(&path, PUBLISHABLE_KEY, &request).await.0, 200);
    let answer = gateway.post(&path, PUBLISHABLE_KEY, &request).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_08"), "once is enough");
}

#[tokio::test]
async fn a_place_that_nobody_fills_closes() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let body = json!({ "customer_id": "cus_1", "payment_method": "card" });
    let (_, place) = gateway.post("/payment_methods", SECRET_KEY, &body).await;
    gateway.clock.advance(std::time::Duration::from_secs(900));
    let path = format!("/payment_methods/{}/save", place["payment_method_id"].as_str().unwrap());
    let answer = gateway.post(&path, PUBLISHABLE_KEY, &save_request(&place, APPROVED)).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_08"));
}

#[tokio::test]
async fn a_listed_card_pays_by_its_token_for_its_customer_alone() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    customer(&gateway, "cus_2").await;
    let id = saved(&gateway, "cus_1", APPROVED).await;
    let methods = listed(&gateway, "cus_1").await;
    assert_eq!((methods.len(), &methods[0]["payment_method_id"]), (1, &json!(id)));
    assert!(!methods[0].to_string().contains(APPROVED));
    let token = methods[0]["payment_token"].clone();
    assert!(listed(&gateway, "cus_2").await.is_empty());

    gateway.open_with("pay_2", json!({ "customer_id": "cus_2" })).await;
    let body = json!({ "payment_token": token, "card_cvc": "737" });
    let stolen = gateway.post("/payments/pay_2/confirm", SECRET_KEY, &body).await;
    assert_eq!((stolen.0, refused(&stolen).1), (404, "HE_02"), "another customer's card is none");
    let payment = gateway.open_with("pay_1", json!({ "customer_id": "cus_1" })).await;
    let by_browser = format!("/customers/payment_methods?client_secret={}", payment["client_secret"].as_str().unwrap());
    let (status, list) = gateway.get(&by_browser, PUBLISHABLE_KEY).await;
    assert_eq!((status, &list["customer_payment_methods"][0]["payment_method_id"]), (200, &json!(id)));
    let body = json!({ "client_secret": payment["client_secret"], "card_cvc": "737",
                       "payment_token": list["customer_payment_methods"][0]["payment_token"] });
    let (status, paid) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!((status, &paid["status"]), (200, &json!("succeeded")), "{paid}");
}

#[tokio::test]
async fn a_payment_saves_its_card_if_the_shopper_agrees_and_the_bank_approves() {
    let gateway = TestGateway::start().await;
    let pay = |id: &str, number: &str| {
        json!({ "payment_id": id, "amount": 900, "currency": "EUR", "confirm": true, "customer_id": "cus_1",
                "setup_future_usage": "off_session", "customer_acceptance": { "acceptance_type": "online" },
                "browser_info": { "user_agent": "x", "ip_address": "203.0.113.7" },
                "payment_method": "card", "payment_method_data": { "card": card(number) } })
    };
    let (status, declined) = gateway.post("/payments", SECRET_KEY, &pay("pay_no", DECLINED)).await;
    assert_eq!((status, &declined["status"]), (200, &json!("failed")), "{declined}");
    assert!(listed(&gateway, "cus_1").await.is_empty());
    let count = async || {
        let row = gateway.store.read(|tx| tx.first("SELECT COUNT(*) AS n FROM vault_cards", &[])).await;
        row.unwrap().unwrap().get::<i64>("n").unwrap()
    };
    assert_eq!(count().await, 0, "a declined card is destroyed");

    let (_, asked) = gateway.post("/payments", SECRET_KEY, &pay("pay_asked", CHALLENGED)).await;
    assert_eq!(asked["status"], "requires_customer_action");
    assert!(listed(&gateway, "cus_1").await.is_empty(), "not before the bank has approved");
    gateway.browse("/dummy-connector/complete/pay_asked_1?confirm=true").await;
    let methods = listed(&gateway, "cus_1").await;
    assert_eq!(methods.len(), 1);
    let id = methods[0]["payment_method_id"].as_str().unwrap();
    // The card wants a challenge, but nobody is there to be asked.
    let (_, paid) = gateway.post("/payments", SECRET_KEY, &off_session("cus_1", id)).await;
    assert_eq!(paid["status"], "succeeded", "{paid}");

    let mut without = pay("pay_plain", APPROVED);
    without.as_object_mut().unwrap().remove("customer_acceptance");
    let (_, paid) = gateway.post("/payments", SECRET_KEY, &without).await;
    assert_eq!((&paid["status"], &paid["payment_method_id"]), (&json!("succeeded"), &Value::Null));
    assert_eq!(listed(&gateway, "cus_1").await.len(), 1, "nobody agreed to that one");
}

#[tokio::test]
async fn a_card_is_set_up_without_paying() {
    let gateway = TestGateway::start().await;
    let body = json!({ "amount": 0, "currency": "EUR", "confirm": true, "customer_id": "cus_1",
                       "setup_future_usage": "off_session", "customer_acceptance": { "acceptance_type": "online" },
                       "payment_method": "card", "payment_method_data": { "card": card(APPROVED) } });
    let (status, paid) = gateway.post("/payments", SECRET_KEY, &body).await;
    assert_eq!((status, &paid["status"], &paid["amount"]), (200, &json!("succeeded"), &json!(0)), "{paid}");
    assert_eq!(listed(&gateway, "cus_1").await.len(), 1);
    let refund = json!({ "payment_id": paid["payment_id"] });
    let answer = gateway.post("/refunds", SECRET_KEY, &refund).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_13"), "there is nothing to give back");
}

#[tokio::test]
async fn a_saved_card_is_named_made_the_default_and_destroyed() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let id = saved(&gateway, "cus_1", APPROVED).await;
    let path = format!("/payment_methods/{id}");
    let body = json!({ "card": { "nick_name": "work", "card_holder_name": "A. Lovelace" } });
    let (status, named) = gateway.post(&format!("{path}/update"), SECRET_KEY, &body).await;
    assert_eq!((status, &named["card"]["nick_name"]), (200, &json!("work")), "{named}");
    let smuggled = json!({ "card": { "nick_name": APPROVED } });
    let answer = gateway.post(&format!("{path}/update"), SECRET_KEY, &smuggled).await;
    assert_eq!((answer.0, refused(&answer).1), (400, "IR_16"));

    let default = format!("/customers/cus_1/payment_methods/{id}/default");
    let (status, made) = gateway.post(&default, SECRET_KEY, &json!({})).await;
    assert_eq!((status, &made["default_payment_method_id"]), (200, &json!(id)));
    assert_eq!(gateway.post(&default, SECRET_KEY, &json!({})).await.0, 400, "it is already");
    assert_eq!(listed(&gateway, "cus_1").await[0]["default_payment_method_set"], true);

    let foreign = gateway.request(Method::DELETE, &path, OTHER_SECRET_KEY).send().await.unwrap();
    assert_eq!(foreign.status(), 404);
    let gone = gateway.request(Method::DELETE, &path, SECRET_KEY).send().await.unwrap();
    let (status, gone) = crate::harness::answer(gone).await;
    assert_eq!((status, &gone["deleted"]), (200, &json!(true)));
    assert_eq!(gateway.get("/customers/cus_1", SECRET_KEY).await.1["default_payment_method_id"], Value::Null);
    let charge = gateway.post("/payments", SECRET_KEY, &off_session("cus_1", &id)).await;
    assert_eq!((charge.0, refused(&charge).1), (404, "HE_02"));
}

#[tokio::test]
async fn a_deleted_customer_leaves_no_card_behind() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let id = saved(&gateway, "cus_1", APPROVED).await;
    gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
    assert_eq!(gateway.get(&format!("/payment_methods/{id}"), SECRET_KEY).await.0, 404);
    for sql in ["SELECT COUNT(*) AS n FROM vault_cards", "SELECT COUNT(*) AS n FROM payment_methods"] {
        let row = gateway.store.read(move |tx| tx.first(sql, &[])).await.unwrap().unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 0, "{sql}");
    }
}

#[tokio::test]
async fn a_browser_learns_what_it_may_pay_with() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let path = format!("/account/payment_methods?client_secret={}", payment["client_secret"].as_str().unwrap());
    let (status, offered) = gateway.get(&path, PUBLISHABLE_KEY).await;
    assert_eq!((status, &offered["payment_methods"][0]["payment_method"]), (200, &json!("card")));
    assert_eq!(offered["currency"], "EUR");
    let missing = gateway.get("/account/payment_methods", PUBLISHABLE_KEY).await;
    assert_eq!((missing.0, refused(&missing).1), (400, "IR_04"));
    let response = gateway.request(Method::GET, &path, SECRET_KEY).send().await.unwrap();
    let server = answer(response).await;
    assert_eq!((server.0, refused(&server).1), (422, "IR_06"));
}

#[tokio::test]
async fn a_name_the_merchant_changed_is_charged_and_outlives_what_happens_to_older_payments() {
    let gateway = TestGateway::start().await;
    customer(&gateway, "cus_1").await;
    let id = saved(&gateway, "cus_1", APPROVED).await;
    let mut older = off_session("cus_1", &id);
    older["payment_id"] = json!("pay_older");
    assert_eq!(gateway.post("/payments", SECRET_KEY, &older).await.1["status"], "succeeded");
    let path = format!("/payment_methods/{id}");
    let body = json!({ "card": { "card_holder_name": "Ada Byron" } });
    assert_eq!(gateway.post(&format!("{path}/update"), SECRET_KEY, &body).await.0, 200);

    let note = json!({ "metadata": { "note": "older" } });
    assert_eq!(gateway.post("/payments/pay_older/update_metadata", SECRET_KEY, &note).await.0, 200);
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1["card"]["card_holder_name"], "Ada Byron");

    let (_, newer) = gateway.post("/payments", SECRET_KEY, &off_session("cus_1", &id)).await;
    assert_eq!(newer["payment_method_data"]["card"]["card_holder_name"], "Ada Byron", "{newer}");
    assert_eq!(gateway.get(&path, SECRET_KEY).await.1["card"]["card_holder_name"], "Ada Byron");
}
