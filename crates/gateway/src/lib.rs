//! The sandbox gateway: speaks OwnGateway's wire API for cards.
//!
//! Knows no merchant server: it meets one over HTTP only. Money here is pretended; everything else
//! (keys, states, signatures, webhooks, lost answers) is meant to be as a real gateway does it.
//! Read the modules in this order.

mod accounts;
mod challenge;
mod connector;
mod customers;
mod disputes;
mod gateway;
mod idempotency;
mod ledger;
mod mandates;
mod openapi;
mod payment_methods;
mod payments;
mod refunds;
mod routes;
mod sandbox;
mod settings;
mod vault;
mod webhooks;
mod wire;
mod workers;

pub use accounts::{Provision, ProvisionError, Switches, provision};
pub use gateway::{Gateway, SCHEMA};
pub use routes::router;
pub use sandbox::resume_clock;
pub use settings::{DeclineLimits, Settings, SettingsError};
pub use vault::{Rotation, VaultKeys, VaultKeysError, rotate as rotate_vault};
pub use workers::run_workers;
