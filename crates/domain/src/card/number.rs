//! The card number: a secret with four digits that may be shown.

use std::fmt;

use zeroize::Zeroizing;

use super::digits::{digit, separates};

/// OwnGateway takes 8 to 19 digits; what a brand takes is narrower.
const SHORTEST: usize = 8;
const LONGEST: usize = 19;

/// A card number that passed the length and checksum rules. Wiped from memory when dropped.
///
/// Invariant: 8 to 19 ASCII digits, enforced by [`CardNumber::parse`].
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(Zeroizing<String>);

/// Which rule a card number broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardNumberError {
    /// Nothing was typed.
    #[error("card number is missing")]
    Missing,
    /// Something else than digits, spaces and dashes.
    #[error("card number may hold only digits and spaces")]
    NotDigits,
    /// No card is that short or long.
    #[error("card number has the wrong length")]
    WrongLength,
    /// A digit is wrong, or two are swapped.
    #[error("card number fails its checksum")]
    WrongChecksum,
}

impl CardNumber {
    /// Takes what a person typed or a program sent; spaces and dashes are welcome, and so are
    /// full-width and Arabic-Indic digits.
    ///
    /// # Errors
    /// The first rule broken, in the order of [`CardNumberError`].
    pub fn parse(input: &str) -> Result<Self, CardNumberError> {
        // Never more than the longest, so that growing leaves no copy behind.
        let mut digits = Zeroizing::new(String::with_capacity(LONGEST));
        for letter in input.chars().filter(|letter| !separates(*letter)) {
            let letter = digit(letter).ok_or(CardNumberError::NotDigits)?;
            if digits.len() == LONGEST {
                return Err(CardNumberError::WrongLength);
            }
            digits.push(letter);
        }
        match digits.len() {
            0 => Err(CardNumberError::Missing),
            1..SHORTEST => Err(CardNumberError::WrongLength),
            _ if !luhn_holds(&digits) => Err(CardNumberError::WrongChecksum),
            _ => Ok(Self(digits)),
        }
    }

    /// The four digits that may be shown.
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }

    /// The full number, for the request that carries it and for the vault. Each call deserves a
    /// reviewer's eye.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(…{})", self.last_four())
    }
}

/// ISO/IEC 7812-1: from the right, every second digit counts twice; the sum ends in zero.
fn luhn_holds(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') << (place % 2);
            if digit < 10 { digit } else { digit - 9 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Result<&str, CardNumberError>) {
        let parsed = CardNumber::parse(input);
        assert_eq!(parsed.as_ref().map(CardNumber::expose).map_err(|error| *error), expected, "{input:?}");
    }

    #[test]
    fn spaces_are_welcome_and_mistakes_are_named() {
        check("4242 4242 4242 4242", Ok("4242424242424242"));
        check(" 4242-4242\u{a0}4242–4242 ", Ok("4242424242424242"));
        check("４２４２ ４２４２ ４２４２ ４２４２", Ok("4242424242424242"));
        check("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", Ok("4242424242424242"));
        check("378282246310005", Ok("378282246310005"));
        check("5555 5555 5555 4444", Ok("5555555555554444"));
        check("6304 0000 0000", Ok("630400000000"));
        check("4242 4242 4242 4241", Err(CardNumberError::WrongChecksum));
        check("4224 4242 4242 4242", Err(CardNumberError::WrongChecksum));
        check("4242", Err(CardNumberError::WrongLength));
        check("0000 0000 0000 0000 0000", Err(CardNumberError::WrongLength));
        check("4242x4242", Err(CardNumberError::NotDigits));
        check("", Err(CardNumberError::Missing));
        check(" - ", Err(CardNumberError::Missing));
    }

    #[test]
    fn eight_and_nineteen_digits_are_the_ends() {
        check("0000000", Err(CardNumberError::WrongLength));
        check("00000000", Ok("00000000"));
        check("0000000000000000000", Ok("0000000000000000000"));
    }

    #[test]
    fn one_wrong_digit_is_noticed_at_any_place() {
        let right = "5105105105105100";
        for place in 0..right.len() {
            for digit in '0'..='9' {
                let typed = format!("{}{digit}{}", &right[..place], &right[place + 1..]);
                assert_eq!(CardNumber::parse(&typed).is_ok(), typed == right, "{typed}");
            }
        }
    }

    #[test]
    fn debug_shows_four_digits_at_most() {
        let number = CardNumber::parse("4111111111111111").unwrap();
        assert_eq!(format!("{number:?}"), "CardNumber(…1111)");
        assert_eq!(number.last_four(), "1111");
    }
}
