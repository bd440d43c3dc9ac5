//! Disputes: a shopper's bank wants a captured payment back, and the merchant may say why not.
//!
//! They arise with a test card, or by the sandbox's own control; nothing else here opens one.

mod evidence;
mod operations;
mod record;

pub(crate) use evidence::{add as add_evidence, attach_file, read as read_evidence, remove as remove_evidence};
pub(crate) use operations::{DisputeOrder, accept, follow, list, open_or_move, retrieve};
pub(crate) use record::{forget_customer, of_payment};
