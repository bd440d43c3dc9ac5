//! Refunds. Reserved in one statement, so that no two of them together give back more than was taken.

mod answer;
mod create;
mod list;
mod record;
mod retrieve;
mod sync;
mod update;

pub(crate) use answer::answer;
pub(crate) use create::create;
pub(crate) use list::list;
pub(crate) use record::of_payment;
pub(crate) use retrieve::retrieve;
pub(crate) use sync::sync;
pub(crate) use update::update;
