//! Two tabs, two cards: one charge.

use florin_domain::checkout::CollectMode;
use reqwest::StatusCode;

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

const OTHER: &str = "5555555555554444";

#[tokio::test]
async fn two_tabs_with_two_cards_charge_once() {
    for collect in [CollectMode::Token, CollectMode::Confirm] {
        let world = World::collecting(collect).await;
        let order = world.order().await;
        let (first, second) = tokio::join!(world.attempt(&order), world.attempt(&order));
        assert_eq!(first, second, "both tabs are given the one open attempt");
        let attempt = &first["attempt"];
        let (one, two) = if collect == CollectMode::Token {
            let (one, two) = (world.token(&first, APPROVED).await, world.token(&second, OTHER).await);
            tokio::join!(world.try_pay(&order, attempt, Some(&one)), world.try_pay(&order, attempt, Some(&two)))
        } else {
            let (one, two) =
                tokio::join!(world.confirm_in_browser(&first, APPROVED), world.confirm_in_browser(&second, OTHER));
            assert!([one.0, two.0].contains(&StatusCode::BAD_REQUEST), "one of the two was refused: {one:?} {two:?}");
            tokio::join!(world.try_pay(&order, attempt, None), world.try_pay(&order, attempt, None))
        };
        assert_eq!((one.1["status"].as_str(), two.1["status"].as_str()), (Some("paid"), Some("paid")));
        let paid = world.read(&order).await;
        assert_eq!((paid["amount_captured"].as_i64(), paid["status"].as_str()), (Some(4200), Some("paid")));
        world.eventually("the shop hears", async |world| !world.told().is_empty()).await;
        assert_eq!(world.told(), ["order.paid"]);
    }
}

#[tokio::test]
async fn sixteen_tabs_open_one_payment() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = futures_util::future::join_all((0..16).map(|_| world.attempt(&order))).await;
    assert!(opened.iter().all(|one| one == &opened[0]));
}

#[tokio::test]
async fn a_challenge_in_one_tab_keeps_the_other_from_paying() {
    let world = World::start().await;
    let order = world.order().await;
    let opened = world.attempt(&order).await;
    let first = world.pay(&order, &opened, CHALLENGED).await;
    assert_eq!(first["status"], "requires_action");
    let (_, second) = world.try_pay(&order, &opened["attempt"], Some("token_of_the_other_tab")).await;
    assert_eq!(second["status"], "requires_action", "the token is ignored, the attempt's own result is told");
    assert_eq!(world.try_attempt(&order).await.1["error"]["code"], "payment_in_progress");
}
