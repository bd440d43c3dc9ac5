//! How many tries an order takes.

use florin_domain::flow::open::Limits;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::{APPROVED, DECLINED};
use crate::world::{Wish, World};

#[tokio::test]
async fn five_declines_make_a_pause_of_fifteen_minutes() {
    let world = World::start().await;
    let order = world.order().await;
    for _ in 0..5 {
        assert_eq!(world.pay_with(&order, DECLINED).await["status"], "declined");
    }
    let (status, error) = world.try_attempt(&order).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::TOO_MANY_REQUESTS, Some("too_many_attempts")));
    world.wait(15 * 60);
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}

#[tokio::test]
async fn after_the_last_try_the_order_is_canceled() {
    let limits = Limits { total: 3, ..Limits::default() };
    let world = World::with(Wish { limits, ..Wish::default() }).await;
    let order = world.order().await;
    for advice in ["other_card", "other_card", "none"] {
        let result = world.pay_with(&order, DECLINED).await;
        let error = &result["error"];
        let told = (&result["status"], &error["code"], &error["advice"]);
        assert_eq!(told, (&json!("declined"), &json!("card_declined"), &json!(advice)), "{result}");
    }
    assert_eq!(world.result(&order).await["status"], "canceled");
    assert_eq!(world.status_of(&order).await, "canceled", "nobody had to ask for one more");
    let (status, error) = world.try_attempt(&order).await;
    assert_eq!((status, error["error"]["code"].as_str()), (StatusCode::CONFLICT, Some("order_closed")));
    let failed = "order.payment_failed";
    world
        .eventually("the shop hears", async |world| {
            let mut told = world.told();
            told.sort_unstable();
            told == ["order.canceled", failed, failed, failed]
        })
        .await;
    assert_eq!(world.timeline(&order).await.iter().filter(|kind| *kind == "canceled").count(), 1);
}

#[tokio::test]
async fn a_review_that_would_reopen_an_order_after_its_last_try_cancels_it() {
    let limits = Limits { total: 1, ..Limits::default() };
    for (others, ended) in [(false, "canceled"), (true, "open")] {
        let world = World::with(Wish { limits, ..Wish::default() }).await;
        let order = world.order().await;
        let opened = world.attempt(&order).await;
        let payment = opened["collect"]["payment_id"].as_str().unwrap();
        world.abandon(&order, &opened["attempt"]).await;
        if others {
            world.attempt(&order).await;
        }
        assert_eq!(world.payment(payment).await["status"], "cancelled");
        let sql = "UPDATE merchant.attempts SET state = 'review', state_data = '{\"state\":\"review\"}', holds = 0
             WHERE number = 1";
        world.books().column(sql);
        world.books().column("UPDATE merchant.orders SET status = 'review', submitted = 1");
        let path = format!("/v1/orders/{}/review", order["id"].as_str().unwrap());
        let accept = json!({ "decision": "accept", "note": "nothing there" });
        let (status, answer) = world.shop(Method::POST, &path, Some(accept)).await;
        assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!(ended)), "{answer}");
    }
}

#[tokio::test]
async fn a_card_that_never_reached_the_bank_does_not_count() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    for _ in 0..Limits::default().total {
        let (_, result) = world.try_pay(&order, &opened["attempt"], Some("token_of_nobody")).await;
        assert_eq!(result["status"], "open");
        assert_eq!(world.read(&order).await["last_error"]["code"], "card_not_received");
    }
    assert_eq!(world.pay_with(&order, DECLINED).await["status"], "declined");
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}
