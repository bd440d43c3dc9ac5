//! Refunds. Reserved in one statement, so that no two of them together give back more than was taken.

mod create;
mod record;
mod retrieve;

pub(crate) use create::create;
pub(crate) use record::of_payment;
pub(crate) use retrieve::retrieve;
