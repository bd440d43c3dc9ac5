//! Who calls: merchants, their profiles, their keys. Knows no payment.

pub(crate) mod api_keys;
mod authenticate;
pub(crate) mod configs;
pub(crate) mod connectors;
pub(crate) mod ephemeral_keys;
pub(crate) mod merchant_accounts;
mod profile;
pub(crate) mod profiles;
mod provision;

pub(crate) use authenticate::{Admin, Caller, Merchant, SecretKey, check_client_secret};
pub(crate) use ephemeral_keys::OwnCustomer;
pub(crate) use profile::Profile;
pub use provision::{Provision, ProvisionError, Switches, provision};
