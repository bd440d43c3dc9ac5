//! Mandates: a shopper's leave to charge a saved card without them. Knows no card number.

mod charge;
mod operations;
mod record;

pub(crate) use charge::{NewMandate, recount, settle, spent, to_charge};
pub(crate) use operations::{list, list_of_customer, retrieve, revoke};
pub(crate) use record::{any_active, end_all, rename_card};
