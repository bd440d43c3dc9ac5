//! Customers: who pays, as far as a merchant says so. Knows no card.

mod operations;
mod record;

pub(crate) use operations::{create, delete, list, list_with_count, retrieve, update};
pub(crate) use record::{Customer, remember, set_default};
