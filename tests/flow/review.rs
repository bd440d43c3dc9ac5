//! Facts disagree: a person decides, once, and what was decided is done.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{APPROVED, DECLINED};
use crate::world::World;

const CONFIRM: &str = "POST /payments/{payment_id}/confirm";

/// An order that was paid at the gateway, where the answer told of another amount.
async fn order_in_review(world: &World) -> Value {
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.fault(CONFIRM, "wrong_amount").await;
    let result = world.pay(&order, &opened, APPROVED).await;
    assert_eq!((result["status"].as_str(), world.status_of(&order).await.as_str()), (Some("processing"), "review"));
    order
}

async fn decide(world: &World, order: &Value, body: Value) -> (StatusCode, Value) {
    let path = format!("/v1/orders/{}/review", order["id"].as_str().unwrap());
    world.shop(Method::POST, &path, Some(body)).await
}

/// The last line of the timeline with this kind.
async fn line(world: &World, order: &Value, kind: &str) -> Value {
    let path = format!("/v1/orders/{}/timeline", order["id"].as_str().unwrap());
    let (_, timeline) = world.shop(Method::GET, &path, None).await;
    let lines = timeline["data"].as_array().unwrap();
    lines.iter().rfind(|line| line["kind"] == kind).cloned().unwrap_or_else(|| panic!("no {kind} in {lines:?}"))
}

#[tokio::test]
async fn to_the_shopper_a_review_is_somebody_at_work() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let url = format!("{}/checkout/{}", world.merchant_url, order["checkout"]["session"].as_str().unwrap());
    let view: Value = world.http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!((&view["status"], &world.result(&order).await["status"]), (&json!("processing"), &json!("processing")));
}

#[tokio::test]
async fn the_timeline_says_what_disagreed() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let detail = line(&world, &order, "review").await["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("amount: we have 4200, the gateway says"), "{detail}");
}

#[tokio::test]
async fn what_a_person_accepts_is_paid() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let (status, paid) = decide(&world, &order, json!({ "decision": "accept", "note": "the bank called" })).await;
    assert_eq!((status, &paid["status"], &paid["amount_captured"]), (StatusCode::OK, &json!("paid"), &json!(4200)));
    let line = line(&world, &order, "review_accepted").await;
    assert_eq!((&line["source"], &line["detail"]), (&json!("operator"), &json!("the bank called")));
    world.eventually("the shop hears", async |world| world.told().len() == 2).await;
    assert_eq!(world.told(), ["order.review", "order.paid"]);
    let (status, error) = decide(&world, &order, json!({ "decision": "return", "note": "no" })).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("wrong_status")));
}

#[tokio::test]
async fn what_a_person_returns_goes_back_and_the_order_ends() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let (status, ended) = decide(&world, &order, json!({ "decision": "return", "note": "wrong" })).await;
    assert_eq!((status, &ended["status"], &ended["amount_captured"]), (StatusCode::OK, &json!("canceled"), &json!(0)));
    world.eventually("the money is back", async |world| world.told().len() == 3).await;
    assert_eq!(world.told(), ["order.review", "order.canceled", "order.payment_returned"]);
    assert_eq!(world.events()[2]["data"]["reason"], "late");
    let payment = world.at_the_gateway(&order).await;
    assert_eq!(payment["refunds"][0]["amount"], 4200, "{payment}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_people_at_once_decide_once() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let storm = (0..16).map(|number| {
        let decision = if number % 2 == 0 { "accept" } else { "return" };
        decide(&world, &order, json!({ "decision": decision, "note": format!("person {number}") }))
    });
    let answers = futures_util::future::join_all(storm).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == StatusCode::OK).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| matches!(status.as_u16(), 200 | 409)), "{answers:?}");
}

#[tokio::test]
async fn the_same_decision_with_its_key_is_answered_again() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    let body = json!({ "decision": "accept", "note": "fine" });
    let first = world.keyed(&order, "review", "k", body.clone()).await;
    let again = world.keyed(&order, "review", "k", body).await;
    assert_eq!((first.status, first.was_replayed()), (StatusCode::OK, false), "{}", first.text);
    assert_eq!((again.status, again.was_replayed(), again.text), (StatusCode::OK, true, first.text));
    let other = world.keyed(&order, "review", "k", json!({ "decision": "return", "note": "fine" })).await;
    assert_eq!(other.code(), (422, "idempotency_key_reused".to_owned()));
}

#[tokio::test]
async fn a_decision_without_reason_or_without_review_changes_nothing() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    for (body, field) in [
        (json!({ "decision": "accept" }), "note"),
        (json!({ "decision": "accept", "note": "" }), "note"),
        (json!({ "decision": "maybe", "note": "x" }), "decision"),
        (json!({ "decision": "accept", "note": "x", "amount": 1 }), "amount"),
    ] {
        let (status, error) = decide(&world, &order, body.clone()).await;
        let found = (status, error["error"]["field"].as_str());
        assert_eq!(found, (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{body}: {error}");
    }
    assert_eq!(world.status_of(&order).await, "review");
    let open = world.order().await;
    let (status, _) = decide(&world, &open, json!({ "decision": "accept", "note": "x" })).await;
    assert_eq!((status, world.status_of(&open).await.as_str()), (StatusCode::CONFLICT, "open"));
}

/// What a person does not want to wait for is the gateway's, not a card's.
#[tokio::test]
async fn an_open_payment_that_the_gateway_does_not_cancel_is_no_payment_in_progress() {
    let world = World::start().await;
    let order = world.order().await;
    // The first payment was declined as far as we know, and came back to life beside the open one.
    let first = world.attempt(&order).await;
    assert_eq!(world.pay(&order, &first, DECLINED).await["status"], "declined");
    world.attempt(&order).await;
    world.books().column(
        "UPDATE merchant.attempts SET state = 'review', state_data = '{\"state\":\"review\"}' WHERE number = 1",
    );
    world.books().column("UPDATE merchant.orders SET status = 'review'");
    let route = "POST /payments/{payment_id}/cancel";
    world.sandbox("faults", json!({ "route": route, "fault": "drop_before", "times": 2 })).await;
    let body = json!({ "decision": "return", "note": "x" });
    let (status, error) = decide(&world, &order, body.clone()).await;
    let told = (status, &error["error"]["code"]);
    assert_eq!(told, (StatusCode::SERVICE_UNAVAILABLE, &json!("gateway_unavailable")), "{error}");
    assert_eq!(decide(&world, &order, body).await.0, StatusCode::OK);
    assert_eq!(world.status_of(&order).await, "canceled");
}

#[tokio::test]
async fn a_gateway_that_can_not_be_asked_leaves_the_review() {
    let world = World::start().await;
    let order = order_in_review(&world).await;
    world.fault("GET /payments/{payment_id}", "drop_before").await;
    let (status, error) = decide(&world, &order, json!({ "decision": "accept", "note": "x" })).await;
    assert_eq!((status, error["error"]["retryable"].as_bool()), (StatusCode::SERVICE_UNAVAILABLE, Some(true)));
    assert_eq!(world.status_of(&order).await, "review");
}
