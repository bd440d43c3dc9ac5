//! The security code. Text, for "007" is not 7. Never stored, never shown.

use std::fmt;

use zeroize::Zeroizing;

use super::digits::{digit, separates};

/// The three or four digits printed on a card. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SecurityCode(Zeroizing<String>);

/// Which rule a security code broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecurityCodeError {
    /// Nothing was typed.
    #[error("security code is missing")]
    Missing,
    /// Something else than digits.
    #[error("security code may hold only digits")]
    NotDigits,
    /// Not the size this brand prints.
    #[error("security code has the wrong length")]
    WrongLength,
}

impl SecurityCode {
    /// Takes a code of three or four digits.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn parse(input: &str) -> Result<Self, SecurityCodeError> {
        let mut digits = Zeroizing::new(String::with_capacity(4));
        for letter in input.chars().filter(|letter| !separates(*letter)) {
            let letter = digit(letter).ok_or(SecurityCodeError::NotDigits)?;
            if digits.len() == 4 {
                return Err(SecurityCodeError::WrongLength);
            }
            digits.push(letter);
        }
        match digits.len() {
            0 => Err(SecurityCodeError::Missing),
            3 | 4 => Ok(Self(digits)),
            _ => Err(SecurityCodeError::WrongLength),
        }
    }

    /// As [`SecurityCode::parse`], and exactly as long as the brand prints it.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn parse_sized(input: &str, size: u8) -> Result<Self, SecurityCodeError> {
        let code = Self::parse(input)?;
        if code.0.len() == usize::from(size) { Ok(code) } else { Err(SecurityCodeError::WrongLength) }
    }

    /// The code, for the request that carries it. Each call deserves a reviewer's eye.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecurityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, size: u8, expected: Result<&str, SecurityCodeError>) {
        let parsed = SecurityCode::parse_sized(input, size);
        assert_eq!(parsed.as_ref().map(SecurityCode::expose).map_err(|error| *error), expected, "{input:?}");
    }

    #[test]
    fn leading_zeros_stay_and_mistakes_are_named() {
        check("007", 3, Ok("007"));
        check(" １２３ ", 3, Ok("123"));
        check("1234", 4, Ok("1234"));
        check("123", 4, Err(SecurityCodeError::WrongLength));
        check("1234", 3, Err(SecurityCodeError::WrongLength));
        check("12345", 4, Err(SecurityCodeError::WrongLength));
        check("12", 3, Err(SecurityCodeError::WrongLength));
        check("12x", 3, Err(SecurityCodeError::NotDigits));
        check("", 3, Err(SecurityCodeError::Missing));
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", SecurityCode::parse("123").unwrap()), "SecurityCode(…)");
    }
}
