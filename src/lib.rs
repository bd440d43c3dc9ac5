//! The form: card fields and a pay button. Runs in a frame on an origin of its own.
//!
//! Knows a publishable key for the length of one payment, and no secret. Read the modules in this
//! order.

pub mod text;
pub mod entry;
pub mod wire;
pub mod state;
pub mod form;
pub mod button;
pub mod outcome;
pub mod port;
pub mod fetch;
pub mod merchant;
pub mod gateway;
pub mod pay;
pub mod browser;
mod ears;
pub mod checkout;
