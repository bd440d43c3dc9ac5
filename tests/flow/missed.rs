//! Events that never came, came too late, or are wanted once more.

use florin_domain::checkout::CollectMode;
use florin_domain::mode::Mode;
use florin_merchant::{Direction, Replayed, Selection};
use florin_store::Store;
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

/// Replays in the database, as somebody beside the running server does.
async fn replay(world: &World, direction: Direction, selection: Selection, rehearse: bool) -> Vec<Replayed> {
    let store = Store::open(&world.merchant_database(), &florin_merchant::SCHEMA, Mode::Test).await.unwrap();
    let replayed = florin_merchant::replay(&store, direction, selection, rehearse, world.clock.now()).await.unwrap();
    store.close().await;
    replayed
}

#[tokio::test]
async fn a_card_that_a_browser_confirmed_and_told_nobody_of_is_found() {
    let world = World::collecting(CollectMode::Confirm).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    world.confirm_in_browser(&opened, APPROVED).await;
    assert_eq!(world.status_of(&order).await, "open");
    world.wait(5 * 60);
    world.eventually_status(&order, "paid").await;
    let (_, timeline) =
        world.shop(reqwest::Method::GET, &format!("/v1/orders/{}/timeline", order["id"].as_str().unwrap()), None).await;
    let paid = timeline["data"].as_array().unwrap().iter().find(|line| line["kind"] == "paid").cloned().unwrap();
    assert_eq!(paid["source"], "sweep");
    world.eventually("the shop hears", async |world| world.told() == ["order.paid"]).await;
}

#[tokio::test]
async fn nothing_new_is_read_in_vain() {
    let world = World::start().await;
    let (paid, open) = (world.paid_order().await, world.order().await);
    let opened = world.attempt(&open).await;
    let ids = [world.read(&paid).await["payment"]["id"].clone(), opened["collect"]["payment_id"].clone()];
    let mut before = Vec::new();
    for id in &ids {
        before.push(world.reads(id.as_str().unwrap()).await);
    }
    for _ in 0..3 {
        world.wait(5 * 60);
        while world.merchant.run_due().await.unwrap() {}
    }
    for (id, before) in ids.iter().zip(before) {
        assert_eq!(world.reads(id.as_str().unwrap()).await, before, "{id}");
    }
}

#[tokio::test]
async fn an_event_of_the_gateway_is_worked_on_again_when_asked_for() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "paid").await;
    let payment = world.read(&order).await["payment"]["id"].as_str().unwrap().to_owned();
    let all = Selection::Between(
        world.clock.now().minus(std::time::Duration::from_secs(60)),
        world.clock.now().plus(std::time::Duration::from_secs(60)),
    );

    let listed = replay(&world, Direction::FromGateway, all, true).await;
    let event = listed.iter().find(|event| event.kind == "payment_succeeded").unwrap().clone();
    assert_eq!(event.about, payment);
    let before = world.reads(&payment).await;
    while world.merchant.run_due().await.unwrap() {}
    assert_eq!(world.reads(&payment).await, before, "a rehearsal does nothing");

    for _ in 0..2 {
        let again = Selection::Ids(vec![event.id.clone()]);
        assert_eq!(replay(&world, Direction::FromGateway, again, false).await.len(), 1);
        while world.merchant.run_due().await.unwrap() {}
    }
    world.eventually("it was read again", async |world| world.reads(&payment).await == before + 2).await;
    assert_eq!(world.told(), ["order.paid"], "and nothing happened twice");
}

#[tokio::test]
async fn an_event_of_a_refund_asks_about_the_refund_when_it_is_worked_on_again() {
    let world = World::start().await;
    let order = world.paid_order().await;
    let refunded = world.keyed(&order, "refunds", "k", json!({})).await;
    assert!(refunded.status.is_success(), "{}", refunded.text);
    let payment = world.read(&order).await["payment"]["id"].as_str().unwrap().to_owned();
    let minute = std::time::Duration::from_secs(60);
    let all = || Selection::Between(world.clock.now().minus(minute), world.clock.now().plus(minute));
    world
        .eventually("the gateway tells", async |world| {
            let listed = replay(world, Direction::FromGateway, all(), true).await;
            listed.iter().any(|event| event.kind.starts_with("refund_"))
        })
        .await;
    while world.merchant.run_due().await.unwrap() {}
    let listed = replay(&world, Direction::FromGateway, all(), true).await;
    let event = listed.iter().find(|event| event.kind.starts_with("refund_")).unwrap().id.clone();
    let before = world.reads(&payment).await;
    assert_eq!(replay(&world, Direction::FromGateway, Selection::Ids(vec![event]), false).await.len(), 1);
    while world.merchant.run_due().await.unwrap() {}
    world
        .eventually("it is dealt with", async |world| {
            let (_, text) = world.shop_text(reqwest::Method::GET, "/metrics").await;
            text.contains("florin_merchant_webhooks_waiting 0")
        })
        .await;
    assert_eq!(world.reads(&payment).await, before, "the payment says nothing of it");
}

#[tokio::test]
async fn an_event_to_the_shop_is_sent_again_with_its_id_and_bytes() {
    let world = World::start().await;
    let order = world.paid_order().await;
    world.eventually("the shop hears", async |world| world.told() == ["order.paid"]).await;
    world
        .eventually("the delivery is settled", async |world| {
            let all = Selection::Ids(vec![world.events()[0]["id"].as_str().unwrap().to_owned()]);
            replay(world, Direction::ToShop, all, true).await[0].about == "delivered"
        })
        .await;
    let first = world.events()[0].clone();
    world.forget_events();
    let this = Selection::Ids(vec![first["id"].as_str().unwrap().to_owned(), "evt_unknown".to_owned()]);
    let replayed = replay(&world, Direction::ToShop, this, false).await;
    assert_eq!((replayed.len(), replayed[0].kind.as_str()), (1, "order.paid"));
    while world.merchant.run_due().await.unwrap() {}
    world.eventually("the shop hears again", async |world| world.told() == ["order.paid"]).await;
    assert_eq!(world.events()[0], first);
    assert_eq!(world.status_of(&order).await, "paid");
}

#[tokio::test]
async fn a_shop_that_was_down_for_a_day_misses_nothing() {
    let world = World::start().await;
    world.shop_is_down(true);
    let mut orders = Vec::new();
    for _ in 0..5 {
        orders.push(world.paid_order().await);
    }
    for _ in 0..24 {
        world.wait(60 * 60);
        while world.merchant.run_due().await.unwrap() {}
    }
    assert!(world.told().is_empty());
    world.shop_is_down(false);
    for _ in 0..24 {
        world.wait(60 * 60);
        while world.merchant.run_due().await.unwrap() {}
    }
    world.eventually("the shop hears of all", async |world| world.told().len() >= 5).await;
    let heard: Vec<_> = world
        .events()
        .iter()
        .filter(|event| event["type"] == "order.paid")
        .map(|event| event["data"]["order"]["id"].clone())
        .collect();
    for order in &orders {
        assert_eq!(heard.iter().filter(|id| **id == order["id"]).count(), 1);
    }
}
