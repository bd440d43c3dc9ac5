//! Pure rules of the checkout, the same in the browser, on a server and in a simulation.
//!
//! Knows no clock, no randomness, no environment, no database and no network: time and ids are
//! arguments. Read the modules in this order.

pub mod money;

pub mod timestamp;

pub mod ids;

pub mod mode;

pub mod country;

pub mod card;

pub mod error;

pub mod payment;

pub mod checkout;

pub mod order;

pub mod flow;

pub mod failure;
