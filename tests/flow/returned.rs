//! The signed return URL: a hint that must be whole, and never more than a hint.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::browser::CHALLENGED;
use crate::world::{SHOP, World};

/// An order whose challenge was approved at the bank, all webhooks held, nobody has returned.
async fn approved_at_the_bank() -> (World, serde_json::Value, String, String) {
    let world = World::collecting(CollectMode::Token).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let result = world.pay(&order, &opened, CHALLENGED).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    let payment = opened["collect"]["payment_id"].as_str().unwrap().to_owned();
    (world, order, payment, back)
}

#[tokio::test]
async fn any_changed_character_of_the_signed_part_causes_no_read_and_no_change() {
    let (world, order, payment, back) = approved_at_the_bank().await;
    let reads = world.reads(&payment).await;
    let begin = back.find('?').unwrap() + 1;
    let mut tried = 0;
    for place in begin..back.len() {
        let old = back.as_bytes()[place];
        for new in [b'0', b'a', b'%', b'&', b'='] {
            if new == old {
                continue;
            }
            let mut changed = back.clone().into_bytes();
            changed[place] = new;
            let (status, next) = world.follow(&String::from_utf8(changed).unwrap()).await;
            assert_eq!(status, StatusCode::SEE_OTHER);
            assert!(next.starts_with(SHOP) || next.starts_with(&world.merchant_url), "{next}");
            tried += 1;
        }
    }
    assert!(tried > 1000, "only {tried} were tried");
    assert_eq!(world.reads(&payment).await, reads, "a forged return caused a read");
    assert_eq!(world.status_of(&order).await, "requires_action");

    // Released, the order follows the gateway.
    world.sandbox("webhooks", json!({ "mode": "release" })).await;
    world.eventually_status(&order, "paid").await;
}

#[tokio::test]
async fn a_hundred_returns_cause_one_read_and_one_event() {
    let (world, order, payment, back) = approved_at_the_bank().await;
    let before = world.reads(&payment).await;
    let all = (0..100).map(|_| world.follow(&back));
    for (status, _) in futures_util::future::join_all(all).await {
        assert_eq!(status, StatusCode::SEE_OTHER);
    }
    assert_eq!(world.reads(&payment).await, before + 1);
    assert_eq!(world.status_of(&order).await, "paid");
    world.sandbox("webhooks", json!({ "mode": "release" })).await;
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.paid"]);
}

#[tokio::test]
async fn what_others_append_does_no_harm_and_looking_ahead_reads_nothing() {
    let (world, order, payment, back) = approved_at_the_bank().await;
    let before = world.reads(&payment).await;
    world.http.request(Method::HEAD, &back).send().await.unwrap();
    world.http.get(&back).header("sec-purpose", "prefetch").send().await.unwrap();
    assert_eq!(world.reads(&payment).await, before);
    assert_eq!(world.status_of(&order).await, "requires_action");

    world.follow(&format!("{back}&utm_source=mail&fbclid=a%26status%3Dfailed")).await;
    assert_eq!(world.status_of(&order).await, "paid");
}

#[tokio::test]
async fn a_return_for_another_order_changes_neither() {
    let (world, order, _, back) = approved_at_the_bank().await;
    let other = world.order().await;
    let swapped = back.replace(order["id"].as_str().unwrap(), other["id"].as_str().unwrap());
    world.follow(&swapped).await;
    assert_eq!(world.status_of(&order).await, "requires_action");
    assert_eq!(world.status_of(&other).await, "open");
}

#[tokio::test]
async fn a_typed_in_success_is_no_information() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let payment = opened["collect"]["payment_id"].as_str().unwrap();
    let id = order["id"].as_str().unwrap();
    let typed =
        format!("{}/checkout/return?order={id}&status=succeeded&payment_id={payment}&amount=4200", world.merchant_url);
    let (status, next) = world.follow(&typed).await;
    assert_eq!((status, next), (StatusCode::SEE_OTHER, format!("{SHOP}/thanks?order={id}")));
    assert_eq!(world.status_of(&order).await, "open");
    assert_eq!(world.reads(payment).await, 0);
}

#[tokio::test]
async fn the_shops_own_address_is_kept_to_the_letter() {
    let world = World::start().await;
    for (given, order_first) in [
        ("/thanks", "/thanks?order="),
        ("/thanks?from=a%20b&flag", "/thanks?from=a%20b&flag&order="),
        ("/thanks?q=%FF#top", "/thanks?q=%FF&order="),
        ("/thanks?order=mine&from=1", "/thanks?from=1&order="),
    ] {
        let body = json!({ "amount": 1, "currency": "EUR", "result_url": format!("{SHOP}{given}") });
        let order = world.order_of(body).await;
        let id = order["id"].as_str().unwrap();
        let (_, next) = world.follow(&format!("{}/checkout/return?order={id}", world.merchant_url)).await;
        assert!(next.starts_with(&format!("{SHOP}{order_first}{id}")), "{given} became {next}");
    }
}
