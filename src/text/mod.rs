//! Every word the shopper reads. One table a language; the table's type makes a gap impossible.

mod english;

use crate::entry::{Field, Mistake};

/// The words of one language.
#[derive(Debug)]
pub struct Text {
    /// Labels, in the order of the fields.
    pub labels: [&'static str; 4],
    /// Labels for half a cell on a narrow screen.
    pub short_labels: [&'static str; 4],
    /// What an empty field shows.
    pub placeholders: [&'static str; 4],
    /// The empty security code of an American Express.
    pub four_digits: &'static str,
    /// Names the group of fields.
    pub form: &'static str,
    /// Introduces the accepted marks to those who can't see them.
    pub accepted: &'static str,
    /// The button, by phase.
    pub button: ButtonText,
    /// The message line, by what happened.
    pub message: MessageText,
    /// A mistake in a word or two, beside the label; at most 14 letters in half a cell.
    pub word: fn(Mistake) -> &'static str,
    /// A mistake as a sentence that says what to do.
    pub sentence: fn(Field, Mistake) -> &'static str,
    /// That one more, or two more, fields want mending.
    pub more: [&'static str; 3],
}

/// The pay button's words.
#[derive(Debug)]
pub struct ButtonText {
    /// Ready, or still incomplete.
    pub pay: &'static str,
    /// The request is under way.
    pub paying: &'static str,
    /// The bank waits for the shopper.
    pub challenge: &'static str,
    /// The bank will tell.
    pub processing: &'static str,
    /// No answer came.
    pub checking: &'static str,
    /// The same card may work.
    pub again: &'static str,
    /// Another card may work.
    pub another: &'static str,
    /// Done.
    pub paid: &'static str,
    /// The time is over.
    pub expired: &'static str,
    /// The shop ended it.
    pub canceled: &'static str,
    /// There is no such session.
    pub unavailable: &'static str,
}

/// Sentences under the slip.
#[derive(Debug)]
pub struct MessageText {
    /// The bank waits for the shopper.
    pub challenge: &'static str,
    /// Gives the challenge up.
    pub use_another: &'static str,
    /// The bank will tell.
    pub processing: &'static str,
    /// The answer was lost after sending.
    pub unknown: &'static str,
    /// The shop's server could not be reached; nothing was sent.
    pub not_sent: &'static str,
    /// It came out that nothing was charged.
    pub not_charged: &'static str,
    /// The price changed while the form was open.
    pub repriced: &'static str,
    /// Too many tries.
    pub too_many: &'static str,
    /// The card can't be handed over safely.
    pub misconfigured: &'static str,
    /// The order could not be read.
    pub unreadable: &'static str,
    /// There is no such session.
    pub no_session: &'static str,
    /// The time is over.
    pub expired: &'static str,
    /// The shop ended it.
    pub canceled: &'static str,
    /// The page asked not to pay now.
    pub vetoed: &'static str,
    /// The bank declined; no reason that may be told.
    pub declined: &'static str,
    /// The bank declined; the same card may work later.
    pub declined_again: &'static str,
    /// The bank did not confirm the shopper.
    pub not_confirmed: &'static str,
    /// The shop does not take such cards.
    pub not_supported: &'static str,
    /// The bank is busy.
    pub busy: &'static str,
    /// There is not enough money.
    pub funds: &'static str,
}

/// The words for a locale such as `en-GB`; English where there are no others.
pub fn of(_locale: &str) -> &'static Text {
    &english::ENGLISH
}
