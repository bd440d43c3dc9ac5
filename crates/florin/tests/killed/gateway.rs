//! The sandbox gateway, in the test's own process: it is not the one that is killed.

use std::net::SocketAddr;

use florin_domain::mode::Mode;
use florin_gateway::{Gateway, Provision, Switches};
use florin_store::{Clock, Randomness, Store, Target};
use secrecy::SecretString;
use tokio::net::TcpListener;

pub(crate) const SECRET_KEY: &str = "snd_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const PUBLISHABLE_KEY: &str = "pk_snd_0123456789abcdef0123456789abcdef";
pub(crate) const HASH_KEY: &str = "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr";
pub(crate) const FRAME: &str = "http://127.0.0.1:4244";

/// Starts it; answers its address. It tells `merchant` of what happens.
pub(crate) async fn start(target: Target, merchant: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = florin_gateway::Settings::new(&url, SecretString::from("demo_admin_key_of_a_test"), Mode::Test)
        .unwrap()
        .allow_browsers(&[FRAME.to_owned()])
        .unwrap();
    let store = Store::open(&target, &florin_gateway::SCHEMA, Mode::Test).await.unwrap();
    let gateway = Gateway::new(settings, store, Clock::system(), Randomness::system());
    let account = Provision {
        merchant_id: "merchant_test".to_owned(),
        merchant_name: "Cartoleria".to_owned(),
        profile_id: "pro_test".to_owned(),
        secret_key: SecretString::from(SECRET_KEY),
        publishable_key: PUBLISHABLE_KEY.to_owned(),
        return_hash_key: SecretString::from(HASH_KEY),
        webhook_url: Some(format!("{merchant}/webhooks/gateway")),
        return_url: None,
        switches: Switches::default(),
    };
    florin_gateway::provision(&gateway, account).await.unwrap();
    tokio::spawn(florin_gateway::run_workers(gateway.clone(), std::future::pending()));
    let service = florin_gateway::router(gateway).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    url
}
