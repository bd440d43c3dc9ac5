//! Webhooks: an event is written with the change it tells of, then sent until somebody takes it.
//!
//! One event for an object and a type, ever, as OwnGateway does: a merchant must read, not count.
//! Every try sends the same bytes with the same signature.

mod deliver;
mod event;
mod events;
mod reach;
mod schedule;
mod tries;
mod worker;

pub(crate) use event::{tell_dispute, tell_mandate, tell_payment, tell_refund};
pub(crate) use events::{attempts as event_attempts, list as list_events, retry as retry_event};
pub(crate) use worker::run;
