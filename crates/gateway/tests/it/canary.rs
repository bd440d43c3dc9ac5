//! A card number goes in, and is found nowhere afterwards.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use florin_gateway::Switches;
use florin_store::Randomness;
use serde_json::json;

use crate::harness::{
    ADMIN_KEY, PUBLISHABLE_KEY, RETURN_KEY, Receiver, SECRET_KEY, TestGateway, card, logs, merge, token_request,
};

/// Another number each run, and used by no other test, so that every hit is this test's. No test card.
fn number() -> &'static str {
    static NUMBER: OnceLock<String> = OnceLock::new();
    NUMBER.get_or_init(|| {
        let random = u64::from_be_bytes(Randomness::system().bytes()) % 10_000_000_000;
        let body = format!("45391{random:010}");
        let with_check = (0..10).map(|check| format!("{body}{check}"));
        with_check.into_iter().find(|number| luhn_holds(number)).unwrap()
    })
}

fn luhn_holds(number: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = number.bytes().rev().map(|byte| u32::from(byte - b'0')).enumerate();
    digits.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>() % 10 == 0
}

fn grouped(by: &str) -> String {
    let groups: Vec<_> = number().as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect();
    groups.join(by)
}

const CODE: &str = "8135";

/// The text in the middle of a longer base64 text, whatever came before it: the letters that depend on
/// the neighbours are cut off.
fn inside_base64(secret: &str) -> Vec<String> {
    let engines = [STANDARD_NO_PAD, URL_SAFE_NO_PAD];
    let encoded = engines.iter().flat_map(|engine| {
        (0..3).map(move |offset| {
            let text = engine.encode([&vec![0; offset], secret.as_bytes()].concat());
            let sure = (offset + secret.len()) * 8 / 6;
            text[(offset * 8).div_ceil(6)..sure].to_owned()
        })
    });
    encoded.collect()
}

/// A secret in every form in which it could slip out.
fn forms_of(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let bytes: Vec<_> = secret.bytes().map(|byte| byte.to_string()).collect();
    let mut forms = vec![secret.to_owned(), secret.chars().rev().collect(), hex.to_uppercase(), hex, percent];
    forms.extend([bytes.join(", "), bytes.join(",")]);
    forms.push(secret.bytes().map(|byte| format!("\\u{byte:04x}")).collect());
    forms.push(secret.bytes().map(|byte| format!("&#{byte};")).collect());
    forms.extend(inside_base64(secret));
    forms
}

fn forms() -> Vec<String> {
    let mut forms = forms_of(number());
    forms.extend([" ", "-", "%20", "+", ".", "\\u0020", "\u{a0}"].map(grouped));
    // All but the last four, and all but what may be shown.
    forms.extend([number()[..12].to_owned(), number()[6..].to_owned()]);
    forms.extend([format!("\"{CODE}\""), "card_cvc\":".to_owned()]);
    forms
}

#[track_caller]
fn assert_without(forms: &[String], place: &str, bytes: &[u8]) {
    for form in forms {
        let found = bytes.windows(form.len()).position(|window| window == form.as_bytes());
        assert_eq!(found, None, "{place} holds {form}");
    }
}

#[track_caller]
fn assert_clean(place: &str, bytes: &[u8]) {
    assert_without(&forms(), place, bytes);
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let secret = number();
    for before in ["", "a", "ab", "abc"] {
        let hidden = STANDARD_NO_PAD.encode(format!("{before}{secret}xyz"));
        assert!(inside_base64(secret).iter().any(|form| hidden.contains(form)), "{before}");
    }
    assert!(forms().iter().all(|form| form.len() >= 6));
}

