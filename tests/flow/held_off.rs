//! While the shop ends an order, or changes its price, browsers are held off: as short as may be, and truly.

use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::Limits;
use florin_store::Clock;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::APPROVED;
use crate::world::{SHOP_KEY, Wish, World};

/// Somebody opens attempts, and pretends to pay them, as fast as a program can.
fn spam(world: &World, order: &Value, collect: CollectMode) -> Vec<tokio::task::JoinHandle<()>> {
    let session = order["checkout"]["session"].as_str().unwrap();
    let checkout = format!("{}/checkout/{session}", world.merchant_url);
    let one = || {
        let (http, checkout) = (world.http.clone(), checkout.clone());
        let mut pay = json!({});
        if collect == CollectMode::Token {
            pay["token"] = json!("token_of_nobody");
        }
        tokio::spawn(async move {
            loop {
                let opened = http.post(format!("{checkout}/attempts")).json(&json!({})).send().await.unwrap();
                if let Ok(opened) = opened.json::<Value>().await
                    && opened["attempt"].is_string()
                {
                    pay["attempt"] = opened["attempt"].clone();
                }
                let _ = http.post(format!("{checkout}/pay")).json(&pay).send().await;
            }
        })
    };
    (0..4).map(|_| one()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_browser_keeps_a_shop_from_canceling() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::with(Wish { collect, limits: Limits::lifted(), ..Wish::default() }).await;
        let order = world.order().await;
        let tabs = spam(&world, &order, collect);
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut asked = 1;
        while cancel(&world, &order).await != StatusCode::OK {
            asked += 1;
            assert!(asked <= 5, "{collect:?}: the order can't be canceled");
            // As any shop would pause before it asks again.
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        tabs.iter().for_each(tokio::task::JoinHandle::abort);
        assert_eq!(world.status_of(&order).await, "canceled");
        world.assert_books_agree().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_asks_again_after_a_long_pause_still_gets_its_cancel() {
    let wish = Wish { collect: CollectMode::Confirm, limits: Limits::lifted(), ..Wish::default() };
    let world = World::with(wish).await;
    let order = world.order().await;
    // Whatever a browser claims to have confirmed, the gateway takes a moment to deny.
    let slow = json!({ "route": "GET /payments/{payment_id}", "fault": "delay", "ms": 400, "times": 1000 });
    world.sandbox("faults", slow).await;
    let tabs = spam(&world, &order, CollectMode::Confirm);
    for _ in 0..2 {
        world.eventually_status(&order, "processing").await;
        if cancel(&world, &order).await == StatusCode::OK {
            break;
        }
        // The browsers are not held off any more.
        world.wait(60);
    }
    tabs.iter().for_each(tokio::task::JoinHandle::abort);
    assert_eq!(world.status_of(&order).await, "canceled");
    world.assert_books_agree().await;
}

/// What a cancel of an order sends, and sends once more.
async fn lose_both_cancels(world: &World) {
    let route = "POST /payments/{payment_id}/cancel";
    world.sandbox("faults", json!({ "route": route, "fault": "drop_before", "times": 2 })).await;
}

async fn cancel(world: &World, order: &Value) -> StatusCode {
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    world.shop(Method::POST, &path, None).await.0
}

/// An order whose cancel came to nothing so far, and whose card a browser has confirmed since; no webhook tells.
async fn confirmed_while_the_shop_cancels() -> (World, Value, Value) {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    lose_both_cancels(&world).await;
    assert_eq!(cancel(&world, &order).await, StatusCode::SERVICE_UNAVAILABLE);
    world.confirm_in_browser(&opened, APPROVED).await;
    (world, order, opened)
}

#[tokio::test]
async fn a_card_that_a_browser_confirmed_while_the_shop_cancels_is_followed() {
    let (world, order, opened) = confirmed_while_the_shop_cancels().await;
    assert_eq!(world.try_pay(&order, &opened["attempt"], None).await.1["status"], "paid");
    assert_eq!(cancel(&world, &order).await, StatusCode::CONFLICT);
    assert_eq!(world.status_of(&order).await, "paid");
    world.sandbox("webhooks", json!({ "mode": "release" })).await;
    world.assert_books_agree().await;
}

#[tokio::test]
async fn a_card_of_which_nobody_can_say_anything_while_the_shop_cancels_is_not_told_as_not_charged() {
    let (world, order, opened) = confirmed_while_the_shop_cancels().await;
    let lost = json!({ "route": "GET /payments/{payment_id}", "fault": "drop_before", "times": 2 });
    world.sandbox("faults", lost).await;
    let (_, result) = world.try_pay(&order, &opened["attempt"], None).await;
    assert_eq!(result["status"], "unknown", "{result}");
    world
        .eventually("the gateway says", async |world| {
            world.wait(2);
            world.status_of(&order).await == "paid"
        })
        .await;
    world.sandbox("webhooks", json!({ "mode": "release" })).await;
    world.assert_books_agree().await;
}

#[tokio::test]
async fn an_order_whose_cancel_came_to_nothing_takes_payments_again() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    lose_both_cancels(&world).await;
    assert_eq!(cancel(&world, &order).await, StatusCode::SERVICE_UNAVAILABLE);
    let token = world.token(&opened, APPROVED).await;
    let (status, result) = world.try_pay(&order, &opened["attempt"], Some(&token)).await;
    assert_eq!((status, &result["status"]), (StatusCode::OK, &json!("open")), "the card is kept back: {result}");
    assert_eq!(
        world.payment(opened["collect"]["payment_id"].as_str().unwrap()).await["status"],
        "requires_payment_method"
    );
    world.wait(5);
    let (_, result) = world.try_pay(&order, &opened["attempt"], Some(&token)).await;
    assert_eq!(result["status"], "paid", "{result}");
    // A new price holds nobody off for longer than it takes.
    let order = world.order().await;
    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    world.attempt(&order).await;
    let (status, order) = world.shop(Method::POST, &path, Some(json!({ "amount": 4300 }))).await;
    assert_eq!(status, StatusCode::OK, "{order}");
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
    world.assert_books_agree().await;
}

#[tokio::test]
async fn a_new_price_does_not_let_browsers_begin_while_a_cancel_keeps_them_off() {
    let world = World::start().await;
    let order = world.order().await;
    world.attempt(&order).await;
    lose_both_cancels(&world).await;
    assert_eq!(cancel(&world, &order).await, StatusCode::SERVICE_UNAVAILABLE);
    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let (status, changed) = world.shop(Method::POST, &path, Some(json!({ "amount": 4300 }))).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let (status, kept_off) = world.try_attempt(&changed).await;
    assert_eq!(status, StatusCode::CONFLICT, "the cancel still keeps them off: {kept_off}");
    world.wait(5);
    assert_eq!(world.pay_with(&changed, APPROVED).await["status"], "paid");
}

/// A cancel that came to nothing beside a new price had no chance to say that it did.
#[tokio::test]
async fn a_new_price_leaves_browsers_held_off_for_no_longer_than_is_promised() {
    let world = World::start().await;
    let order = world.order().await;
    let until = world.clock.now().plus(Duration::from_secs(30)).as_millis();
    world.books().column(&format!("UPDATE merchant.orders SET closing_until = {until}"));
    let path = format!("/v1/orders/{}", order["id"].as_str().unwrap());
    let (status, changed) = world.shop(Method::POST, &path, Some(json!({ "amount": 4300 }))).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    assert_eq!(world.try_attempt(&changed).await.0, StatusCode::CONFLICT);
    world.wait(5);
    assert_eq!(world.pay_with(&changed, APPROVED).await["status"], "paid");
}

#[tokio::test]
async fn a_server_whose_clock_is_ahead_holds_no_payment_off_for_as_long_as_that() {
    let world = World::start().await;
    let early = Clock::fixed(world.clock.now().plus(Duration::from_secs(3 * 3600)));
    let other = world.another_server_at(early, world.merchant_settings(), false).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    lose_both_cancels(&world).await;
    let url = format!("{}/v1/orders/{}/cancel", other.url, order["id"].as_str().unwrap());
    let refused = world.http.post(url).bearer_auth(SHOP_KEY).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.pay(&order, &opened, APPROVED).await["status"], "paid");
    world.assert_books_agree().await;
}

/// Status, body, and the seconds until it may be asked again.
async fn told(request: reqwest::RequestBuilder) -> (u16, Value, Option<u64>) {
    let answer = request.send().await.unwrap();
    let after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
    (answer.status().as_u16(), answer.json().await.unwrap(), after)
}

#[tokio::test]
async fn a_shopper_who_is_held_off_is_told_why_and_for_how_long() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    lose_both_cancels(&world).await;
    assert_eq!(cancel(&world, &order).await, StatusCode::SERVICE_UNAVAILABLE);
    // Its payment ends meanwhile: the next one would be a new one.
    world.abandon(&order, &opened["attempt"]).await;
    let session = order["checkout"]["session"].as_str().unwrap();
    let url = format!("{}/checkout/{session}/attempts", world.merchant_url);
    let (status, error, after) = told(world.http.post(&url).json(&json!({}))).await;
    assert_eq!((status, &error["error"]["code"]), (409, &json!("order_changing")), "{error}");
    assert_eq!((&error["error"]["retryable"], &error["error"]["advice"]), (&json!(true), &json!("try_again")));
    assert!(!error["error"]["message"].as_str().unwrap().contains("reached"), "the gateway is there: {error}");
    world.wait(after.filter(|after| (1..=5).contains(after)).expect("a moment"));
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
    world.assert_books_agree().await;
}

