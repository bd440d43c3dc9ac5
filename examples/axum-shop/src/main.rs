//! A shop in Rust that mounts the merchant server into itself: sells one notebook, and ships it once.
//!
//! `cargo run --package florin-axum-shop -- path/to/demo.json`

mod config;
mod shop;

use std::path::Path;

use anyhow::{Context, Result};
use florin_domain::mode::Mode;
use florin_merchant::Merchant;
use florin_store::{Clock, Randomness, Store, Target};
use tokio::net::TcpListener;
use tokio::sync::watch;

use config::Config;
use shop::Shop;

#[tokio::main]
async fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).context("name the file: path/to/demo.json")?;
    let config = Config::read(Path::new(&path))?;
    let database = Target::parse(&config.merchant_database)?;
    let store = Store::open(&database, &florin_merchant::SCHEMA, Mode::Test).await?;
    let merchant = Merchant::new(config.settings()?, store, Clock::system(), Randomness::system())?;

    // Webhooks, retries and sweeps: what the merchant server does when nobody asks.
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(florin_merchant::run_workers(merchant.clone(), stopped));

    // One router, on the shop's address and on the one that gateway and form know.
    let florin = florin_merchant::router(merchant);
    let app = Shop::new(&config, florin.clone(), Path::new(&path))?.router().merge(florin);
    let shop = TcpListener::bind(Config::socket(&config.shop_url)?).await?;
    let server = TcpListener::bind(Config::socket(&config.merchant_url)?).await?;
    let (one, other) = (axum::serve(shop, app.clone()), axum::serve(server, app));
    tokio::try_join!(async { one.await }, async { other.await })?;
    Ok(())
}
