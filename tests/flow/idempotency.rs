//! One key, one effect, one answer.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use crate::world::{Wish, World};

#[tokio::test]
async fn money_is_moved_with_a_key_only() {
    let world = World::start().await;
    let (held, paid) = (world.authorized_order().await, world.paid_order().await);
    for (order, what) in [(&held, "capture"), (&held, "void"), (&paid, "refunds")] {
        let path = format!("/v1/orders/{}/{what}", order["id"].as_str().unwrap());
        let answer = world.keyed_at(&path, None, json!({})).await;
        assert_eq!(answer.code(), (400, "idempotency_key_missing".to_owned()));
        for key in ["", "\"", "\"\"", &"k".repeat(256), "\"abc\";v=1"] {
            let answer = world.keyed_at(&path, Some(key), json!({})).await;
            assert_eq!(answer.code(), (400, "idempotency_key_malformed".to_owned()), "{key:?}");
        }
    }
    assert_eq!((world.status_of(&held).await, world.status_of(&paid).await), ("authorized".into(), "paid".into()));
}

#[tokio::test]
async fn the_same_request_gets_the_same_bytes_for_thirty_days() {
    let world = World::start().await;
    let (held, paid) = (world.authorized_order().await, world.paid_order().await);
    for (order, what, body) in
        [(&held, "capture", json!({ "amount": 3000 })), (&paid, "refunds", json!({ "amount": 100, "reason": "r" }))]
    {
        let first = world.keyed(order, what, "abc", body.clone()).await;
        assert!(first.status.is_success() && !first.was_replayed(), "{}", first.text);
        // Another spelling of key and body, and another time.
        for (key, days) in [("abc", 0), ("\"abc\"", 1), ("abc", 27)] {
            world.wait(days * 24 * 3600);
            let again = world.keyed(order, what, key, body.clone()).await;
            assert_eq!((again.status, &again.text), (first.status, &first.text));
            assert!(again.was_replayed());
        }
        world.wait(10);
    }
    assert_eq!(world.read(&paid).await["amount_refunded"], 100, "only once");
}

