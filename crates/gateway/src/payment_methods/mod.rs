//! Saved cards: what a customer may pay with again. The cards themselves are the vault's.

mod charge;
mod create;
mod list;
mod offered;
mod operations;
mod record;
mod save;

pub(crate) use charge::{Keepsake, Opened, SavedTokens, Wish, card_of, settle};
pub(crate) use create::create;
pub(crate) use list::{list, list_for_browser};
pub(crate) use offered::offered;
pub(crate) use operations::{delete, make_default, retrieve, update};
pub(crate) use record::{card_shown, delete_all};
pub(crate) use save::save;