#[tokio::test]
async fn neither_number_nor_code_is_in_the_database_the_logs_an_answer_or_an_event() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let mut answers = Vec::new();

    let payment = gateway.open("pay_token").await;
    let mut body = token_request(&payment, &grouped(" "));
    merge(&mut body["card"], json!({ "card_cvc": CODE }));
    let (status, token) = gateway.post("/tokens", PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 201);
    answers.push(token.to_string());
    let (status, declined) = gateway.confirm("pay_token", token["token"].as_str().unwrap()).await;
    assert_eq!((status, &declined["error_code"]), (200, &json!("DC_04")));
    answers.push(declined.to_string());

    let payment = gateway.open("pay_direct").await;
    let mut direct = json!({
        "client_secret": payment["client_secret"],
            "payment_method": "card", "payment_method_data": { "card": card(number()) },
    });
    merge(&mut direct["payment_method_data"]["card"], json!({ "card_cvc": CODE }));
    answers.push(gateway.post("/payments/pay_direct/confirm", PUBLISHABLE_KEY, &direct).await.1.to_string());

    // Card data where it does not belong is not repeated either.
    for (path, body) in [
        ("/payments", json!({ "amount": number(), "currency": "EUR" })),
        ("/payments", json!({ "amount": 1, "currency": &grouped(" ") })),
        ("/payments", json!({ "amount": 1, "currency": "EUR", "capture_method": number() })),
        (
            "/payments",
            json!({ "amount": 1, "currency": "EUR",
            "payment_method": "card", "payment_method_data": { "card": number() } }),
        ),
    ] {
        let (status, answer) = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!(status, 400, "{answer}");
        answers.push(answer.to_string());
    }

    for hidden in [
        json!({ "feature_metadata": { "note": format!("card {}", grouped("-")) } }),
        json!({ "frm_metadata": [number().parse::<u64>().unwrap()] }),
        json!({ "business_label": number() }),
    ] {
        let mut body = json!({ "amount": 1, "currency": "EUR" });
        merge(&mut body, hidden);
        let (status, answer) = gateway.post("/payments", SECRET_KEY, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (422, &json!("IR_06")), "{answer}");
        answers.push(answer.to_string());
    }

    answers.extend(receiver.wait_for(2).await.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()));
    for answer in &answers {
        assert_clean("an answer or an event", answer.as_bytes());
    }
    assert_database_is_clean(&gateway);
    let logs = logs();
    assert!(!logs.is_empty(), "the logs are captured");
    assert_clean("the log", &logs);
}

/// Everything the gateway keeps.
#[track_caller]
fn assert_database_is_clean(gateway: &TestGateway) {
    assert_clean("the database", &gateway.contents());
}

#[tokio::test]
async fn a_card_that_is_kept_is_found_nowhere_in_the_open() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let mut said = Vec::new();
    let customer = json!({ "customer_id": "cus_1" });
    gateway.post("/customers", SECRET_KEY, &customer).await;
    let place = json!({ "customer_id": "cus_1", "payment_method": "card" });
    let (_, place) = gateway.post("/payment_methods", SECRET_KEY, &place).await;
    let mut brought = card(number());
    merge(&mut brought, json!({ "card_cvc": CODE }));
    let body = json!({ "client_secret": place["client_secret"],
        "payment_method": "card", "payment_method_data": { "card": &brought } });
    let path = format!("/payment_methods/{}/save", place["payment_method_id"].as_str().unwrap());
    let (status, saved) = gateway.post(&path, PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 200, "{saved}");
    said.push(saved.to_string());
    let (_, list) = gateway.get("/customers/cus_1/payment_methods", SECRET_KEY).await;
    said.push(list.to_string());
    // A payment that keeps its card, is declined, and is told of; with a key, so that its answer is kept.
    let mandate = json!({ "customer_acceptance": {}, "mandate_type": { "multi_use": null } });
    let body = json!({
        "amount": 1, "currency": "EUR", "confirm": true, "customer_id": "cus_1", "mandate_data": mandate,
        "payment_method": "card", "payment_method_data": { "card": &brought },
    });
    let request = gateway.request(reqwest::Method::POST, "/payments", SECRET_KEY).header("idempotency-key", "canary");
    said.push(request.json(&body).send().await.unwrap().text().await.unwrap());
    said.extend(receiver.wait_for(1).await.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()));
    for path in ["/payments/list", "/customers/list", "/sandbox/requests?payment_id=pay_1"] {
        let key = if path.starts_with("/sandbox") { ADMIN_KEY } else { SECRET_KEY };
        said.push(gateway.get(path, key).await.1.to_string());
    }
    said.push(gateway.post("/events/merchant_1", ADMIN_KEY, &json!({})).await.1.to_string());
    for text in &said {
        assert_clean("an answer or an event", text.as_bytes());
    }
    assert_database_is_clean(&gateway);
    assert_clean("the log", &logs());
}

