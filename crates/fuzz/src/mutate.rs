//! What can be done to an input.

use std::ops::Range;

use crate::dice::Dice;

/// Longer ones only cost time: every parser of ours refuses them by their length.
const LONGEST: usize = 16 * 1024;

/// Bytes that some parser gives a meaning of its own, or none.
const BYTES: &[u8] = b"\0\t\n\r \"%&'()+,-./:;=?[\\]_{}\x7f\x80\xc0\xe2\xff0159aAzZ";

/// Numbers at which counting goes wrong.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "00",
    "+1",
    "-1",
    "1",
    "1.0",
    "1e3",
    "0x10",
    "99999999999",
    "2147483648",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551616",
    "1e400",
    "NaN",
];

/// A mutation of `input`: one to six changes.
pub(crate) fn mutated(input: &[u8], other: &[u8], words: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(6) {
        change(&mut bytes, other, words, dice);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, other: &[u8], words: &[&[u8]], dice: &mut Dice) {
    let place = dice.below(bytes.len() + 1);
    match dice.below(11) {
        0 => {
            let bit = 1 << dice.below(8);
            bytes.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= bit);
        }
        1 => {
            let byte = dice.one(BYTES).copied().unwrap_or_default();
            bytes.iter_mut().skip(place).take(1).for_each(|old| *old = byte);
        }
        2 => bytes.insert(place, dice.one(BYTES).copied().unwrap_or_default()),
        3 => drop(bytes.drain(range(bytes.len(), dice))),
        4 => {
            let piece = bytes[range(bytes.len(), dice)].to_vec();
            insert(bytes, place, &piece);
        }
        5 => {
            let piece = other[range(other.len(), dice)].to_vec();
            insert(bytes, place, &piece);
        }
        6 => insert(bytes, place, dice.one(words).copied().unwrap_or_default()),
        7 => {
            let word = dice.one(words).copied().unwrap_or_default();
            let end = (place + word.len()).min(bytes.len());
            bytes.splice(place..end, word.iter().copied());
        }
        8 => change_number(bytes, dice),
        9 => {
            let byte = dice.one(BYTES).copied().unwrap_or_default();
            let many = vec![byte; 1 << dice.below(11)];
            insert(bytes, place, &many);
        }
        _ => bytes.truncate(place),
    }
}

fn insert(bytes: &mut Vec<u8>, place: usize, piece: &[u8]) {
    bytes.splice(place..place, piece.iter().copied());
}

/// Takes another number for one that stands there.
fn change_number(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let place = dice.below(bytes.len());
    let Some(start) = (place..bytes.len()).find(|place| bytes[*place].is_ascii_digit()) else { return };
    let end = (start..bytes.len()).find(|place| !bytes[*place].is_ascii_digit()).unwrap_or(bytes.len());
    let number = dice.one(NUMBERS).copied().unwrap_or_default();
    bytes.splice(start..end, number.bytes());
}

/// Some of `0..length`, short more often than long.
fn range(length: usize, dice: &mut Dice) -> Range<usize> {
    let start = dice.below(length + 1);
    let most = 1 << dice.below(9);
    start..(start + dice.below(most) + 1).min(length).max(start)
}
