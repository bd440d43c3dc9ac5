//! Signs and verifies return URLs and webhooks.
//!
//! Bytes in, bytes out: knows no HTTP and no clock, and decides nothing about money. A signature
//! proves who wrote something, never that it is still true. Read the modules in this order.

mod query;
pub mod own_gateway;
pub mod sealed;
mod signing_key;
pub mod standard_webhooks;

pub use signing_key::{SigningKey, SigningKeyError};
