//! The bank says no; the order stays open for another card.

use florin_domain::checkout::CollectMode;

use crate::browser::{APPROVED, DECLINED};
use crate::world::World;

async fn a_declined_card_leaves_the_order_open_for_another(collect: CollectMode) {
    let world = World::collecting(collect).await;
    let order = world.order().await;
    let declined = world.pay_with(&order, DECLINED).await;
    assert_eq!((declined["status"].as_str(), declined["ok"].as_bool()), (Some("declined"), Some(false)));
    assert_eq!(declined["error"]["advice"], "other_card");
    assert_eq!(world.status_of(&order).await, "open");
    assert_eq!(world.read(&order).await["amount_captured"], 0);

    let paid = world.pay_with(&order, APPROVED).await;
    assert_eq!(paid["status"], "paid");
    world.eventually("the shop hears of both", async |world| world.told().len() == 2).await;
    assert_eq!(world.told(), ["order.payment_failed", "order.paid"]);
}

#[tokio::test]
async fn a_declined_card_leaves_the_order_open_for_another_by_token() {
    a_declined_card_leaves_the_order_open_for_another(CollectMode::Token).await;
}

#[tokio::test]
async fn a_declined_card_leaves_the_order_open_for_another_by_confirm() {
    a_declined_card_leaves_the_order_open_for_another(CollectMode::Confirm).await;
}

#[tokio::test]
async fn lost_and_stolen_cards_are_not_disclosed() {
    let world = World::start().await;
    for card in ["4000000000009987", "4000000000009979"] {
        let order = world.order().await;
        let declined = world.pay_with(&order, card).await;
        let said = declined.to_string().to_lowercase();
        assert_eq!(declined["status"], "declined");
        assert!(!said.contains("lost") && !said.contains("stolen"), "{said}");
    }
}
