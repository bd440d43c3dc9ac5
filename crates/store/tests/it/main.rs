//! The store from outside: what it promises, on every engine it has.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets an error has failed; clippy knows only functions marked as tests"
)]

mod commit_in_doubt;
mod conformance;
mod encrypted;
#[cfg(target_os = "linux")]
mod failing_disk;
mod postgres;
mod sqlite;
