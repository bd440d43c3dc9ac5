//! What stands in a field after a key: text grouped as on the card, and the caret where it was.
//!
//! Carets count UTF-16 units, as browsers do. Knows no browser.

use super::brand::{Brand, FOURS, brand_of};
use super::digits::digit;

/// Between month and year.
const SLASH: &str = " / ";

/// No card number has more digits.
const LONGEST: usize = 19;

/// A field's text and its caret, in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// What stands in the field.
    pub text: String,
    /// Where the next character lands.
    pub caret: usize,
}

/// A key that only took a gap away meant the digit beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// Backspace: the digit before the caret.
    Before,
    /// Delete: the digit after the caret.
    After,
}

/// Digits with gaps after the places that `brand` has them. A gap needs a digit behind it.
pub fn format(digits: &str, brand: Option<&Brand>) -> String {
    let gaps = brand.map_or(FOURS, |brand| brand.gaps);
    let mut text = String::with_capacity(digits.len() + gaps.len());
    for (place, letter) in digits.chars().enumerate() {
        if gaps.iter().any(|gap| usize::from(*gap) == place) {
            text.push(' ');
        }
        text.push(letter);
    }
    text
}

/// A card number as it stands after a key; the caret stays behind the digit it was behind.
///
/// Digits typed at the end beyond the longest number of the brand are cut off. A key in the middle cuts
/// nothing that a card can have: it may change the brand for a moment.
pub fn type_number(text: &str, caret: usize, erase: Option<Erase>) -> (Typed, Option<&'static Brand>) {
    let (mut digits, mut before) = read(text, caret);
    match erase {
        Some(Erase::Before) if before > 0 => {
            before -= 1;
            digits.remove(before);
        }
        Some(Erase::After) if before < digits.len() => {
            digits.remove(before);
        }
        _ => {}
    }
    let brand = brand_of(&digits);
    digits.truncate(LONGEST);
    if before >= digits.len() {
        digits.truncate(brand.map_or(LONGEST, Brand::longest));
    }
    let caret = format(&digits[..before.min(digits.len())], brand).len();
    (Typed { text: format(&digits, brand), caret }, brand)
}

/// An expiry date as it stands after a key: `MM / YY`. A first digit that no month begins with
/// gets its zero; `erasing` keeps the slash from coming back under a backspace.
///
/// "13" may still become January 2030 or a month that does not exist: the next key says. While the caret is
/// in the month of a date, that stays as it is typed, and lends nothing to the year.
pub fn type_expiry(text: &str, caret: usize, erasing: bool) -> Typed {
    let at_end = caret >= text.encode_utf16().count();
    let (digits, mut before) = read(text, caret);
    let gap = end_of_month(text);
    let slash = gap.map(|place| digits_in(&text[..place]));
    let is_date = slash.is_some_and(|slash| slash < digits.len());
    let in_month = is_date && gap.is_some_and(|place| caret <= text[..place].encode_utf16().count());
    let (mut month, mut year) = match (digits.as_bytes(), slash) {
        (_, Some(slash)) if in_month || (slash == 0 && is_date) => {
            (digits[..slash].to_owned(), digits[slash..].to_owned())
        }
        ([b'2'..=b'9', ..], _) if slash != Some(2) => (padded(&digits[..1], &mut before), digits[1..].to_owned()),
        ([b'1', ..], Some(1)) => (padded("1", &mut before), digits[1..].to_owned()),
        ([b'1', b'3'..=b'9', _, ..], None) => (padded("1", &mut before), digits[1..].to_owned()),
        _ => {
            let (month, year) = digits.split_at(digits.len().min(2));
            (month.to_owned(), year.to_owned())
        }
    };
    month.truncate(2);
    year.truncate(4);
    let is_open = slash.is_none() && matches!(month.as_bytes(), [b'1', b'3'..=b'9']);
    let mut text = month;
    let before = if in_month { before.min(text.len()) } else { before };
    let caret = before + if before > text.len() { SLASH.len() } else { 0 };
    if !year.is_empty() || (text.len() == 2 && !erasing && !is_open) {
        text.push_str(SLASH);
    }
    text.push_str(&year);
    let caret = if at_end { text.len() } else { caret.min(text.len()) };
    Typed { text, caret }
}

/// Where the digits of the month end, if anything stands behind them: the slash, or what people type for one.
/// Beside a slash every other letter is a slip.
fn end_of_month(text: &str) -> Option<usize> {
    let is_digit = |letter: char| digit(letter).is_some();
    match text.find('/') {
        Some(slash) => Some(text[..slash].trim_end_matches(|letter| !is_digit(letter)).len()),
        None => {
            let began = text.find(is_digit)?;
            text[began..].find(|letter| !is_digit(letter)).map(|place| began + place)
        }
    }
}

/// A month of one digit, with its zero; a caret behind it moves along.
fn padded(month: &str, before: &mut usize) -> String {
    *before += usize::from(*before > 0);
    ["0", month].concat()
}

/// The digits of `text`, and how many of them stand before the caret.
fn read(text: &str, caret: usize) -> (String, usize) {
    let (mut digits, mut before, mut place) = (String::with_capacity(text.len()), 0, 0);
    for letter in text.chars() {
        if let Some(digit) = digit(letter) {
            digits.push(digit);
            before += usize::from(place < caret);
        }
        place += letter.len_utf16();
    }
    (digits, before)
}

fn digits_in(text: &str) -> usize {
    text.chars().filter(|letter| digit(*letter).is_some()).count()
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod properties;
