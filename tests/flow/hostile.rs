//! What somebody tries who wants a parcel for nothing, the shop's money, or support's afternoon.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::{SHOP, SHOP_KEY, World};

impl World {
    /// The codes of what a shopper's session is answered at another order's expense.
    async fn with_the_session_of(&self, mine: &Value, path: &str, body: Value) -> u16 {
        let session = mine["checkout"]["session"].as_str().unwrap();
        let url = format!("{}/checkout/{session}/{path}", self.merchant_url);
        self.http.post(url).json(&body).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_shoppers_session_reaches_its_own_order_and_nothing_of_the_shops() {
    let world = World::start().await;
    let (mine, other) = (world.order().await, world.authorized_order().await);
    let opened = world.attempt(&world.order().await).await;
    let session = mine["checkout"]["session"].as_str().unwrap();
    let token = world.token(&opened, APPROVED).await;
    let pay = json!({ "attempt": opened["attempt"], "token": token });
    assert_eq!(world.with_the_session_of(&mine, "pay", pay).await, 404);
    assert_eq!(world.with_the_session_of(&mine, "abandon", json!({ "attempt": opened["attempt"] })).await, 404);
    let id = other["id"].as_str().unwrap();
    for (method, path) in [
        (Method::GET, format!("/v1/orders/{id}")),
        (Method::GET, format!("/v1/orders/{id}/timeline")),
        (Method::GET, "/v1/orders".to_owned()),
        (Method::GET, "/v1/events".to_owned()),
        (Method::GET, "/metrics".to_owned()),
        (Method::POST, format!("/v1/orders/{id}")),
        (Method::POST, format!("/v1/orders/{id}/cancel")),
        (Method::POST, format!("/v1/orders/{id}/sessions")),
        (Method::POST, format!("/v1/orders/{id}/capture")),
        (Method::POST, format!("/v1/orders/{id}/void")),
        (Method::POST, format!("/v1/orders/{id}/refunds")),
        (Method::POST, format!("/v1/orders/{id}/review")),
        (Method::POST, "/sandbox/clock".to_owned()),
    ] {
        for key in [session, id, "", opened["collect"]["publishable_key"].as_str().unwrap()] {
            let request = world.http.request(method.clone(), format!("{}{path}", world.merchant_url));
            let answer = request.bearer_auth(key).header("idempotency-key", "k").json(&json!({})).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{method} {path} with {key:?}");
        }
    }
    // Nor is an order's id, which stands in every result address, a session.
    let url = format!("{}/checkout/{id}/attempts", world.merchant_url);
    assert_eq!(world.http.post(url).json(&json!({})).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(world.status_of(&other).await, "authorized");
}

#[tokio::test]
async fn the_shop_key_is_known_however_its_scheme_is_written() {
    let world = World::start().await;
    let ask = async |said: &str| {
        let request = world.http.get(format!("{}/v1/orders", world.merchant_url)).header("authorization", said);
        request.send().await.unwrap().status().as_u16()
    };
    for scheme in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(ask(&format!("{scheme} {SHOP_KEY}")).await, 200, "{scheme}");
    }
    for said in [
        format!("Basic {SHOP_KEY}"),
        format!("Bearer{SHOP_KEY}"),
        format!("Bearer  {SHOP_KEY}"),
        format!("Bearer {SHOP_KEY}x"),
        format!("Bearer {}", &SHOP_KEY[1..]),
        SHOP_KEY.to_owned(),
    ] {
        assert_eq!(ask(&said).await, 401, "{said}");
    }
}

#[tokio::test]
async fn an_order_is_refused_when_it_is_made_or_can_be_paid() {
    let world = World::start().await;
    let long = |length: usize| "ü".repeat(length / 2);
    let address = json!({ "name": long(500), "line1": long(500), "line2": long(500), "city": long(500),
        "state": long(500), "postal_code": long(500), "country": "DE", "phone": long(500) });
    use StatusCode as S;
    for (what, expected, more) in [
        ("a description", S::CREATED, json!({ "description": "d".repeat(500) })),
        ("a description of two bytes a letter", S::CREATED, json!({ "description": long(500) })),
        ("an address of the post", S::CREATED, json!({ "shipping": address, "billing": address })),
        (
            "an address of mail",
            S::UNPROCESSABLE_ENTITY,
            json!({ "customer": { "email": format!("{}@shop.example", "a".repeat(480)) } }),
        ),
        (
            "a customer",
            S::CREATED,
            json!({ "customer": { "name": long(500), "phone": long(500), "reference": "r".repeat(64) } }),
        ),
        ("an item", S::CREATED, json!({ "items": [{ "name": long(500), "quantity": 1, "amount": 4200 }] })),
        ("metadata", S::CREATED, json!({ "metadata": { "": "", "a\u{0}": "\u{0}" } })),
        ("a reference", S::CREATED, json!({ "reference": long(500) })),
    ] {
        let mut body = json!({ "amount": 4200, "currency": "EUR" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (status, order) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(status, expected, "{what}: {order}");
        if expected != S::CREATED {
            continue;
        }
        let (status, opened) = world.try_attempt(&order).await;
        assert_eq!(status, StatusCode::OK, "{what}: {opened}");
        assert_eq!(world.pay(&order, &opened, APPROVED).await["status"], "paid", "{what}");
    }
}

#[tokio::test]
async fn a_result_address_that_no_browser_would_follow_is_refused() {
    let world = World::start().await;
    for (length, expected) in [(2048, StatusCode::CREATED), (2049, StatusCode::UNPROCESSABLE_ENTITY)] {
        let address = format!("{SHOP}/thanks?");
        let address = format!("{address}{}", "a".repeat(length - address.len()));
        let body = json!({ "amount": 4200, "currency": "EUR", "result_url": address });
        let (status, answer) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(status, expected, "{length}: {answer}");
    }
}

#[tokio::test]
async fn a_result_address_leads_to_a_page_of_the_shops() {
    let world = World::start().await;
    for address in [
        format!("blob:{SHOP}/5b1a"),
        format!("javascript:location='{SHOP}'"),
        "http://localhost:4242/".to_owned(),
        "https://localhost:4241/".to_owned(),
        "//localhost:4241/".to_owned(),
        "http://user@localhost:4241/".to_owned(),
        "http://localhost:4241\u{40}evil.example/".to_owned(),
        String::new(),
    ] {
        let body = json!({ "amount": 4200, "currency": "EUR", "result_url": address });
        let (status, answer) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{address}: {answer}");
    }
}

#[tokio::test]
async fn what_a_shop_writes_never_becomes_a_part_of_its_pages() {
    let world = World::start().await;
    let evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&#34;";
    let order = world
        .order_of(json!({
            "amount": 4200, "currency": "EUR", "description": evil, "reference": evil,
            "items": [{ "name": evil, "quantity": 1, "amount": 4200 }],
            "result_url": format!("{SHOP}/thanks?a={evil}#{evil}"),
        }))
        .await;
    let session = order["checkout"]["session"].as_str().unwrap();
    let id = order["id"].as_str().unwrap();
    for path in [format!("/pay/{session}"), format!("/receipt/{session}"), format!("/receipt?order={id}")] {
        let page = world.http.get(format!("{}{path}", world.merchant_url)).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        let page = page.text().await.unwrap();
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path}: the words are not there");
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{path}: {page}");
    }
}

#[tokio::test]
async fn an_amount_that_is_said_twice_is_none() {
    let world = World::start().await;
    let paid = world.paid_order().await;
    let refunds = format!("/v1/orders/{}/refunds", paid["id"].as_str().unwrap());
    for (path, body) in [
        ("/v1/orders", r#"{"amount":1,"currency":"EUR","amount":4200}"#),
        ("/v1/orders", r#"{"amount":4200,"currency":"EUR"}{"amount":1}"#),
        (refunds.as_str(), r#"{"amount":1,"amount":4200}"#),
        (refunds.as_str(), r#"{"amount":1}]"#),
    ] {
        let request = world.http.post(format!("{}{path}", world.merchant_url)).bearer_auth(SHOP_KEY);
        let request = request.header("idempotency-key", "k").header("content-type", "application/json");
        let status = request.body(body).send().await.unwrap().status().as_u16();
        assert!([400, 422].contains(&status), "{body}: {status}");
    }
    assert_eq!(world.read(&paid).await["amount_refunded"], 0);
}

#[tokio::test]
async fn a_search_for_what_no_order_can_say_is_refused() {
    let world = World::start().await;
    let (status, answer) = world.shop(Method::GET, "/v1/orders?reference=a%00b", None).await;
    assert_eq!(
        (status, &answer["error"]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("reference")),
        "{answer}"
    );
}

#[tokio::test]
async fn amounts_beyond_all_measure_move_nothing() {
    let world = World::start().await;
    let (held, paid) = (world.authorized_order().await, world.paid_order().await);
    for (order, what) in [(&held, "capture"), (&paid, "refunds")] {
        for amount in [i64::MAX, i64::MIN, -1, 0, 4201] {
            let answer = world.keyed(order, what, &format!("{what} {amount}"), json!({ "amount": amount })).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what} {amount}: {}", answer.text);
        }
        for amount in ["9223372036854775808", "1e3", "100.0", "\"100\""] {
            let body: Value = serde_json::from_str(&format!("{{\"amount\":{amount}}}")).unwrap();
            let answer = world.keyed(order, what, "odd", body).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what} {amount}: {}", answer.text);
        }
    }
    assert_eq!((world.status_of(&held).await, world.status_of(&paid).await), ("authorized".into(), "paid".into()));
    world.assert_books_agree().await;
}

/// The second server's leases are over, by the first one's clock, before they have begun; and the other way round.
#[tokio::test]
async fn a_key_that_is_refused_for_a_while_takes_no_wish_for_3_d_secure_back() {
    const WANTS_THE_SHOPPER: &str = "4000002760003184";
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        let order = world.order().await;
        assert_eq!(world.pay_with(&order, WANTS_THE_SHOPPER).await["status"], "declined");
        let refuse = json!({ "route": "POST /payments", "fault": "status", "status": 403, "times": 1 });
        world.sandbox("faults", refuse).await;
        assert_eq!(world.try_attempt(&order).await.0, StatusCode::SERVICE_UNAVAILABLE);
        world.wait(10);
        let opened = world.attempt(&order).await;
        let payment = world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await;
        assert_eq!(payment["authentication_type"], "three_ds", "its bank still wants to see the shopper");
        assert_eq!(world.pay(&order, &opened, WANTS_THE_SHOPPER).await["status"], "requires_action");
        world.assert_books_agree().await;
    }
}

#[tokio::test]
async fn a_customer_who_moves_to_another_address_can_still_pay() {
    let world = World::start().await;
    for (email, name) in [("ada@shop.example", "Ada"), ("ada@other.example", "A. Lovelace"), ("", "")] {
        let mut customer = json!({ "reference": "ada-1" });
        if !email.is_empty() {
            customer["email"] = json!(email);
            customer["name"] = json!(name);
        }
        let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "customer": customer })).await;
        assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid", "{email}");
    }
}

#[tokio::test]
async fn lines_of_a_bill_that_no_number_holds_are_refused() {
    let world = World::start().await;
    let line = |amount: i64| json!({ "name": "a", "quantity": u32::MAX, "amount": amount });
    for (lines, expected) in [
        (vec![line(i64::MAX), line(i64::MAX), line(4202)], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![line(i64::MIN), line(-1), line(4201)], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![line(4200); 101], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![line(1_000_004_200), line(-1_000_000_000)], StatusCode::UNPROCESSABLE_ENTITY),
        (vec![line(4200)], StatusCode::CREATED),
    ] {
        let body = json!({ "amount": 4200, "currency": "EUR", "items": lines });
        let (status, order) = world.shop(Method::POST, "/v1/orders", Some(body)).await;
        assert_eq!(status, expected, "{order}");
        if status == StatusCode::CREATED {
            let page = format!("{}/pay/{}", world.merchant_url, order["checkout"]["session"].as_str().unwrap());
            assert_eq!(world.http.get(page).send().await.unwrap().status(), StatusCode::OK);
            assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_refused_for_a_while_makes_no_charged_card_a_failure() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    let refuse = json!({ "route": "GET /payments/{payment_id}", "fault": "status", "status": 401, "times": 3 });
    world.sandbox("faults", refuse).await;
    world.confirm_in_browser(&opened, APPROVED).await;
    let (_, result) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!((&result["status"], &result["error"]["advice"]), (&json!("unknown"), &json!("wait")), "{result}");
    world
        .eventually("the key is accepted again", async |world| {
            world.wait(3);
            world.status_of(&order).await == "paid"
        })
        .await;
    world.assert_books_agree().await;
}
