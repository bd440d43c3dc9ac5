//! 3-D Secure: a pretended bank asks the shopper, and the shopper goes back to the shop.
//!
//! Every address here is opened by a browser without a key. None of them tells more than a shopper
//! may know; the way back carries the client secret, as OwnGateway's does.

mod bank;
mod complete;
pub(crate) mod page;
mod returns;
mod start;

pub(crate) use bank::{authorize, stylesheet};
pub(crate) use complete::complete;
pub(crate) use returns::{give_back, give_back_for};
pub(crate) use start::start;
