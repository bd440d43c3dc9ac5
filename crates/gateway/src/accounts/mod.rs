//! Who calls: merchants, their profiles, their keys. Knows no payment.

mod authenticate;
mod profile;
mod provision;

pub(crate) use authenticate::{Admin, Caller, Merchant, SecretKey, check_client_secret};
pub(crate) use profile::Profile;
pub use provision::{Provision, ProvisionError, Switches, provision};
