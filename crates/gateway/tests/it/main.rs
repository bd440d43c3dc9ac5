//! The gateway through HTTP: a fresh database, a clock that stands still, seeded ids.

#![expect(clippy::unwrap_used, reason = "all of this is a test; Clippy looks at test functions alone")]

mod canary;
mod challenge;
mod harness;
mod keys;
mod payments;
mod provision;
mod races;
mod refunds;
mod sandbox;
mod sessions;
mod tokens;
mod webhooks;