#[tokio::test]
async fn a_key_is_free_again_after_thirty_days() {
    let world = World::start().await;
    let paid = world.paid_order().await;
    world.keyed(&paid, "refunds", "abc", json!({ "amount": 100 })).await;
    world.wait(30 * 24 * 3600 + 1);
    let later = world.keyed(&paid, "refunds", "abc", json!({ "amount": 200 })).await;
    assert_eq!((later.status, later.was_replayed()), (StatusCode::CREATED, false), "{}", later.text);
    assert_eq!(world.read(&paid).await["amount_refunded"], 300);
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused_and_told_nothing() {
    let world = World::start().await;
    let (one, two) = (world.paid_order().await, world.paid_order().await);
    world.keyed(&one, "refunds", "abc", json!({ "amount": 100 })).await;
    for (order, body) in [(&one, json!({ "amount": 101 })), (&one, json!({})), (&two, json!({ "amount": 100 }))] {
        let answer = world.keyed(order, "refunds", "abc", body).await;
        assert_eq!(answer.code(), (422, "idempotency_key_reused".to_owned()));
        assert!(!answer.text.contains("ref_") && !answer.text.contains("ord_"), "{}", answer.text);
    }
    assert_eq!(world.read(&two).await["amount_refunded"], 0);
    // At another route it is another key.
    let held = world.authorized_order().await;
    let answer = world.keyed(&held, "void", "abc", json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn a_refused_request_keeps_nothing_and_may_be_put_right() {
    let world = World::start().await;
    let paid = world.paid_order().await;
    let refused = world.keyed(&paid, "refunds", "abc", json!({ "amount": 4201 })).await;
    assert_eq!(refused.code(), (422, "amount_too_large".to_owned()));
    let right = world.keyed(&paid, "refunds", "abc", json!({ "amount": 4200 })).await;
    assert_eq!((right.status, right.was_replayed()), (StatusCode::CREATED, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_are_carried_out_once() {
    let world = World::start().await;
    let (held, paid) = (world.authorized_order().await, world.paid_order().await);
    for (order, what) in [(&held, "capture"), (&paid, "refunds")] {
        let storm = (0..64).map(|_| world.keyed(order, what, "storm", json!({ "amount": 1000 })));
        let answers = futures_util::future::join_all(storm).await;
        let first: Vec<_> = answers.iter().filter(|one| one.status.is_success() && !one.was_replayed()).collect();
        assert_eq!(first.len(), 1);
        for answer in &answers {
            let in_progress = answer.code() == (409, "request_in_progress".to_owned());
            assert!(in_progress || answer.text == first[0].text, "{} {}", answer.status, answer.text);
            assert_eq!(answer.headers.contains_key("retry-after"), in_progress);
        }
    }
    let payment = world.at_the_gateway(&paid).await;
    assert_eq!(payment["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(world.read(&held).await["amount_captured"], 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_made_once_for_its_key() {
    let world = World::start().await;
    let body = json!({ "amount": 4200, "currency": "EUR" });
    let storm = (0..64).map(|_| world.keyed_at("/v1/orders", Some("new"), body.clone()));
    let answers = futures_util::future::join_all(storm).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.text), (StatusCode::CREATED, &answers[0].text));
    }
    assert_eq!(answers.iter().filter(|answer| !answer.was_replayed()).count(), 1);
    let other = world.keyed_at("/v1/orders", Some("new"), json!({ "amount": 4201, "currency": "EUR" })).await;
    assert_eq!(other.code(), (422, "idempotency_key_reused".to_owned()));
    let (_, page) = world.shop(reqwest::Method::GET, "/v1/orders?limit=100", None).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_that_went_away_finds_its_answer() {
    let world = World::with(Wish { pay_deadline: Duration::from_secs(20), ..Wish::default() }).await;
    let order = world.paid_order().await;
    let slow = json!({ "route": "POST /refunds", "fault": "delay", "ms": 2000, "times": 1 });
    world.sandbox("faults", slow).await;
    let body = json!({ "amount": 700 });
    let ordered = world.eventually("the refund is written", async |world| {
        world.timeline(&order).await.contains(&"refund_ordered".to_owned())
    });
    tokio::select! {
        answer = world.keyed(&order, "refunds", "k", body.clone()) => panic!("answered early: {}", answer.text),
        // The client goes away.
        () = ordered => {}
    }
    let running = world.keyed(&order, "refunds", "k", body.clone()).await;
    assert_eq!(running.code(), (409, "request_in_progress".to_owned()));
    assert_eq!(running.headers["retry-after"], "1");
    world.eventually_status(&order, "partially_refunded").await;
    let answer = world.keyed(&order, "refunds", "k", body).await;
    assert_eq!((answer.status, &answer.json()["status"]), (StatusCode::CREATED, &json!("succeeded")));
    assert_eq!(world.at_the_gateway(&order).await["refunds"].as_array().unwrap().len(), 1);
}

/// Whether it was carried out is not known: that is no success to be told, and to be told again for thirty days.
#[tokio::test]
async fn what_nobody_can_say_anything_about_is_no_answer_to_keep() {
    for (what, route, end) in [
        ("capture", "POST /payments/{payment_id}/capture", "paid"),
        ("void", "POST /payments/{payment_id}/cancel", "voided"),
    ] {
        let world = World::with(Wish { pay_deadline: Duration::from_millis(500), ..Wish::default() }).await;
        let held = world.authorized_order().await;
        world.sandbox("webhooks", json!({ "mode": "hold" })).await;
        world.fault(route, "drop_after").await;
        let first = world.keyed(&held, what, "abc", json!({})).await;
        assert_eq!(first.code(), (409, "operation_in_progress".to_owned()), "{}", first.text);
        assert!(first.headers.contains_key("retry-after") && first.text.contains("not said"), "{}", first.text);
        let again = world.keyed(&held, what, "abc", json!({})).await;
        assert_eq!((again.code().0, again.was_replayed()), (409, false), "{}", again.text);
        // Nobody waits any more for the answer to the first.
        world.wait(60);
        world.eventually_status(&held, end).await;
        for _ in 0..2 {
            let known = world.keyed(&held, what, "abc", json!({})).await;
            assert_eq!((known.status, known.was_replayed()), (StatusCode::OK, true), "{}", known.text);
            assert_eq!(known.json()["status"], end);
        }
        world.sandbox("webhooks", json!({ "mode": "release" })).await;
        world.assert_books_agree().await;
    }
}
