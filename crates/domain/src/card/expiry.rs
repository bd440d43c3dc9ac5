//! The month a card ends with. Today is an argument.

use super::digits::{digit, separates};

/// The last month in which the card pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiry {
    /// All four digits. First, so that the derived order is that of time.
    year: u16,
    /// 1 to 12.
    month: u8,
}

/// Which rule an expiry date broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    /// Nothing was typed.
    #[error("expiry date is missing")]
    Missing,
    /// A month or a year is missing, or something else than a date was typed.
    #[error("expiry date is not a month and a year")]
    Incomplete,
    /// There are twelve.
    #[error("there is no such month")]
    NoSuchMonth,
}

impl Expiry {
    /// A month (1 to 12) of a year (all four digits).
    ///
    /// # Errors
    /// [`ExpiryError::NoSuchMonth`].
    pub fn new(month: u8, year: u16) -> Result<Self, ExpiryError> {
        if (1..=12).contains(&month) { Ok(Self { year, month }) } else { Err(ExpiryError::NoSuchMonth) }
    }

    /// Takes what people type: `1/30`, `01 / 2030`, `130`, `0130`, `012030`, in any digits.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn parse(input: &str) -> Result<Self, ExpiryError> {
        let (month, year) = split(input)?;
        Self::from_parts(&month, &year)
    }

    /// Takes a month and a year apart, as gateways send them: `"1"` or `"01"`, `"30"` or `"2030"`.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn from_parts(month: &str, year: &str) -> Result<Self, ExpiryError> {
        let month_number = number(month, &[1, 2])?;
        let year_number = number(year, &[2, 4])?;
        let century = if year.trim().len() == 2 { 2000 } else { 0 };
        Self::new(u8::try_from(month_number).unwrap_or(0), century + year_number)
    }

    /// 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// All four digits.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month in two digits, as gateways want it.
    pub fn month_text(self) -> String {
        two_digits(u16::from(self.month))
    }

    /// The last two digits of the year, as gateways want it.
    pub fn year_text(self) -> String {
        two_digits(self.year)
    }

    /// Whether the card has ended, in the month (1 to 12) of the year (four digits) that it is
    /// now. It still pays in its last month.
    pub fn is_past(self, year: u16, month: u8) -> bool {
        (self.year, self.month) < (year, month)
    }
}

/// The last two digits. Without the formatting machinery, which costs kilobytes in the form.
fn two_digits(number: u16) -> String {
    let digit = |digit: u16| char::from(b'0' + (digit % 10) as u8);
    String::from_iter([digit(number / 10), digit(number)])
}

/// Month and year as digits. Without a separator the number of digits decides.
fn split(input: &str) -> Result<(String, String), ExpiryError> {
    let mut parts = [String::new(), String::new()];
    let mut part = 0;
    for letter in input.chars() {
        match digit(letter) {
            Some(digit) => parts[part].push(digit),
            None if letter != '/' && !separates(letter) => return Err(ExpiryError::Incomplete),
            // Behind the year only a stray separator may stand; digits after it make the year too long.
            None => part = usize::from(!parts[0].is_empty()),
        }
    }
    let [mut month, mut year] = parts;
    if month.is_empty() {
        return Err(ExpiryError::Missing);
    }
    if year.is_empty() {
        year = month.split_off(match month.len() {
            3 | 5 => 1,
            4 | 6 => 2,
            _ => return Err(ExpiryError::Incomplete),
        });
    }
    Ok((month, year))
}

/// The number that `text` writes in one of `lengths` ASCII digits.
fn number(text: &str, lengths: &[usize]) -> Result<u16, ExpiryError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ExpiryError::Missing);
    }
    if !lengths.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ExpiryError::Incomplete);
    }
    // At most four digits: no overflow. `parse` brings code for what can't go wrong here.
    Ok(text.bytes().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(input: &str, expected: Result<(u8, u16), ExpiryError>) {
        assert_eq!(Expiry::parse(input).map(|expiry| (expiry.month(), expiry.year())), expected, "{input:?}");
    }

    #[test]
    fn any_shape_people_type_is_read() {
        for text in ["1/30", "01/30", "01 / 30", "01 / 2030", "1 - 2030", "1 30", "130", "0130", "12030", "012030"] {
            check(text, Ok((1, 2030)));
        }
        check("１２／３０".replace('／', "/").as_str(), Ok((12, 2030)));
        check("12 / 30 ", Ok((12, 2030)));
        check("١٢/٣٠", Ok((12, 2030)));
    }

    #[test]
    fn mistakes_are_named() {
        check("", Err(ExpiryError::Missing));
        check(" / ", Err(ExpiryError::Missing));
        check("1", Err(ExpiryError::Incomplete));
        check("12", Err(ExpiryError::Incomplete));
        check("12 / ", Err(ExpiryError::Incomplete));
        check("12 / 3", Err(ExpiryError::Incomplete));
        check("12/203", Err(ExpiryError::Incomplete));
        check("12/30/1", Err(ExpiryError::Incomplete));
        check("soon", Err(ExpiryError::Incomplete));
        check("13/30", Err(ExpiryError::NoSuchMonth));
        check("00/30", Err(ExpiryError::NoSuchMonth));
    }

    #[test]
    fn a_card_pays_to_the_end_of_its_month() {
        let expiry = Expiry::new(6, 2026).unwrap();
        assert!(!expiry.is_past(2026, 6));
        assert!(!expiry.is_past(2025, 12));
        assert!(expiry.is_past(2026, 7));
        assert!(expiry.is_past(2027, 1));
    }

    #[test]
    fn gateways_get_two_digits_each() {
        let expiry = Expiry::from_parts("3", "2031").unwrap();
        assert_eq!((expiry.month_text().as_str(), expiry.year_text().as_str()), ("03", "31"));
        assert_eq!(Expiry::from_parts("03", "31"), Ok(expiry));
        assert_eq!(Expiry::from_parts("+3", "31"), Err(ExpiryError::Incomplete));
        assert_eq!(Expiry::from_parts("", "31"), Err(ExpiryError::Missing));
    }
}
