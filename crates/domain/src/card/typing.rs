//! What stands in a field after a key: text grouped as on the card, and the caret where it was.
//!
//! Carets count UTF-16 units, as browsers do. Knows no browser.

use super::brand::{Brand, FOURS, brand_of};
use super::digits::digit;

/// Between month and year.
const SLASH: &str = " / ";

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
/// Digits beyond the longest number of the brand are cut off.
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
    digits.truncate(brand.map_or(19, Brand::longest));
    let caret = format(&digits[..before.min(digits.len())], brand).len();
    (Typed { text: format(&digits, brand), caret }, brand)
}

/// An expiry date as it stands after a key: `MM / YY`. A first digit that no month begins with
/// gets its zero; `erasing` keeps the slash from coming back under a backspace.
pub fn type_expiry(text: &str, caret: usize, erasing: bool) -> Typed {
    let at_end = caret >= text.encode_utf16().count();
    let (digits, mut before) = read(text, caret);
    let slash = text.find('/').map(|place| digits_in(&text[..place]));
    let (month, mut year) = match (digits.as_bytes(), slash) {
        ([b'2'..=b'9', ..], _) if slash != Some(2) => (padded(&digits[..1], &mut before), digits[1..].to_owned()),
        ([b'1', ..], Some(1)) => (padded("1", &mut before), digits[1..].to_owned()),
        ([b'1', b'3'..=b'9', ..], None) => (padded("1", &mut before), digits[1..].to_owned()),
        _ => (digits.chars().take(2).collect(), digits.chars().skip(2).collect()),
    };
    year.truncate(4);
    let mut text = month;
    if !year.is_empty() || (text.len() == 2 && !erasing) {
        text.push_str(SLASH);
    }
    text.push_str(&year);
    let caret = if at_end { text.len() } else { (before + if before > 2 { SLASH.len() } else { 0 }).min(text.len()) };
    Typed { text, caret }
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
mod tests {
    use super::*;

    /// `|` marks the caret.
    fn unmark(marked: &str) -> (String, usize) {
        let at = marked.find('|').expect("a caret");
        (marked.replace('|', ""), marked[..at].encode_utf16().count())
    }

    fn mark(typed: &Typed) -> String {
        let mut text = typed.text.clone();
        text.insert(typed.caret, '|');
        text
    }

    #[track_caller]
    fn number(marked: &str, erase: Option<Erase>, expected: &str) {
        let (text, caret) = unmark(marked);
        assert_eq!(mark(&type_number(&text, caret, erase).0), expected, "{marked:?}");
    }

    #[track_caller]
    fn expiry(marked: &str, erasing: bool, expected: &str) {
        let (text, caret) = unmark(marked);
        assert_eq!(mark(&type_expiry(&text, caret, erasing)), expected, "{marked:?}");
    }

    #[test]
    fn a_number_is_grouped_and_the_caret_stays() {
        number("4|", None, "4|");
        number("4242|", None, "4242|");
        number("42424|", None, "4242 4|");
        number("4242 94|242", None, "4242 94|24 2");
        number("42942 4|242", None, "4294 24|24 2");
        number("|4242 4242", None, "|4242 4242");
        number("3782822463|10005", None, "3782 822463| 10005");
        number("４２４２４|", None, "4242 4|");
        number("4242-4242 4242/4242|", None, "4242 4242 4242 4242|");
        number("😀4|2", None, "4|2");
        number("5555 5555 5555 44449|", None, "5555 5555 5555 4444|");
    }

    #[test]
    fn erasing_a_gap_erases_the_digit_beside_it() {
        number("4242|4242", Some(Erase::Before), "424|4 242");
        number("4242|4242", Some(Erase::After), "4242| 242");
        number("|4242", Some(Erase::Before), "|4242");
        number("4242|", Some(Erase::After), "4242|");
    }

    #[test]
    fn an_expiry_date_writes_its_own_slash() {
        expiry("1|", false, "1|");
        expiry("0|", false, "0|");
        expiry("3|", false, "03 / |");
        expiry("12|", false, "12 / |");
        expiry("1/|", false, "01 / |");
        expiry("13|", false, "01 / 3|");
        expiry("12 / 3|", false, "12 / 3|");
        expiry("1230|", false, "12 / 30|");
        expiry("130|", false, "01 / 30|");
        expiry("1/30|", false, "01 / 30|");
        expiry("01/2030|", false, "01 / 2030|");
        expiry("12 / 30456|", false, "12 / 3045|");
        expiry("١٢٣٠|", false, "12 / 30|");
    }

    #[test]
    fn a_backspace_takes_the_slash_along() {
        expiry("12 /|", true, "12|");
        expiry("12 / |", true, "12|");
        expiry("1|", true, "1|");
        expiry("|", true, "|");
        expiry("12 / 3|", true, "12 / 3|");
    }

    #[test]
    fn the_caret_stays_in_the_middle_of_a_date() {
        expiry("1|2 / 30", false, "1|2 / 30");
        expiry("12 / 4|30", false, "12 / 4|30");
        expiry("1| / 30", true, "01| / 30");
        expiry("|12 / 30", false, "|12 / 30");
    }

    #[test]
    fn writing_twice_changes_nothing() {
        for text in ["4", "42424242", "378282246310005", "30569309025904", "6011"] {
            let (once, _) = type_number(text, text.len(), None);
            assert_eq!(type_number(&once.text, once.caret, None).0, once);
        }
        for text in ["1", "12", "3", "1230", "012030"] {
            let once = type_expiry(text, text.len(), false);
            assert_eq!(type_expiry(&once.text, once.caret, false), once);
        }
    }
}
