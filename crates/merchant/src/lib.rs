//! The merchant server: holds the secret key and the price.
//!
//! Opens payments, takes card tokens, pays, and marks an order paid exactly once, whatever arrives:
//! answers, signed returns, webhooks, or nothing. It never sees a card number.
//!
//! Read the modules in this order.

mod api_error;
mod broken_rule;
mod by_name;
mod changes;
mod checkout;
mod conversation;
mod events;
mod extract;
mod gateways;
mod idempotency;
mod keys;
mod listen;
mod merchant;
mod metrics;
mod network;
mod openapi;
mod orders;
mod pages;
mod replay;
mod returned;
mod routes;
mod sandbox;
mod settings;
mod storage;
mod webhook;
mod work;

use api_error::ApiError;

pub use keys::{KeyEntry, key_inventory};
pub use merchant::{Merchant, run_workers};
pub use replay::replay;
pub use routes::router;
pub use sandbox::resume_clock;
pub use settings::{GatewayAccount, PAY_DEADLINE, ReturnScheme, Settings, ShopWebhook};
pub use storage::{Direction, MOST_REPLAYED, Replayed, SCHEMA, Selection};
