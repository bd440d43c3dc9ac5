//! Why the bank declined, as far as a shopper is told. Each group has a sentence in every language.

use florin_domain::error::Advice;

use crate::entry::Field;
use crate::wire::ErrorAnswer;

/// The merchant server's codes of declines, in the order of their sentences. Lost, stolen and
/// suspected cards are told like any refusal, the first.
pub static DECLINES: [&str; 13] = [
    "card_declined",
    "authentication_required",
    "authentication_failed",
    "insufficient_funds",
    "limit_exceeded",
    "expired_card",
    "incorrect_cvc",
    "incorrect_number",
    "address_mismatch",
    "card_not_supported",
    "currency_not_supported",
    "payment_not_set_up",
    "try_again_later",
];

/// A group of decline reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline(u8);

impl Decline {
    /// No reason that may be told.
    pub const OTHER: Self = Self(0);
    /// No reason, but the same card may work. Its sentence stands in the row after those of the server's.
    pub const AGAIN: Self = Self(13);
    /// Not the bank's doing: the shopper closed its page, and nothing was charged. The last of the row.
    pub const CLOSED: Self = Self(14);

    /// The group that the merchant server calls so.
    pub fn named(code: &str) -> Option<Self> {
        DECLINES.iter().position(|known| *known == code).and_then(|place| u8::try_from(place).ok()).map(Self)
    }

    /// Where its sentence stands in the row.
    pub fn place(self) -> usize {
        usize::from(self.0)
    }

    /// The field that the bank found wrong.
    pub fn field(self) -> Option<Field> {
        match DECLINES.get(self.place()).copied()? {
            "expired_card" => Some(Field::Expiry),
            "incorrect_cvc" => Some(Field::Code),
            "incorrect_number" => Some(Field::Number),
            _ => None,
        }
    }
}

/// The group, and whether the same card may work.
pub(super) fn reason(error: Option<&ErrorAnswer>) -> (Decline, bool) {
    let Some(error) = error else { return (Decline::OTHER, false) };
    let soft = matches!(error.advice, Advice::TryAgain | Advice::Authenticate);
    let reason = match Decline::named(&error.code).unwrap_or(Decline::OTHER) {
        Decline::OTHER if soft => Decline::AGAIN,
        named => named,
    };
    (reason, soft || reason.field().is_some())
}
