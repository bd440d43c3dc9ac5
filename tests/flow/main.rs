//! The servers in one process, over HTTP, on real databases, with a clock that stands still.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod answers;
mod attempt_results;
mod bad_days;
mod bad_input;
mod browser;
mod challenge;
mod decline;
mod events;
mod expiry;
mod fences;
mod idempotency;
mod limits;
mod lost_operations;
mod money_back;
mod operations;
mod paying;
mod races;
mod reprice;
mod returned;
mod shop;
mod tabs;
mod webhook;
mod workers;
mod world;
