//! Webhooks: believed only when signed, kept before they are acknowledged, worked on once.

use reqwest::StatusCode;
use serde_json::json;

use crate::browser::CHALLENGED;
use crate::world::{RETURN_KEY, World};

pub(crate) async fn post(world: &World, body: &str, signature: Option<&str>) -> StatusCode {
    let mut request = world.http.post(format!("{}/webhooks/gateway", world.merchant_url)).body(body.to_owned());
    if let Some(signature) = signature {
        request = request.header("x-webhook-signature-512", signature);
    }
    request.send().await.unwrap().status()
}

pub(crate) fn sign(body: &str) -> String {
    let key = florin_signing::SigningKey::new(secrecy::SecretString::from(RETURN_KEY)).unwrap();
    florin_signing::own_gateway::webhook::sign(body.as_bytes(), &key)
}

#[tokio::test]
async fn an_unsigned_or_wrongly_signed_event_is_refused() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let payment = opened["collect"]["payment_id"].as_str().unwrap();
    let body = json!({ "event_id": "evt_1", "event_type": "payment_succeeded",
        "content": { "type": "payment_details", "object": { "payment_id": payment, "status": "succeeded" } } })
    .to_string();
    let good = sign(&body);
    let flipped = format!("{}{}", if good.starts_with('0') { '1' } else { '0' }, &good[1..]);
    for signature in [None, Some(""), Some(flipped.as_str()), Some(&good[..127]), Some(&good.to_uppercase()[..])] {
        assert_eq!(post(&world, &body, signature).await, StatusCode::UNAUTHORIZED, "{signature:?}");
    }
    assert_eq!(post(&world, &body.replace("succeeded", "succeedeD"), Some(&good)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(world.reads(payment).await, 0);

    // Signed, but the payment stands otherwise: the gateway's word counts, not the event's.
    assert_eq!(post(&world, &body, Some(&good)).await, StatusCode::OK);
    world.eventually("the payment is read", async |world| world.reads(payment).await == 1).await;
    assert_eq!(world.status_of(&order).await, "open");
}

#[tokio::test]
async fn a_repeated_event_is_acknowledged_and_read_once() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let payment = opened["collect"]["payment_id"].as_str().unwrap();
    let body = json!({ "event_id": "evt_7", "event_type": "payment_succeeded",
        "content": { "object": { "payment_id": payment } } })
    .to_string();
    for _ in 0..20 {
        assert_eq!(post(&world, &body, Some(&sign(&body))).await, StatusCode::OK);
    }
    world.eventually("the payment is read", async |world| world.reads(payment).await == 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(world.reads(payment).await, 1);
}

#[tokio::test]
async fn an_event_about_a_foreign_payment_changes_nothing() {
    let world = World::start().await;
    let body = json!({ "event_id": "evt_9", "event_type": "payment_succeeded",
        "content": { "object": { "payment_id": "pay_of_somebody_else" } } })
    .to_string();
    assert_eq!(post(&world, &body, Some(&sign(&body))).await, StatusCode::OK);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(world.reads("pay_of_somebody_else").await, 0);
}

#[tokio::test]
async fn a_webhook_before_the_return_pays_and_the_return_agrees() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    world.eventually_status(&order, "paid").await;
    let (status, _) = world.follow(&back).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
    assert_eq!(world.told(), ["order.paid"]);
}

#[tokio::test]
async fn a_webhook_whose_read_fails_is_tried_again() {
    let world = World::start().await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world
        .sandbox(
            "faults",
            json!({ "route": "GET /payments/{payment_id}", "fault": "status", "status": 503, "times": 1 }),
        )
        .await;
    world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(world.status_of(&order).await, "requires_action", "the read failed");
    world.wait(5);
    world.eventually_status(&order, "paid").await;
}
