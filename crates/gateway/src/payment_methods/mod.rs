//! Saved cards: what a customer may pay with again. The cards themselves are the vault's.

mod charge;
mod create;
mod keepsake;
mod list;
mod offered;
mod operations;
mod record;
mod save;

pub(crate) use charge::{Opened, SavedTokens, Wish, card_of};
pub(crate) use create::create;
pub(crate) use keepsake::{Keepsake, settle};
pub(crate) use list::{list, list_for_browser};
pub(crate) use offered::offered;
pub(crate) use operations::{delete, make_default, retrieve, update};
pub(crate) use record::{card_shown, delete_all};
pub(crate) use save::save;
