//! The shop captures, voids and refunds; the order, the gateway and the events agree.

use florin_domain::checkout::CollectMode;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::{SHOP_KEY, Wish, World};

/// An answer with what its headers and bytes say.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn code(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(crate) fn was_replayed(&self) -> bool {
        self.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
    }
}

impl World {
    /// A call of the shop's at one order, with a key.
    pub(crate) async fn keyed(&self, order: &Value, what: &str, key: &str, body: Value) -> Answer {
        self.keyed_at(&format!("/v1/orders/{}/{what}", order["id"].as_str().unwrap()), Some(key), body).await
    }

    pub(crate) async fn keyed_at(&self, path: &str, key: Option<&str>, body: Value) -> Answer {
        let mut request = self.http.request(Method::POST, format!("{}{path}", self.merchant_url));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = request.bearer_auth(SHOP_KEY).json(&body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    /// An order of 42 euros that is paid.
    pub(crate) async fn paid_order(&self) -> Value {
        let order = self.order().await;
        let result = self.pay_with(&order, APPROVED).await;
        assert_eq!(result["status"], "paid", "{result}");
        order
    }

    /// An order of 42 euros whose money is held.
    pub(crate) async fn authorized_order(&self) -> Value {
        let order = self.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
        let result = self.pay_with(&order, APPROVED).await;
        assert_eq!(result["status"], "authorized", "{result}");
        order
    }

    /// The order's payment as the gateway has it.
    pub(crate) async fn at_the_gateway(&self, order: &Value) -> Value {
        let order = self.read(order).await;
        self.payment(order["payment"]["id"].as_str().unwrap()).await
    }

    pub(crate) async fn eventually_told(&self, told: &[&str]) {
        self.eventually(&format!("the shop hears {told:?}"), async |world| world.told().len() >= told.len()).await;
        assert_eq!(self.told(), told);
    }
}

const BOTH: [CollectMode; 2] = [CollectMode::Token, CollectMode::Confirm];

#[tokio::test]
async fn a_hold_is_captured_in_full() {
    for collect in BOTH {
        let world = World::collecting(collect).await;
        let order = world.authorized_order().await;
        let answer = world.keyed(&order, "capture", "k1", json!({ "final": true })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let paid = answer.json();
        assert_eq!((&paid["status"], &paid["amount_captured"]), (&json!("paid"), &json!(4200)));
        assert_eq!((&paid["amount_authorized"], &paid["payment"]["status"]), (&json!(0), &json!("captured")));
        assert_eq!(world.at_the_gateway(&order).await["status"], "succeeded");
        world.eventually_told(&["order.authorized", "order.paid"]).await;
        let told = world.timeline(&order).await;
        assert_eq!(told, ["created", "payment_opened", "submitted", "authorized", "capture_ordered", "paid"]);
    }
}

#[tokio::test]
async fn a_hold_is_captured_in_part_and_the_rest_let_go_of() {
    for collect in BOTH {
        let world = World::collecting(collect).await;
        let order = world.authorized_order().await;
        let answer = world.keyed(&order, "capture", "k1", json!({ "amount": 3000 })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let paid = answer.json();
        assert_eq!((&paid["status"], &paid["amount_captured"]), (&json!("paid"), &json!(3000)));
        let payment = world.at_the_gateway(&order).await;
        assert_eq!((&payment["amount_received"], &payment["amount_capturable"]), (&json!(3000), &json!(0)));
        let too_much = world.keyed(&order, "refunds", "k2", json!({ "amount": 3001 })).await;
        assert_eq!(too_much.code(), (422, "amount_too_large".to_owned()));
        let all = world.keyed(&order, "refunds", "k3", json!({})).await;
        assert_eq!((all.status, &all.json()["amount"]), (StatusCode::CREATED, &json!(3000)));
        assert_eq!(world.status_of(&order).await, "refunded");
    }
}

#[tokio::test]
async fn a_hold_is_let_go_of() {
    for collect in BOTH {
        let world = World::collecting(collect).await;
        let order = world.authorized_order().await;
        let answer = world.keyed(&order, "void", "k1", json!({})).await;
        assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::OK, &json!("voided")), "{}", answer.text);
        assert_eq!(world.at_the_gateway(&order).await["status"], "cancelled");
        world.eventually_told(&["order.authorized", "order.voided"]).await;
        let late = world.keyed(&order, "capture", "k2", json!({})).await;
        assert_eq!(late.code(), (409, "wrong_status".to_owned()));
    }
}

#[tokio::test]
async fn money_is_given_back_in_parts_until_none_is_left() {
    for collect in BOTH {
        let world = World::collecting(collect).await;
        let order = world.paid_order().await;
        let first = world.keyed(&order, "refunds", "k1", json!({ "amount": 1000, "reason": "one was broken" })).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
        let refund = first.json();
        assert!(refund["id"].as_str().unwrap().starts_with("ref_"));
        assert_eq!((&refund["order"], &refund["currency"]), (&order["id"], &json!("EUR")));
        assert_eq!((&refund["status"], &refund["reason"]), (&json!("succeeded"), &json!("one was broken")));
        let now = world.read(&order).await;
        assert_eq!((&now["status"], &now["amount_refunded"]), (&json!("partially_refunded"), &json!(1000)));
        assert_eq!(now["refunds"], json!([refund]));
        assert_eq!(world.result(&order).await["status"], "paid", "to the shopper it stays paid");

        let too_much = world.keyed(&order, "refunds", "k2", json!({ "amount": 3201 })).await;
        assert_eq!(too_much.code(), (422, "amount_too_large".to_owned()));
        world.wait(1);
        let rest = world.keyed(&order, "refunds", "k3", json!({})).await;
        assert_eq!((rest.status, &rest.json()["amount"]), (StatusCode::CREATED, &json!(3200)));
        let now = world.read(&order).await;
        assert_eq!((&now["status"], &now["amount_refunded"]), (&json!("refunded"), &json!(4200)));
        let refunds = world.at_the_gateway(&order).await["refunds"].clone();
        let given: Vec<_> = refunds.as_array().unwrap().iter().map(|refund| refund["amount"].clone()).collect();
        assert_eq!(given, [json!(1000), json!(3200)]);
        world.eventually_told(&["order.paid", "refund.succeeded", "refund.succeeded"]).await;
        assert_eq!(world.events()[1]["data"]["order"]["refunds"][0]["status"], "succeeded");
        let none = world.keyed(&order, "refunds", "k4", json!({})).await;
        assert_eq!(none.code(), (409, "wrong_status".to_owned()));
    }
}

#[tokio::test]
async fn what_makes_no_sense_moves_nothing() {
    let world = World::start().await;
    let (open, held, paid) = (world.order().await, world.authorized_order().await, world.paid_order().await);
    for (order, what, body, refused) in [
        (&open, "capture", json!({}), (409, "wrong_status")),
        (&open, "void", json!({}), (409, "wrong_status")),
        (&open, "refunds", json!({}), (409, "wrong_status")),
        (&held, "refunds", json!({}), (409, "wrong_status")),
        (&held, "capture", json!({ "amount": 4201 }), (422, "amount_too_large")),
        (&held, "capture", json!({ "amount": 0 }), (422, "amount_out_of_range")),
        (&held, "capture", json!({ "amount": -1 }), (422, "amount_out_of_range")),
        (&held, "capture", json!({ "amount": 1.5 }), (422, "invalid_value")),
        (&held, "capture", json!({ "final": false }), (422, "several_captures_unsupported")),
        (&held, "capture", json!({ "currency": "USD" }), (422, "unknown_field")),
        (&held, "void", json!({ "amount": 1 }), (422, "unknown_field")),
        (&paid, "capture", json!({}), (409, "wrong_status")),
        (&paid, "void", json!({}), (409, "wrong_status")),
        (&paid, "refunds", json!({ "amount": i64::MAX }), (422, "amount_too_large")),
        (&paid, "refunds", json!({ "reason": "" }), (422, "invalid_text")),
    ] {
        let answer = world.keyed(order, what, "the same key", body.clone()).await;
        assert_eq!(answer.code(), (refused.0, refused.1.to_owned()), "{what} {body}: {}", answer.text);
    }
    let absent = world.keyed_at("/v1/orders/ord_absent/refunds", Some("k"), json!({})).await;
    assert_eq!(absent.code(), (404, "not_found".to_owned()));
    assert_eq!(world.at_the_gateway(&held).await["status"], "requires_capture");
    assert_eq!(world.read(&paid).await["amount_refunded"], 0);
    assert_eq!(world.timeline(&held).await.last().unwrap(), "authorized");
}

#[tokio::test]
async fn an_operation_whose_answer_is_lost_is_carried_out_once() {
    for fault in ["drop_before", "drop_after", "status"] {
        for (what, route) in [
            ("capture", "POST /payments/{payment_id}/capture"),
            ("void", "POST /payments/{payment_id}/cancel"),
            ("refunds", "POST /refunds"),
        ] {
            let world =
                World::with(Wish { pay_deadline: std::time::Duration::from_millis(1500), ..Wish::default() }).await;
            let order = if what == "refunds" { world.paid_order().await } else { world.authorized_order().await };
            world.sandbox("faults", json!({ "route": route, "fault": fault, "status": 503, "times": 2 })).await;
            let body = if what == "refunds" { json!({ "amount": 1000 }) } else { json!({}) };
            let answer = world.keyed(&order, what, "k1", body.clone()).await;
            if what == "refunds" {
                assert_eq!(answer.json()["status"], "unknown", "{fault}: never shown as failed");
            } else {
                assert_eq!(answer.code(), (409, "operation_in_progress".to_owned()), "{fault}: nor as done");
            }
            let again = world.keyed(&order, what, "k2", body).await;
            assert_eq!(again.code(), (409, "operation_in_progress".to_owned()), "{what} {fault}");
            for _ in 0..12 {
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                world.wait(5);
            }
            let end = match what {
                "capture" => "paid",
                "void" => "voided",
                _ => "partially_refunded",
            };
            world.eventually_status(&order, end).await;
            let payment = world.at_the_gateway(&order).await;
            if what == "refunds" {
                assert_eq!(payment["refunds"].as_array().unwrap().len(), 1, "{fault}");
                assert_eq!(world.read(&order).await["amount_refunded"], 1000);
            }
            world.eventually("the shop hears", async |world| world.told().len() >= 2).await;
            assert_eq!(world.told().len(), 2, "{what} {fault}: {:?}", world.told());
        }
    }
}

#[tokio::test]
async fn a_refund_that_its_gateway_refuses_fails_with_its_error_and_lets_go_of_the_money() {
    let world = World::start().await;
    let order = world.paid_order().await;
    // Somebody gives it back at the gateway's own desk.
    let id = world.read(&order).await["payment"]["id"].clone();
    let desk = world
        .http
        .post(format!("{}/refunds", world.gateway_url))
        .header("api-key", crate::world::SECRET_KEY)
        .json(&json!({ "payment_id": id, "amount": 4000 }))
        .send()
        .await
        .unwrap();
    assert_eq!(desk.status(), StatusCode::OK);
    let answer = world.keyed(&order, "refunds", "k1", json!({ "amount": 1000 })).await;
    let refund = answer.json();
    assert_eq!((answer.status, &refund["status"]), (StatusCode::CREATED, &json!("failed")), "{refund}");
    assert_eq!(refund["error"]["code"], "refund_failed");
    world.eventually_told(&["order.paid", "refund.failed"]).await;
    let now = world.read(&order).await;
    assert_eq!((&now["status"], &now["amount_refunded"]), (&json!("paid"), &json!(0)));
    world.wait(100_000);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(world.told().len(), 2, "it is not tried again");
    let small = world.keyed(&order, "refunds", "k2", json!({ "amount": 200 })).await;
    assert_eq!(small.json()["status"], "succeeded", "what was reserved is free again");
}

#[tokio::test]
async fn a_pending_refund_is_asked_about_until_it_has_ended() {
    for (card, webhooks, end, event) in [
        ("4000000000007726", "deliver", "succeeded", "refund.succeeded"),
        ("4000000000005126", "deliver", "failed", "refund.failed"),
        ("4000000000007726", "hold", "succeeded", "refund.succeeded"),
    ] {
        let world = World::start().await;
        let order = world.order().await;
        assert_eq!(world.pay_with(&order, card).await["status"], "paid");
        world.sandbox("webhooks", json!({ "mode": webhooks })).await;
        let answer = world.keyed(&order, "refunds", "k1", json!({ "amount": 1000 })).await;
        assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::CREATED, &json!("pending")));
        let now = world.read(&order).await;
        assert_eq!((&now["status"], &now["amount_refunded"]), (&json!("paid"), &json!(0)), "not before it is back");
        let another = world.keyed(&order, "refunds", "k2", json!({ "amount": 1000 })).await;
        assert_eq!(another.code(), (409, "operation_in_progress".to_owned()), "{}", another.text);
        for what in ["capture", "void"] {
            let senseless = world.keyed(&order, what, what, json!({})).await;
            assert_eq!(senseless.code(), (409, "wrong_status".to_owned()), "{}", senseless.text);
        }
        assert!(another.text.contains("another refund") && another.headers["retry-after"] == "60", "{}", another.text);
        for _ in 0..40 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            world.wait(30);
        }
        world.eventually_told(&["order.paid", event]).await;
        let now = world.read(&order).await;
        let refunded = if end == "succeeded" { 1000 } else { 0 };
        assert_eq!((&now["refunds"][0]["status"], &now["amount_refunded"]), (&json!(end), &json!(refunded)));
        assert_eq!(now["status"], if refunded > 0 { "partially_refunded" } else { "paid" });
        let again = world.keyed(&order, "refunds", "k1", json!({ "amount": 1000 })).await;
        assert_eq!((again.text, again.headers.contains_key("idempotent-replayed")), (answer.text, true));
    }
}

