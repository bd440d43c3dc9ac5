//! How many tries an order takes.

use florin_domain::flow::open::Limits;
use reqwest::StatusCode;

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
    for told in ["declined", "declined", "canceled"] {
        assert_eq!(world.pay_with(&order, DECLINED).await["status"], told);
    }
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
