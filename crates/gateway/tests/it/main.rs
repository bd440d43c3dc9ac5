//! The gateway through HTTP: a fresh database, a clock that stands still, seeded ids.

#![expect(clippy::unwrap_used, reason = "all of this is a test; Clippy looks at test functions alone")]

mod bad_days;
mod accounts;
mod canary;
mod coverage;
mod customers;
mod disputes;
mod documented;
mod ephemeral_keys;
mod events;
mod exact_words;
mod forgetting;
mod idempotency;
mod later_steps;
mod lists;
mod mandates;
mod multiple_captures;
mod payment_methods;
mod cards;
mod challenge;
mod currencies;
mod harness;
mod keys;
mod ledger;
mod page;
mod payments;
mod provision;
mod races;
mod refunds;
mod sandbox;
mod saved_cards;
mod sessions;
mod tokens;
mod webhooks;
