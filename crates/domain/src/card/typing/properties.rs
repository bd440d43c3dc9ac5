//! What holds for whatever is typed, deleted, pasted or filled in, at any caret. The dice are seeded:
//! a failure comes again.

use super::*;
use crate::card::digits_of;

const ROUNDS: u32 = 5_000;

/// Beginnings of numbers whose brands group them differently, and one that belongs to none.
const HEADS: [&str; 9] = ["", "4", "37", "36", "6011", "2200", "50", "10", "99"];
/// What fields hear beside digits.
const NOISE: [&str; 12] =
    [" ", "-", "/", " / ", "x", "\u{ff14}", "\u{664}", "\u{6f4}", "\u{200e}", "\u{1f600}", "\u{2013}", "é"];

/// A linear congruential generator: enough to choose keys by.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn piece(&mut self) -> String {
        match self.below(4) {
            0 => NOISE[self.below(NOISE.len())].to_owned(),
            _ => self.below(10).to_string(),
        }
    }

    /// Some text, with a caret anywhere in it, in UTF-16 units.
    fn text(&mut self) -> (String, usize) {
        let pieces = self.below(24);
        let mut text = HEADS[self.below(HEADS.len())].to_owned();
        for _ in 0..pieces {
            text += &self.piece();
        }
        let caret = self.caret(&text);
        (text, caret)
    }

    fn caret(&mut self, text: &str) -> usize {
        let places = text.chars().count() + 1;
        let place = self.below(places);
        text.chars().take(place).map(char::len_utf16).sum()
    }
}

fn digits_before(text: &str, caret: usize) -> usize {
    let mut place = 0;
    let before: String = text.chars().take_while(|letter| (place < caret, place += letter.len_utf16()).0).collect();
    digits_of(&before).len()
}

#[test]
fn a_number_keeps_its_digits_and_the_caret_its_place_among_them() {
    let mut dice = Dice(1);
    for _ in 0..ROUNDS {
        let (text, caret) = dice.text();
        let (typed, brand) = type_number(&text, caret, None);
        let (before, after) = (digits_of(&text), digits_of(&typed.text));
        assert!(before.starts_with(&after), "{text:?} became {:?}", typed.text);
        let at_end = digits_before(&text, caret) >= before.len().min(19);
        let longest = brand.filter(|_| at_end).map_or(19, Brand::longest);
        assert_eq!(after.len(), before.len().min(longest), "{text:?}");
        let kept = digits_before(&text, caret).min(after.len());
        assert_eq!(digits_before(&typed.text, typed.caret), kept, "{text:?} at {caret}");
        assert!(typed.caret <= typed.text.len() && typed.text.is_ascii());
    }
}

#[test]
fn a_number_that_was_written_is_not_written_again() {
    let mut dice = Dice(2);
    for _ in 0..ROUNDS {
        let (text, caret) = dice.text();
        let once = type_number(&text, caret, None).0;
        assert_eq!(type_number(&once.text, once.caret, None).0, once, "{text:?}");
    }
}

#[test]
fn typing_digit_by_digit_and_pasting_come_to_the_same() {
    let mut dice = Dice(3);
    for _ in 0..2_000 {
        let whole = digits_of(&dice.text().0);
        let mut typed = Typed { text: String::new(), caret: 0 };
        for digit in whole.chars() {
            let mut text = typed.text.clone();
            text.insert(typed.caret, digit);
            typed = type_number(&text, typed.caret + 1, None).0;
        }
        assert_eq!(typed.text, type_number(&whole, whole.len(), None).0.text, "{whole}");
        assert_eq!(typed.caret, typed.text.len(), "{whole}");
    }
}

#[test]
fn a_backspace_takes_the_digit_before_the_caret_wherever_it_stands() {
    let mut dice = Dice(4);
    for _ in 0..ROUNDS {
        let (text, caret) = dice.text();
        let written = type_number(&text, caret, None).0;
        let at = dice.caret(&written.text);
        let overlong = digits_of(&written.text).len() > brand_of(&digits_of(&written.text)).map_or(19, Brand::longest);
        if at == 0 || overlong {
            continue;
        }
        // As a browser does: the letter before the caret goes, a gap or a digit.
        let mut left = written.text.clone();
        let gap = left.remove(at - 1) == ' ';
        let erased = type_number(&left, at - 1, gap.then_some(Erase::Before)).0;
        let mut expected = digits_of(&written.text);
        let gone = digits_before(&written.text, at) - 1;
        expected.remove(gone);
        assert_eq!(digits_of(&erased.text), expected, "{:?} at {at}", written.text);
        assert_eq!(digits_before(&erased.text, erased.caret), gone, "{:?} at {at}", written.text);
    }
}

#[test]
fn an_expiry_date_is_stable_short_and_never_loses_a_caret() {
    let mut dice = Dice(5);
    for _ in 0..ROUNDS {
        let (text, caret) = dice.text();
        let once = type_expiry(&text, caret, false);
        assert!(once.text.len() <= 9 && once.caret <= once.text.len() && once.text.is_ascii(), "{text:?}");
        assert_eq!(type_expiry(&once.text, once.caret, false).text, once.text, "{text:?}");
    }
}

#[test]
fn every_month_can_be_typed_in_every_shape() {
    for month in 1..=12_u32 {
        for (year, written) in [("30", "30"), ("2030", "2030")] {
            for shape in [
                format!("{month}/{year}"),
                format!("{month:02}/{year}"),
                format!("{month:02}{year}"),
                format!("{month:02} - {year}"),
                format!("{month} {year}"),
            ] {
                let mut typed = Typed { text: String::new(), caret: 0 };
                for key in shape.chars() {
                    let mut text = typed.text.clone();
                    text.insert(typed.caret, key);
                    typed = type_expiry(&text, typed.caret + 1, false);
                }
                assert_eq!(typed.text, format!("{month:02} / {written}"), "{shape}");
            }
        }
    }
}

#[test]
fn any_month_of_a_date_can_be_exchanged_for_any_other_key_by_key() {
    for from in 1..=12_u32 {
        for to in 1..=12_u32 {
            // The old month is taken away by backspaces, as a browser takes letters.
            let mut typed = Typed { text: format!("{from:02} / 30"), caret: 2 };
            for _ in 0..2 {
                typed.text.remove(typed.caret - 1);
                typed = type_expiry(&typed.text, typed.caret - 1, true);
            }
            for key in format!("{to:02}").chars() {
                typed.text.insert(typed.caret, key);
                typed = type_expiry(&typed.text, typed.caret + 1, false);
            }
            assert_eq!(typed, Typed { text: format!("{to:02} / 30"), caret: 2 }, "{from} to {to}");
        }
    }
}

#[test]
fn a_slip_of_the_finger_changes_no_digit_of_a_date() {
    for date in ["12 / 30", "01 / 2030", "10 / 2030", "11 / 9"] {
        for place in 0..date.len() {
            for slip in [' ', '-', 'x', '.'] {
                let mut text = date.to_owned();
                text.insert(place, slip);
                let typed = type_expiry(&text, place + 1, false);
                let expected = type_expiry(date, place, false).text;
                assert_eq!(digits_of(&typed.text), digits_of(&expected), "{text:?}");
            }
        }
    }
}
