//! Money that comes by two ways, or too late: one captured payment that is kept for a paid order, none
//! for any other.

use florin_domain::checkout::CollectMode;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

const BOTH: [CollectMode; 2] = [CollectMode::Token, CollectMode::Confirm];

/// What becomes of a cancel on its way to the gateway.
const CANCELS: [Option<&str>; 4] = [None, Some("drop_before"), Some("drop_after"), Some("ignored_cancel")];

/// Eight cards of different brands; the sandbox's banks approve five of them.
const CARDS: [&str; 8] = [
    "4242424242424242",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "4000056655665556",
    "5200828282828210",
    "5105105105105100",
    "371449635398431",
];

impl World {
    /// The shopper approves at the bank, however late, and is sent wherever the bank's pages lead.
    async fn approve_late(&self, result: &Value) {
        let action = result["action"]["url"].as_str().unwrap();
        let _ = self.http.get(action).send().await.unwrap();
        let attempt = action.rsplit('/').next().unwrap();
        let mut next = format!("{}/dummy-connector/complete/{attempt}?confirm=true", self.gateway_url);
        for _ in 0..4 {
            let (status, location) = self.follow(&next).await;
            if !status.is_redirection() || !location.starts_with("http://127.0.0.1") {
                break;
            }
            next = location;
        }
    }

    async fn cancel(&self, order: &Value) -> StatusCode {
        let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
        self.shop(Method::POST, &path, None).await.0
    }

    async fn break_cancels(&self, fault: Option<&str>) {
        if let Some(fault) = fault {
            self.fault("POST /payments/{payment_id}/cancel", fault).await;
        }
    }

    /// Lets the sweep have its turns until the order and all money stand still.
    async fn come_to_rest(&self, order: &Value) {
        let moving = "SELECT id FROM merchant.operations WHERE wake_at IS NOT NULL
             UNION ALL SELECT id FROM merchant.attempts WHERE holds = 1 AND state <> 'open'
             UNION ALL SELECT event_id FROM merchant.inbox WHERE wake_at IS NOT NULL";
        self.eventually(&format!("all money stands still, {order}"), async |world| {
            world.wait(5);
            world.books().column(moving).is_empty()
        })
        .await;
        self.assert_books_agree().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_tabs_with_eight_cards_charge_once() {
    for collect in BOTH {
        let world = World::collecting(collect).await;
        let other = world.another_server(true).await;
        for _ in 0..3 {
            let order = world.order().await;
            let tabs = CARDS.iter().enumerate().map(|(place, card)| {
                let (world, order, other) = (&world, &order, &other);
                async move {
                    let (status, opened) = world.try_attempt(order).await;
                    if status != StatusCode::OK {
                        return;
                    }
                    let token = match collect {
                        CollectMode::Token => Some(world.try_token(&opened, card).await.1),
                        _ => {
                            world.confirm_in_browser(&opened, card).await;
                            None
                        }
                    };
                    let mut body = json!({ "attempt": opened["attempt"] });
                    if let Some(token) = token {
                        body["token"] = token["token"].clone();
                    }
                    let server = if place % 2 == 0 { &world.merchant_url } else { &other.url };
                    let session = order["checkout"]["session"].as_str().unwrap();
                    let pay = world.http.post(format!("{server}/checkout/{session}/pay")).json(&body);
                    let _ = pay.send().await.unwrap();
                }
            });
            futures_util::future::join_all(tabs).await;
            // Unless the one card that got through was one that its bank declines.
            world
                .eventually("the race is over", async |world| {
                    ["paid", "open"].contains(&world.status_of(&order).await.as_str())
                })
                .await;
            if world.status_of(&order).await == "open" {
                assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid");
            }
            world.come_to_rest(&order).await;
            assert_eq!(world.status_of(&order).await, "paid");
            let kept = "SELECT payment_id FROM gateway.payments WHERE captured > 0";
            let id = order["id"].as_str().unwrap();
            let paid = "SELECT id FROM merchant.orders WHERE status = 'paid'";
            assert_eq!(world.books().column(kept).len(), world.books().column(paid).len(), "{id}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_approved_after_the_other_tab_paid_is_given_back() {
    for collect in BOTH {
        for cancel in CANCELS {
            let world = World::collecting(collect).await;
            let order = world.order().await;
            let first = world.pay_with(&order, CHALLENGED).await;
            world.break_cancels(cancel).await;
            let given_up = world.abandon(&order, &first["attempt"]).await;
            if given_up["status"] != "open" {
                // The answer was lost: the tab is told to wait, and the sweep asks again.
                world
                    .eventually("the fence holds", async |world| {
                        world.wait(5);
                        world.abandon(&order, &first["attempt"]).await["status"] == "open"
                    })
                    .await;
            }
            assert_eq!(world.pay_with(&order, APPROVED).await["status"], "paid", "{cancel:?}");
            world.approve_late(&first).await;
            world.come_to_rest(&order).await;
            assert_eq!(world.status_of(&order).await, "paid");
            assert_eq!(world.read(&order).await["amount_captured"], 4200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_expiry_pays_nothing() {
    for collect in BOTH {
        for cancel in CANCELS {
            let world = World::collecting(collect).await;
            let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "expires_in": 60 })).await;
            let result = world.pay_with(&order, CHALLENGED).await;
            world.break_cancels(cancel).await;
            // Nobody comes back from the bank in time.
            world
                .eventually("the order's time is over", async |world| {
                    world.wait(30);
                    world.status_of(&order).await == "expired"
                })
                .await;
            world.approve_late(&result).await;
            world.come_to_rest(&order).await;
            assert_eq!(world.status_of(&order).await, "expired", "{cancel:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_after_a_cancel_pays_unless_the_cancel_was_never_answered() {
    for collect in BOTH {
        for cancel in CANCELS {
            let world = World::collecting(collect).await;
            let order = world.order().await;
            let result = world.pay_with(&order, CHALLENGED).await;
            world.break_cancels(cancel).await;
            let status = world.cancel(&order).await;
            world.approve_late(&result).await;
            world.come_to_rest(&order).await;
            let expected = match cancel {
                // It never got there, so the approval was in time.
                Some("drop_before") => "paid",
                // It got there and nobody knew: the order waits for another card.
                Some("drop_after") => "open",
                // The gateway said so; what came afterwards goes back.
                _ => "canceled",
            };
            let told = if expected == "canceled" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            assert_eq!((status, world.status_of(&order).await.as_str()), (told, expected), "{cancel:?}");
        }
    }
}
