//! The sandbox's page: test cards to read, bad days to switch on and off, without a script.

use florin_gateway::Switches;
use serde_json::json;

use crate::harness::{ADMIN_KEY, APPROVED, SECRET_KEY, TestGateway};

fn form(gateway: &TestGateway, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = gateway.client.post(format!("{}/sandbox/form", gateway.url));
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

async fn submit(gateway: &TestGateway, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = form(gateway, fields).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

const LOST: &[(&str, &str)] = &[
    ("act", "fault"),
    ("route", "POST /payments"),
    ("fault", "drop_after"),
    ("times", "1"),
    ("ms", ""),
    ("payment_id", ""),
];

fn with<'a>(more: &[(&'a str, &'a str)], fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    more.iter().chain(fields).copied().collect()
}

#[tokio::test]
async fn the_page_shows_every_card_and_loads_nothing_but_its_style() {
    let gateway = TestGateway::start().await;
    let page = gateway.browse("/sandbox").await;
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let body = page.text().await.unwrap();
    assert!(!body.contains("<script") && !body.contains("style=") && !body.contains("{{") && !body.contains(ADMIN_KEY));
    let (_, list) = gateway.get("/sandbox/cards", "").await;
    for card in list["data"].as_array().unwrap() {
        let number = card["number"].as_str().unwrap().as_bytes();
        let spaced: Vec<_> = number.chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect();
        assert!(body.contains(&spaced.join(" ")), "{card}");
    }
    let style = gateway.browse("/sandbox/page.css").await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn a_form_without_the_admin_key_changes_nothing() {
    let gateway = TestGateway::start().await;
    for key in [vec![], vec![("key", "")], vec![("key", SECRET_KEY)], vec![("token", "")], vec![("token", "x")]] {
        let (status, page) = submit(&gateway, &with(&key, LOST)).await;
        assert_eq!(status, 401, "{key:?}");
        assert!(page.contains("Nothing changed"));
    }
    let (_, faults) = gateway.get("/sandbox/faults", ADMIN_KEY).await;
    assert_eq!(faults["data"], json!([]));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let gateway = TestGateway::start().await;
    for site in ["cross-site", "same-site", "none"] {
        let request = form(&gateway, &with(&[("key", ADMIN_KEY)], LOST)).header("sec-fetch-site", site);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401, "{site}");
    }
}

#[tokio::test]
async fn bad_days_are_switched_on_and_off_by_forms() {
    let gateway = TestGateway::start_with(None, Switches::default()).await;
    let key = [("key", ADMIN_KEY)];
    assert_eq!(submit(&gateway, &with(&key, LOST)).await.0, 303);
    let lost = gateway.request(reqwest::Method::POST, "/payments", SECRET_KEY);
    let lost = lost.json(&json!({ "payment_id": "pay_1", "amount": 4200, "currency": "EUR" })).send().await;
    assert!(lost.is_err(), "the answer is lost");
    gateway.read("pay_1").await;

    let (_, faults) = gateway.get("/sandbox/faults", ADMIN_KEY).await;
    let id = faults["data"][0]["id"].as_str().unwrap();
    let page = gateway.browse("/sandbox").await.text().await.unwrap();
    assert!(page.contains("drop_after") && page.contains(id) && page.contains("struck 1 times"));
    assert_eq!(submit(&gateway, &with(&key, &[("act", "remove"), ("id", id)])).await.0, 303);
    assert_eq!(submit(&gateway, &with(&key, &[("act", "webhooks"), ("mode", "hold")])).await.0, 303);
    assert_eq!(gateway.get("/sandbox/webhooks", ADMIN_KEY).await.1["mode"], "hold");
    let before = gateway.clock.now();
    assert_eq!(submit(&gateway, &with(&key, &[("act", "clock"), ("advance_seconds", "60")])).await.0, 303);
    assert_eq!(gateway.clock.now().since(before).as_secs(), 60);
    assert_eq!(submit(&gateway, &with(&key, LOST)).await.0, 303);
    assert_eq!(submit(&gateway, &with(&key, &[("act", "clear")])).await.0, 303);
    assert_eq!(gateway.get("/sandbox/faults", ADMIN_KEY).await.1["data"], json!([]));
    gateway.pay("pay_2", APPROVED, json!({})).await;
}

#[tokio::test]
async fn nonsense_in_a_form_is_named_and_changes_nothing() {
    let gateway = TestGateway::start().await;
    for (fields, named) in [
        (vec![("act", "fault"), ("route", "POST /payments"), ("fault", "delay")], "delay needs ms"),
        (vec![("act", "fault"), ("route", "POST /payments"), ("fault", "delay"), ("ms", "soon")], "ms must be"),
        (vec![("act", "fault"), ("route", "/nowhere"), ("fault", "ignore")], "route is not one"),
        (vec![("act", "webhooks"), ("mode", "<b>")], "&lt;b&gt;"),
        (vec![("act", "clock"), ("advance_seconds", "-1")], "advance_seconds"),
        (vec![("act", "explode")], "what to do"),
    ] {
        let (status, page) = submit(&gateway, &with(&[("key", ADMIN_KEY)], &fields)).await;
        assert_eq!(status, 422, "{fields:?}");
        assert!(page.contains(named) && !page.contains("<b>"), "{fields:?}");
    }
    assert_eq!(gateway.get("/sandbox/faults", ADMIN_KEY).await.1["data"], json!([]));
}

#[tokio::test]
async fn an_open_pages_forms_work_without_the_key_under_its_own_name_alone() {
    let gateway = TestGateway::start_open().await;
    let page = gateway.browse("/sandbox").await.text().await.unwrap();
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    let (token, _) = rest.split_once('"').unwrap();
    assert!(token.len() == 32 && !page.contains("type=\"password\""));
    assert_eq!(submit(&gateway, &with(&[("token", token)], LOST)).await.0, 303);
    assert_eq!(submit(&gateway, &with(&[("token", "00000000000000000000000000000000")], LOST)).await.0, 401);

    let elsewhere = gateway.client.get(format!("{}/sandbox", gateway.url)).header("host", "evil.example");
    let page = elsewhere.send().await.unwrap().text().await.unwrap();
    assert!(!page.contains(token) && page.contains("type=\"password\""));
    let rebound = form(&gateway, &with(&[("token", token)], LOST)).header("host", "evil.example");
    assert_eq!(rebound.send().await.unwrap().status(), 401);
}
