//! The servers in one process, over HTTP, on real databases, with a clock that stands still.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod answers;
mod attempt_results;
mod audit;
mod authentication;
mod bad_days;
mod bad_input;
mod browser;
mod challenge;
mod decline;
mod documented;
mod events;
mod expiry;
mod fences;
mod fuzz;
mod guards;
mod held_off;
mod hostile;
mod hung_gateway;
mod idempotency;
mod kept;
mod late;
mod limits;
mod listening;
mod lost_operations;
mod missed;
mod money_back;
mod operations;
mod paying;
mod races;
mod receipt;
mod reprice;
mod return_families;
mod returned;
mod review;
mod servers;
mod shop;
mod storm;
mod tabs;
mod upgrade;
mod watched;
mod webhook;
mod workers;
mod world;
