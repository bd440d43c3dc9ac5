//! What opens a payment to a browser stands in rows and answers, and in no log.

use florin_domain::checkout::{Collect, CollectMode};
use florin_domain::order::AttemptState;
use florin_domain::payment::IntentStatus;

use crate::scene::{at, opened, snapshot};

const SECRET: &str = "pay_1_secret_1";

#[test]
fn a_client_secret_does_not_print_and_the_rest_does() {
    let seen = snapshot(IntentStatus::Succeeded);
    let AttemptState::Open(opened) = opened() else { panic!("not open") };
    let collect = Collect {
        mode: CollectMode::Token,
        gateway: "https://gateway.example".to_owned(),
        publishable_key: "pk_1".to_owned(),
        payment_id: seen.payment.clone(),
        client_secret: SECRET.to_owned(),
        expires_at: at(3600),
    };
    assert_eq!((seen.client_secret.as_deref(), opened.client_secret.as_str()), (Some(SECRET), SECRET));
    for (printed, names) in [
        (format!("{seen:?}"), "Snapshot { payment: pay_1, status: Succeeded, amount: 4200"),
        (format!("{opened:?}"), "Opened { expires_at:"),
        (format!("{collect:?}"), "Collect { mode: Token, payment_id:"),
    ] {
        assert!(printed.starts_with(names), "{printed}");
        assert!(!printed.contains("secret"), "{printed}");
    }
}