#[tokio::test]
async fn a_client_secret_is_in_no_log_and_in_no_error() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_canary").await;
    let whole = payment["client_secret"].as_str().unwrap().to_owned();
    let secret = whole.split_once("_secret_").unwrap().1;
    let mut errors = Vec::new();
    for path in ["/payments/pay_canary", "/account/payment_methods", "/customers/payment_methods"] {
        let path = format!("{path}?client_secret={whole}");
        gateway.get(&path, PUBLISHABLE_KEY).await;
        errors.push(gateway.get(&path, SECRET_KEY).await.1);
        errors.push(gateway.get(&format!("{path}x"), PUBLISHABLE_KEY).await.1);
    }
    for (path, body) in [
        ("/tokens", json!({ "client_secret": whole })),
        ("/payments", json!({ "amount": whole, "currency": "EUR" })),
        ("/payments", json!({ "amount": 1, "currency": "EUR", "client_secret": whole })),
        ("/payments/pay_canary/confirm", json!({ "client_secret": whole, "payment_token": whole })),
        ("/sandbox/faults", json!({ "route": whole, "fault": whole })),
    ] {
        let answer = gateway.post(path, if path == "/tokens" { PUBLISHABLE_KEY } else { SECRET_KEY }, &body).await;
        assert!(answer.0 >= 400, "{path}: {}", answer.1);
        errors.push(answer.1);
    }
    for error in errors.iter().filter(|answer| answer.get("error").is_some()) {
        assert_without(&forms_of(secret), "an error", error.to_string().as_bytes());
    }
    assert_without(&forms_of(secret), "the log", &logs());
}

#[test]
fn what_a_panic_could_print_holds_no_secret() {
    let account = crate::harness::account(None, Switches::default());
    let keys = crate::harness::vault_keys();
    let settings =
        florin_gateway::Settings::new("http://127.0.0.1:1", ADMIN_KEY.into(), florin_domain::mode::Mode::Test);
    let settings = settings.unwrap().with_vault_keys(keys.clone());
    let panicked = std::panic::catch_unwind(|| panic!("{account:#?} {keys:?} {settings:?}")).unwrap_err();
    let words = panicked.downcast_ref::<String>().unwrap();
    assert!(words.contains("merchant_1"), "the panic prints them: {words}");
    let master = format!("{:062x}02", 0xf10_u16);
    for secret in [SECRET_KEY, ADMIN_KEY, RETURN_KEY, &master] {
        assert_without(&forms_of(secret), "a panic", words.as_bytes());
    }
}

#[tokio::test]
async fn no_key_of_the_configuration_is_in_the_logs_or_an_error() {
    let gateway = TestGateway::start().await;
    let mut seen = Vec::new();
    for key in [SECRET_KEY, ADMIN_KEY, RETURN_KEY] {
        seen.push(gateway.get(&format!("/payments/{key}"), key).await.1.to_string().replace(key, "echoed"));
        seen.push(gateway.post("/payments", key, &json!({ "amount": key })).await.1.to_string());
        seen.push(gateway.post("/sandbox/faults", key, &json!({ "route": key, "fault": key })).await.1.to_string());
    }
    let logs = logs();
    for key in [SECRET_KEY, ADMIN_KEY, RETURN_KEY] {
        assert_without(&forms_of(key), "the log", &logs);
        for answer in &seen {
            assert_without(&forms_of(key), "an error", answer.as_bytes());
        }
    }
}

#[tokio::test]
async fn the_secret_key_is_not_in_the_database() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    assert_without(&forms_of(SECRET_KEY), "the database", &gateway.contents());
}
