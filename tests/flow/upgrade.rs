//! A database that an earlier release left with attempts in it is used as it stands.

use florin_domain::mode::Mode;
use florin_store::{Schema, Store};
use serde_json::json;

use crate::browser::{APPROVED, CHALLENGED, DECLINED};
use crate::world::World;

/// What versions 6 to 11 brought, taken back.
const BACK_TO_5: &[&str] = &[
    "ALTER TABLE merchant.attempts DROP COLUMN as_opened",
    "DROP TABLE merchant.sandbox_clock",
    "ALTER TABLE merchant.orders DROP COLUMN closing_until",
    "ALTER TABLE merchant.attempts DROP COLUMN asked_again",
    "DROP INDEX merchant.inbox_by_wait",
    "DROP INDEX merchant.outbox_by_time",
    "DROP TABLE merchant.listening",
    "ALTER TABLE merchant.attempts DROP COLUMN three_ds",
    "DELETE FROM merchant.store_migrations WHERE series = 'merchant' AND version > 5",
];

impl World {
    /// Leaves the merchant server's database as version 5 would have.
    async fn goes_back_to_version_5(&self) {
        self.close_merchant_store().await;
        for sql in BACK_TO_5 {
            self.books().column(sql);
        }
        let migrations = &florin_merchant::SCHEMA.migrations[..5];
        let old: &'static Schema = Box::leak(Box::new(Schema { role: "merchant", migrations }));
        Store::open(&self.merchant_database(), old, Mode::Test).await.unwrap().close().await;
    }
}

#[tokio::test]
async fn attempts_of_an_earlier_release_go_on_after_the_upgrade() {
    let mut world = World::idle().await;
    let (open, declined, at_the_bank) = (world.order().await, world.order().await, world.order().await);
    let waiting = world.attempt(&open).await;
    world.pay_with(&declined, DECLINED).await;
    let challenged = world.pay_with(&at_the_bank, CHALLENGED).await;
    // The bank has decided; the news of it are in the inbox, or lost.
    world.at_the_bank(challenged["action"]["url"].as_str().unwrap(), true).await;
    world.goes_back_to_version_5().await;

    let upgraded = world.another_server(false).await;
    world.turn_to(&upgraded);
    assert_eq!(world.attempt(&open).await, waiting, "the same payment waits for a card");
    assert_eq!(world.pay(&open, &waiting, APPROVED).await["status"], "paid");
    let result = world.result(&declined).await;
    assert_eq!((&result["status"], &result["error"]["code"]), (&json!("declined"), &json!("card_declined")));
    assert_eq!(world.pay_with(&declined, APPROVED).await["status"], "paid");
    assert_eq!(world.result(&at_the_bank).await["attempt"], challenged["attempt"]);
    world.wait(120);
    while upgraded.merchant.run_due().await.unwrap() {}
    for order in [&open, &declined, &at_the_bank] {
        assert_eq!(world.status_of(order).await, "paid");
    }
    assert_eq!(world.books().disagreements(), Vec::<String>::new());
}
