//! The steps that move money, row by row, as one grid, and in a small world that goes wrong on purpose.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod abandon;
mod authentication;
mod close;
mod confirm;
mod grid;
mod open;
mod operate;
mod outcome;
mod pay;
mod reprice;
mod resolve;
mod review;
mod scene;
mod secrets;
mod simulation;
mod statuses;
mod words;
