//! Every word the shopper reads. The words themselves are data of the document, one locale at a time:
//! `www/locales` on the host, a list in the order of [`Word`] in the browser.

mod words;

use std::rc::Rc;

use wasm_bindgen::JsValue;

pub use words::Word;

use crate::browser::texts;
use crate::entry::{Field, Mistake};
use crate::state::Decline;

/// The words of one language. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text(Rc<[&'static str]>);

impl Text {
    /// These words, in the order of [`Word::KEYS`].
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        // A page shows one or two languages: the words stay for as long as it does.
        Self(words.map(|word| &*Box::leak(word.into_boxed_str())).collect())
    }

    /// The words that the document or the frame host gives: a list; empty when it is none.
    pub fn read(list: JsValue) -> Self {
        Self::new(texts(list))
    }

    /// A word; nothing where the document lacks it.
    pub fn of(&self, word: Word) -> &'static str {
        self.nth(word, 0)
    }

    /// One of the words that stand in a row, one a field.
    pub fn for_field(&self, first: Word, field: Field) -> &'static str {
        self.nth(first, field as usize)
    }

    /// A mistake in a word or two, beside the label.
    pub fn word(&self, mistake: Mistake) -> &'static str {
        self.of(match mistake {
            Mistake::Missing => Word::WordMissing,
            Mistake::NumberLength => Word::WordNumberLength,
            Mistake::NumberDigits => Word::WordNumberDigits,
            Mistake::ExpiryIncomplete => Word::WordExpiryIncomplete,
            Mistake::ExpiryMonth => Word::WordExpiryMonth,
            Mistake::Expired => Word::WordExpired,
            Mistake::CodeSize(Some(4)) => Word::WordCode4,
            Mistake::CodeSize(Some(_)) => Word::WordCode3,
            Mistake::CodeSize(None) => Word::WordCode,
            Mistake::NameIsNumber => Word::WordNameIsNumber,
            Mistake::Refused => Word::WordRefused,
        })
    }

    /// A mistake as a sentence that says what to do.
    pub fn sentence(&self, field: Field, mistake: Mistake) -> &'static str {
        self.of(match mistake {
            Mistake::Missing => return self.for_field(Word::MissingNumber, field),
            Mistake::Refused => return self.for_field(Word::RefusedNumber, field),
            Mistake::NumberLength => Word::WrongNumberLength,
            Mistake::NumberDigits => Word::WrongNumberDigits,
            Mistake::ExpiryIncomplete => Word::WrongExpiryIncomplete,
            Mistake::ExpiryMonth => Word::WrongExpiryMonth,
            Mistake::Expired => Word::WrongExpired,
            Mistake::CodeSize(Some(4)) => Word::WrongCode4,
            Mistake::CodeSize(Some(_)) => Word::WrongCode3,
            Mistake::CodeSize(None) => Word::WrongCode,
            Mistake::NameIsNumber => Word::WrongNameIsNumber,
        })
    }

    /// Why the bank declined.
    pub fn declined(&self, reason: Decline) -> &'static str {
        self.nth(Word::DeclineCardDeclined, reason.place())
    }

    /// That `others` more fields want mending; nothing for none.
    pub fn more(&self, others: usize) -> &'static str {
        match others {
            1..=5 => self.nth(Word::MoreOne, others - 1),
            _ => "",
        }
    }

    fn nth(&self, first: Word, after: usize) -> &'static str {
        self.0.get(first as usize + after).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
