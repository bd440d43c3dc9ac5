//! What a checkout wants done; carried out elsewhere.

use super::{Asked, Notice};
use crate::entry::Field;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the order.
    Read,
    /// Ask the page whether to pay now.
    AskPage,
    /// Open an attempt, hand the card over, pay.
    Pay,
    /// Ask how the order stands, after so many milliseconds.
    Status {
        /// Why.
        asked: Asked,
        /// How long to wait before.
        after_ms: u32,
    },
    /// Give this attempt up.
    Abandon(String),
    /// Have the page go to the bank.
    Challenge(String),
    /// Put the focus into a field.
    Focus(Field),
    /// Empty all fields.
    Wipe,
    /// Empty the code of a card that has none: it was typed before the number.
    WipeCode,
    /// Leave the last four digits, and nothing else.
    ShowPaid,
    /// Tell the page how it went without a Result of the server's.
    Tell(Told),
}

/// An outcome that no server gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A field is wrong and has the focus.
    Invalid(Field),
    /// Nothing was charged; the order is open.
    Open(Notice),
    /// The page expects another publishable key than the order's.
    WrongKey,
    /// No answer came.
    Unknown,
    /// The order can't be read.
    Unreadable,
}