/// Nearly two hundred requests that want more than there is, side by side.
#[tokio::test(flavor = "multi_thread")]
async fn no_storm_of_refunds_gives_back_more_than_was_taken() {
    let world = World::start().await;
    let order = world.paid_order().await;
    for round in 0..6 {
        let storm = (0..32).map(|number| {
            let (world, order) = (&world, &order);
            async move {
                let key = format!("{round} {number}");
                world.keyed(order, "refunds", &key, json!({ "amount": 900 })).await.status.as_u16()
            }
        });
        let answers = futures_util::future::join_all(storm).await;
        assert!(answers.iter().all(|status| [201, 409, 422].contains(status)), "{answers:?}");
    }
    let now = world.read(&order).await;
    assert_eq!(now["amount_refunded"], 3600, "four of 900 fit, a fifth does not");
    let refunds = world.at_the_gateway(&order).await["refunds"].clone();
    assert_eq!(refunds.as_array().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_meets_a_void_ends_as_one_of_the_two() {
    let world = World::start().await;
    for _ in 0..12 {
        let order = world.authorized_order().await;
        let key = order["id"].as_str().unwrap();
        let (capture, void) =
            tokio::join!(world.keyed(&order, "capture", key, json!({})), world.keyed(&order, "void", key, json!({})));
        let won = [&capture, &void].into_iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(won, 1, "{} {}", capture.text, void.text);
        let (order, payment) = (world.read(&order).await, world.at_the_gateway(&order).await);
        let expected = if order["status"] == "paid" { "succeeded" } else { "cancelled" };
        assert_eq!(payment["status"], expected, "{order}");
    }
}

#[tokio::test]
async fn a_capture_that_the_bank_refuses_is_told_as_that() {
    const CAPTURES_FAIL: &str = "4000000000000341";
    let world = World::start().await;
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "capture": "manual" })).await;
    assert_eq!(world.pay_with(&order, CAPTURES_FAIL).await["status"], "authorized");
    let refused = world.keyed(&order, "capture", "abc", json!({})).await;
    assert_eq!(refused.code(), (409, "capture_refused".to_owned()), "{}", refused.text);
    let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    let code = world.at_the_gateway(&order).await["error_code"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("refused the capture") && message.contains(&code) && !code.is_empty(), "{message} {code}");
}
