//! The merchant server: holds the secret key and the price.
//!
//! Opens payments, takes card tokens, pays, and marks an order paid exactly once, whatever arrives:
//! answers, signed returns, webhooks, or nothing. It never sees a card number.
//!
//! Read the modules in this order.

mod api_error;
mod changes;
mod checkout;
mod conversation;
mod events;
mod extract;
mod gateways;
mod idempotency;
mod merchant;
mod orders;
mod pages;
mod returned;
mod sandbox;
mod settings;
mod storage;
mod webhook;
mod work;

use api_error::ApiError;

pub use merchant::{Merchant, router, run_workers};
pub use settings::{GatewayAccount, PAY_DEADLINE, Settings, ShopWebhook};
pub use storage::SCHEMA;
