//! `florin demo`: a shop, the merchant server, the gateway and the frame host, in one process or
//! four, on one folder. Read the modules in this order.

mod accounts;
mod address;
mod contradiction;
mod flags;
mod folder;
mod fresh;
mod greeting;
mod parts;
mod prepare;
mod record;
mod run;
mod sockets;
mod vault;

pub(crate) use flags::{DemoFlags, Part};
pub(crate) use parts::Parts;
pub(crate) use prepare::prepare;
pub(crate) use record::Record;
pub(crate) use run::run;
