//! Events to the shop leave when they are written, not when the next timer happens to ring.

use reqwest::Method;

use crate::world::World;

#[tokio::test]
async fn the_shop_hears_of_its_cancel_at_once() {
    let world = World::start().await;
    let order = world.order().await;
    // Whatever woke the workers before has come to rest.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let path = format!("/v1/orders/{}/cancel", order["id"].as_str().unwrap());
    world.shop(Method::POST, &path, None).await;
    world.eventually("the shop hears", async |world| world.told() == ["order.canceled"]).await;
}
