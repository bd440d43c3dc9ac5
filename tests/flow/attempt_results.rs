//! What `pay` answers belongs to the attempt it was asked about.

use reqwest::StatusCode;
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED, DECLINED};
use crate::world::{PUBLISHABLE_KEY, Wish, World};

#[tokio::test]
async fn a_repeated_pay_tells_of_its_own_attempt_though_another_is_open_by_now() {
    let world = World::start().await;
    let order = world.order().await;
    let first = world.attempt(&order).await;
    let told = world.pay(&order, &first, DECLINED).await;
    let second = world.attempt(&order).await;
    let (status, again) = world.try_pay(&order, &first["attempt"], Some("token_1")).await;
    assert_eq!((status, &again), (StatusCode::OK, &told));
    assert_eq!(again["status"], "declined");

    assert_eq!(world.pay(&order, &second, APPROVED).await["status"], "paid");
    let (_, late) = world.try_pay(&order, &first["attempt"], Some("token_1")).await;
    assert_eq!((late["status"].as_str(), &late["attempt"]), (Some("paid"), &second["attempt"]));
}

#[tokio::test]
async fn a_confirm_that_the_gateway_definitely_refuses_is_told_as_not_charged() {
    let world = World::with(Wish { pay_deadline: std::time::Duration::from_secs(2), ..Wish::default() }).await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    // Without browser_info no acquirer takes a challenge: refused as a request, before any bank saw it.
    let body = json!({
        "client_secret": opened["collect"]["client_secret"],
        "card": { "card_number": CHALLENGED, "card_exp_month": "12", "card_exp_year": "2030", "card_cvc": "123" },
    });
    let request = world.http.post(format!("{}/tokens", world.gateway_url)).header("api-key", PUBLISHABLE_KEY);
    let token: serde_json::Value = request.json(&body).send().await.unwrap().json().await.unwrap();
    let (_, result) = world.try_pay(&order, &opened["attempt"], token["token"].as_str()).await;
    assert_eq!(
        (result["status"].as_str(), world.read(&order).await["last_error"]["code"].as_str()),
        (Some("open"), Some("card_not_received")),
        "{result}"
    );
    assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
}

#[tokio::test]
async fn giving_up_and_opening_answer_in_time_whatever_the_gateway_does() {
    let deadline = std::time::Duration::from_millis(500);
    let world = World::with(Wish { pay_deadline: deadline, ..Wish::default() }).await;
    let order = world.order().await;
    let result = world.pay_with(&order, CHALLENGED).await;
    world.sandbox("webhooks", json!({ "mode": "hold" })).await;
    for route in ["POST /payments/{payment_id}/cancel", "POST /payments"] {
        world.sandbox("faults", json!({ "route": route, "fault": "delay", "ms": 5000, "times": 1 })).await;
    }
    let begun = tokio::time::Instant::now();
    assert_eq!(world.abandon(&order, &result["attempt"]).await["status"], "processing", "not definitely over");
    let (status, _) = world.try_attempt(&world.order().await).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(begun.elapsed() < std::time::Duration::from_secs(4), "{:?}", begun.elapsed());
    world.eventually_status(&order, "open").await;
}
