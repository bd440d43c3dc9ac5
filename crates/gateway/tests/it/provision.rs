//! Making an account, again and again, and wrongly.

use florin_gateway::{Provision, ProvisionError, Switches, provision};
use secrecy::SecretString;
use serde_json::json;

use crate::harness::{APPROVED, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, account};

const NEW_KEY: &str = "snd_new_0123456789abcdef0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn an_account_made_twice_is_one_account_and_keeps_its_payments() {
    let gateway = TestGateway::start().await;
    let paid = gateway.pay("pay_1", APPROVED, json!({})).await;
    provision(&gateway.gateway, account(None, Switches::default())).await.unwrap();
    assert_eq!(gateway.read("pay_1").await, paid);
}

#[tokio::test]
async fn a_new_secret_key_ends_the_old_one() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let account = Provision { secret_key: SecretString::from(NEW_KEY), ..account(None, Switches::default()) };
    provision(&gateway.gateway, account).await.unwrap();
    assert_eq!(gateway.get("/payments/pay_1", SECRET_KEY).await.0, 401);
    assert_eq!(gateway.get("/payments/pay_1", NEW_KEY).await.0, 200);
}

#[tokio::test]
async fn an_account_that_can_not_be_is_refused_and_changes_nothing() {
    let gateway = TestGateway::start().await;
    let sound = || account(None, Switches::default());
    let stranger = || Provision {
        merchant_id: "merchant_3".to_owned(),
        profile_id: "pro_3".to_owned(),
        secret_key: SecretString::from(NEW_KEY),
        publishable_key: "pk_snd_3".to_owned(),
        ..sound()
    };
    for (account, expected) in [
        (Provision { merchant_id: "a b".to_owned(), ..sound() }, "merchant_id must be 1 to 64 letters"),
        (Provision { secret_key: SecretString::from(""), ..sound() }, "secret_key needs at least"),
        (Provision { return_hash_key: SecretString::from("short"), ..sound() }, "return_hash_key needs at least"),
        (Provision { publishable_key: NEW_KEY.to_owned(), ..sound() }, "publishable_key must begin with pk_"),
        (Provision { webhook_url: Some("file:///etc/passwd".to_owned()), ..sound() }, "webhook_url is not"),
        (Provision { secret_key: SecretString::from(SECRET_KEY), ..stranger() }, "secret_key belongs"),
        (Provision { publishable_key: PUBLISHABLE_KEY.to_owned(), ..stranger() }, "publishable_key belongs"),
        (Provision { profile_id: "pro_1".to_owned(), ..stranger() }, "profile_id belongs"),
    ] {
        let error: ProvisionError = provision(&gateway.gateway, account).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    assert_eq!(gateway.get("/payments/pay_1", SECRET_KEY).await.0, 404, "the old key still works");
    assert_eq!(gateway.get("/payments/pay_1", NEW_KEY).await.0, 401, "no stranger came in");
}
