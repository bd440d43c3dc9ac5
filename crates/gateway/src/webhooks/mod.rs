//! Webhooks: an event is written with the change it tells of, then sent until somebody takes it.
//!
//! One event for an object and a type, ever, as OwnGateway does: a merchant must read, not count.
//! Every try sends the same bytes with the same signature.

mod deliver;
mod event;
mod schedule;
mod worker;

pub(crate) use event::{tell_payment, tell_refund};
pub(crate) use worker::run;