#[tokio::test]
async fn a_shop_is_told_whether_a_payment_or_the_gateway_is_in_its_way() {
    let world = World::start().await;
    let ask = |order: &Value, what: &str, body: Value| {
        let url = format!("{}/v1/orders/{}{what}", world.merchant_url, order["id"].as_str().unwrap());
        told(world.http.post(url).bearer_auth(SHOP_KEY).json(&body))
    };
    for (what, body) in [("/cancel", json!({})), ("", json!({ "amount": 4300 }))] {
        let order = world.order().await;
        world.attempt(&order).await;
        lose_both_cancels(&world).await;
        let (status, error, after) = ask(&order, what, body.clone()).await;
        assert_eq!((status, &error["error"]["code"]), (503, &json!("gateway_unavailable")), "{what}: {error}");
        assert!(error["error"]["message"].as_str().unwrap().contains("gateway"), "{what}: {error}");
        assert!(after.is_some_and(|after| after <= 5), "{what}: {after:?}");
        assert_eq!(ask(&order, what, body).await.0, 200, "{what}: and then it can");
    }
    // A card on its way to the bank is nobody's fault.
    world
        .sandbox(
            "faults",
            json!({ "route": "POST /payments/{payment_id}/confirm", "fault": "ignore", "ms": 60_000, "times": 1 }),
        )
        .await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let token = world.token(&opened, APPROVED).await;
    let paying = tokio::spawn({
        let url = format!("{}/checkout/{}/pay", world.merchant_url, order["checkout"]["session"].as_str().unwrap());
        world.http.post(url).json(&json!({ "attempt": opened["attempt"], "token": token })).send()
    });
    world.eventually_status(&order, "processing").await;
    let (status, error, after) = ask(&order, "/cancel", json!({})).await;
    assert_eq!((status, &error["error"]["code"]), (409, &json!("payment_submitted")), "{error}");
    assert_eq!((&error["error"]["retryable"], after), (&json!(true), Some(2)), "{error}");
    let (status, error, _) = ask(&order, "", json!({ "amount": 4300 })).await;
    assert_eq!((status, &error["error"]["code"]), (409, &json!("payment_open")), "{error}");
    paying.await.unwrap().unwrap();
}
