//! What happens to a checkout: the shopper, the page, the servers.

use florin_domain::card::Brand;

use super::Notice;
use crate::entry::{Field, Mistake, Mistakes};
use crate::wire::Standing;

/// The price, as it is compared and as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Minor units, sent along so that nobody pays a price they did not see.
    pub amount: i64,
    /// In the shopper's locale.
    pub text: String,
}

/// What a try to pay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The merchant server's Result.
    Standing(Standing),
    /// The price is another by now; nothing was opened.
    Repriced,
    /// The attempt is somebody else's, or the order is closed: its status says which.
    Elsewhere,
    /// Nothing that could charge was sent.
    NotSent(Notice),
    /// Nor here: the page expects another publishable key.
    WrongKey,
    /// The gateway did not take what stands in this field; nothing was charged.
    FieldRefused(Field),
    /// The merchant server's Result once the challenge was to be given up.
    GivenUp(Standing),
    /// The challenge could not be given up: it stays as it is, and can be given up again.
    NotGivenUp,
    /// The merchant server's answer was lost or refused after the card had been handed over.
    Lost(Option<Notice>),
}

/// Why a status came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The form was just loaded.
    OnLoad,
    /// An answer is awaited.
    Awaiting,
    /// The bank's page in the dialog is done.
    Returned,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The page named a session, or asks to read the order again.
    Session,
    /// The page named another session than before.
    AnotherOrder,
    /// The order was read.
    Read(Price),
    /// The order could not be read; whether another try may help.
    Unreadable {
        /// The network failed, not the session.
        again: bool,
    },
    /// A field changed.
    Typed {
        /// Which.
        field: Field,
        /// What is wrong with it now.
        mistake: Option<Mistake>,
        /// The brand of the number so far.
        brand: Option<&'static Brand>,
        /// The card's other brand, on a card with two.
        second: Option<&'static Brand>,
    },
    /// Of a card's two brands, this one shall pay.
    Chose(&'static Brand),
    /// The browser found a network, or lost it.
    Online(bool),
    /// A field got the focus.
    Entered(Field),
    /// A field lost the focus; what is wrong with it, unless it is empty.
    Left(Field, Option<Mistake>),
    /// The button, Enter, or the page's `pay()`.
    Pressed(Result<(), Mistakes>),
    /// The page agrees to pay, or does not; none when it was asked in vain.
    PageSays(Option<bool>),
    /// A try to pay, or to give a challenge up, ended.
    Answered(Answer),
    /// A status came.
    Status(Asked, Standing),
    /// No status came.
    NoStatus(Asked),
    /// The shopper gives the challenge up: for another card, or by closing the bank's page.
    GaveUp {
        /// The page was closed.
        closed: bool,
    },
    /// The bank's page in the dialog is done; only the server knows how.
    Returned,
    /// The page wants the fields empty.
    Clear,
}
