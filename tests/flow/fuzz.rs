//! What is parsed behind HTTP, fed with what nobody would send: no answer is a 5xx, and nothing is paid
//! by a payment that is not the one we opened.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, Uri, header};
use axum::response::IntoResponse;
use axum::{Json, Router};
use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_fuzz::Fuzz;
use reqwest::header::HeaderValue;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::{PUBLISHABLE_KEY, SECRET_KEY, SHOP, SHOP_KEY, Wish, World};

const JSON_WORDS: &[&[u8]] = &[
    b"null",
    b"true",
    b"{}",
    b"[]",
    b"\"\"",
    b"\"amount\":",
    b"\"currency\":\"JPY\",",
    b"\"metadata\":{\"a\":\"b\"},",
    b"\\u0000",
    b"\\ud800",
    b"1e309",
    b"-1",
    b"\xef\xbb\xbf",
    b"\"expires_in\":1,",
    b"\"confirm\":true,",
    b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
];

/// Nobody is told to come back later: that would be the answer to everything.
async fn unlimited(collect: CollectMode) -> World {
    World::with(Wish { collect, limits: Limits::lifted(), ..Wish::default() }).await
}

/// Sends it; the answer as a word. An error says its code, and is never ours.
async fn answer_to(world: &World, request: RequestBuilder) -> (String, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    assert!(!status.is_server_error(), "{status} {}", bytes.escape_ascii());
    let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    if status == StatusCode::TOO_MANY_REQUESTS {
        world.wait(600);
    }
    let code = body["error"]["code"].as_str().unwrap_or_default().to_owned();
    assert!(status.is_success() || status.is_redirection() || !code.is_empty(), "{status} {body}");
    (format!("{} {code}", status.as_u16()), body)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_as_it_was_written_or_refused() {
    let world = unlimited(CollectMode::Token).await;
    let whole = json!({
        "amount": 4200, "currency": "EUR", "capture": "manual", "description": "d", "expires_in": 3600,
        "items": [{ "name": "Notebook", "quantity": 2, "amount": 2100 }],
        "customer": { "reference": "c", "email": "ada@example.com", "name": "Ada", "phone": "1" },
        "shipping": { "line1": "1", "country": "IT", "postal_code": "50122" },
        "result_url": format!("{SHOP}/thanks"), "metadata": { "a": "b" },
    });
    let seeds = vec![whole.to_string().into_bytes(), br#"{"amount":1,"currency":"KWD"}"#.to_vec()];
    let mut fuzz = Fuzz::new("orders", seeds, JSON_WORDS);
    while let Some(input) = fuzz.input() {
        let request = world.http.post(format!("{}/v1/orders", world.merchant_url)).bearer_auth(SHOP_KEY);
        let request = request.header("content-type", "application/json").body(input.clone());
        let (word, order) = answer_to(&world, request).await;
        if word.starts_with('2') {
            let asked: Value = serde_json::from_slice(&input).unwrap();
            assert_eq!((&order["amount"], &order["currency"]), (&asked["amount"], &asked["currency"]));
        }
        fuzz.learn(word);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idempotency_key_is_taken_or_refused() {
    let world = unlimited(CollectMode::Token).await;
    let order = world.order().await;
    world.pay_with(&order, APPROVED).await;
    let url = format!("{}/v1/orders/{}/refunds", world.merchant_url, order["id"].as_str().unwrap());
    let seeds = vec![b"abc".to_vec(), b"\"abc\"".to_vec(), b"\"a\\\"b\\\\c\"".to_vec()];
    let mut fuzz = Fuzz::new("Idempotency-Key", seeds, &[b"\"", b"\\", b";", b" ", b"\\\"", b"k", b"\t"]);
    while let Some(input) = fuzz.input() {
        let Ok(key) = HeaderValue::from_bytes(&input) else { continue };
        let request = world.http.post(&url).bearer_auth(SHOP_KEY).header("idempotency-key", key);
        let (word, _) = answer_to(&world, request.json(&json!({ "amount": 1 }))).await;
        fuzz.learn(word);
    }
    let kept = world.read(&order).await;
    assert!(kept["amount_refunded"].as_i64() <= kept["amount_captured"].as_i64(), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_the_gateway_is_understood_or_refused() {
    let world = unlimited(CollectMode::Token).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let collect = &opened["collect"];
    let payment = collect["payment_id"].as_str().unwrap();
    let card = json!({
        "card_number": APPROVED, "card_exp_month": "12", "card_exp_year": "30", "card_cvc": "123",
        "card_holder_name": "Ada Lovelace",
    });
    // The first letter says where to.
    let routes = [
        ('a', "/payments".to_owned(), SECRET_KEY),
        ('b', format!("/payments/{payment}/confirm"), PUBLISHABLE_KEY),
        ('c', format!("/payments/{payment}/capture"), SECRET_KEY),
        ('d', "/refunds".to_owned(), SECRET_KEY),
        ('e', "/tokens".to_owned(), PUBLISHABLE_KEY),
        ('f', "/customers".to_owned(), SECRET_KEY),
        ('g', "/payments/list".to_owned(), SECRET_KEY),
        ('h', "/payment_methods".to_owned(), SECRET_KEY),
    ];
    let bodies = [
        json!({ "amount": 4200, "currency": "EUR", "confirm": true, "capture_method": "manual",
            "payment_method": "card", "payment_method_data": { "card": card }, "metadata": { "a": "b" },
            "billing": { "address": { "country": "IT", "zip": "50122" } }, "return_url": "https://shop.example/" }),
        json!({ "client_secret": collect["client_secret"], "payment_method": "card",
            "payment_method_data": { "card": card }, "browser_info": { "language": "it", "time_zone": -120 } }),
        json!({ "amount_to_capture": 100 }),
        json!({ "payment_id": payment, "amount": 100, "reason": "r" }),
        json!({ "client_secret": collect["client_secret"], "card": card, "browser_info": {} }),
        json!({ "customer_id": "c", "email": "ada@example.com", "address": { "line1": "1" } }),
        json!({ "limit": 3, "offset": 1, "status": ["succeeded"], "amount_filter": { "start_amount": 1 } }),
        json!({ "payment_method": "card", "payment_method_type": "credit", "card": card, "customer_id": "c" }),
    ];
    let seeds = routes.iter().zip(&bodies).map(|((letter, ..), body)| format!("{letter}{body}").into_bytes());
    let mut fuzz = Fuzz::new("gateway requests", seeds.collect(), JSON_WORDS);
    while let Some(input) = fuzz.input() {
        let Some((letter, body)) = input.split_first() else { continue };
        let Some((_, path, key)) = routes.iter().find(|(route, ..)| u32::from(*letter) == u32::from(*route)) else {
            continue;
        };
        let request = world.http.post(format!("{}{path}", world.gateway_url)).header("api-key", *key);
        let request = request.header("content-type", "application/json").body(body.to_vec());
        let (word, _) = answer_to(&world, request).await;
        fuzz.learn(format!("{path} {word}"));
    }
}

/// A gateway that opens payments as it should, and shows each as it is told.
#[derive(Clone, Default)]
struct Liar {
    opened: Arc<Mutex<Value>>,
    shows: Arc<Mutex<HashMap<String, String>>>,
}

impl Liar {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(Self::answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    async fn answer(State(liar): State<Self>, method: Method, url: Uri, body: Bytes) -> impl IntoResponse {
        if method == Method::POST {
            let mut payment = liar.opened.lock().unwrap().clone();
            let asked: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
            for name in ["payment_id", "amount", "currency"] {
                payment[name] = asked[name].clone();
            }
            return Json(payment).into_response();
        }
        let id = url.path().rsplit('/').next().unwrap_or_default();
        let shown = liar.shows.lock().unwrap().get(id).cloned().unwrap_or_default();
        ([(header::CONTENT_TYPE, "application/json")], shown).into_response()
    }
}

/// What must be as we opened it, or as we asked for it.
const FACTS: [&str; 6] = ["amount", "net_amount", "amount_received", "currency", "merchant_id", "profile_id"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_paid_by_a_payment_that_is_not_shown_as_ours() {
    let world = unlimited(CollectMode::Confirm).await;
    let liar = Liar::default();
    let order = world.order().await;
    let payment = world.attempt(&order).await["collect"]["payment_id"].as_str().unwrap().to_owned();
    *liar.opened.lock().unwrap() = world.payment(&payment).await;
    world.pay_with(&order, APPROVED).await;
    let truth = world.payment(&payment).await;

    let mut settings = world.merchant_settings();
    // What can't be read is unknown, and waited for.
    settings.pay_deadline = Duration::from_millis(15);
    settings.account.base_url = url::Url::parse(&liar.start().await).unwrap();
    let other = world.another_server_with(settings, false).await;
    let words: &[&[u8]] =
        &[b"null", b"-1", b"4200", b"\"EUR\"", b"\"succeeded\"", b"\"failed\"", b"\"processing\"", b"{}"];
    // What is read of it, small enough for mutations to meet it; and the same in other states.
    let seeds = ["succeeded", "failed", "processing", "requires_capture", "cancelled"].map(|status| {
        let mut shown = json!({ "payment_id": payment, "status": status });
        for name in FACTS {
            shown[name] = truth[name].clone();
        }
        shown.to_string().into_bytes()
    });
    let mut fuzz = Fuzz::new("payments as read", seeds.to_vec(), words);
    while let Some(input) = fuzz.input() {
        let order = world.order().await;
        let checkout = format!("{}/checkout/{}", other.url, order["checkout"]["session"].as_str().unwrap());
        let open = world.http.post(format!("{checkout}/attempts")).json(&json!({ "seen_amount": 4200 }));
        // On a busy machine even an honest answer comes after that: then there is nothing to pay.
        let opened = open.send().await.unwrap().json::<Value>().await.unwrap();
        let Some(ours) = opened["collect"]["payment_id"].as_str() else { continue };
        let text = String::from_utf8_lossy(&input).replace(&payment, ours);
        liar.shows.lock().unwrap().insert(ours.to_owned(), text);
        let pay = world.http.post(format!("{checkout}/pay")).json(&json!({ "attempt": opened["attempt"] }));
        let (_, result) = answer_to(&world, pay).await;
        fuzz.learn(format!("{} {}", result["status"], world.read(&order).await["status"]));
    }
    let paid = "SELECT payment_id FROM merchant.attempts WHERE state = 'captured'";
    for ours in world.books().column(paid).into_iter().filter(|ours| *ours != payment) {
        let shown: Value = serde_json::from_str(&liar.shows.lock().unwrap()[&ours]).unwrap();
        for name in FACTS {
            assert_eq!(shown[name], truth[name], "paid by {shown}");
        }
        let named = (shown["payment_id"].as_str(), shown["status"].as_str());
        assert_eq!(named, (Some(ours.as_str()), Some("succeeded")), "paid by {shown}");
    }
}
