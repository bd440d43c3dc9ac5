//! Money: an integer of minor units with its currency, always together. No floats.

mod currency;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use currency::{Currency, CurrencyError, decimals_of};

/// The largest amount a gateway of ours takes; OwnGateway refuses more with IR_16.
pub const LARGEST_MINOR_UNITS: i64 = 999_999_999;

/// An amount of money in minor units of its currency. Never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RawMoney")]
pub struct Money {
    #[serde(rename = "amount")]
    minor_units: i64,
    currency: Currency,
}

/// Money as it stands in a row or a message, not yet checked.
#[derive(Deserialize)]
struct RawMoney {
    amount: i64,
    currency: Currency,
}

/// Why amounts can't be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Below zero.
    #[error("an amount of money is never negative")]
    Negative,
    /// More than a gateway takes.
    #[error("amount is more than 999999999 minor units")]
    TooLarge,
    /// Two currencies in one sum.
    #[error("amounts are of different currencies")]
    CurrencyMismatch,
}

impl Money {
    /// `minor_units` of `currency`: cents of EUR, whole yen, thousandths of KWD.
    ///
    /// # Errors
    /// Negative, or more than [`LARGEST_MINOR_UNITS`].
    pub fn new(minor_units: i64, currency: Currency) -> Result<Self, MoneyError> {
        match minor_units {
            ..0 => Err(MoneyError::Negative),
            0..=LARGEST_MINOR_UNITS => Ok(Self { minor_units, currency }),
            _ => Err(MoneyError::TooLarge),
        }
    }

    /// Nothing, in this currency.
    pub fn zero(currency: Currency) -> Self {
        Self { minor_units: 0, currency }
    }

    /// The integer amount.
    pub fn minor_units(self) -> i64 {
        self.minor_units
    }

    /// The currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether this is nothing.
    pub fn is_zero(self) -> bool {
        self.minor_units == 0
    }

    /// Both together.
    ///
    /// # Errors
    /// Different currencies, or too large a sum.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        Self::new(self.minor_units + other.minor_units, self.currency)
    }
}

impl TryFrom<RawMoney> for Money {
    type Error = MoneyError;

    fn try_from(raw: RawMoney) -> Result<Self, MoneyError> {
        Self::new(raw.amount, raw.currency)
    }
}

impl fmt::Display for Money {
    /// `42.00 EUR`, `500 JPY`: for logs and alerts; pages format in the shopper's locale.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.currency.decimals();
        let unit = 10_i64.pow(decimals);
        let (whole, rest) = (self.minor_units / unit, self.minor_units % unit);
        if decimals == 0 {
            return write!(f, "{whole} {}", self.currency);
        }
        let width = decimals as usize;
        write!(f, "{whole}.{rest:0width$} {}", self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor_units: i64, currency: &str) -> Money {
        Money::new(minor_units, Currency::parse(currency).unwrap()).unwrap()
    }

    #[test]
    fn amounts_are_written_with_their_currencys_decimals() {
        for (amount, currency, expected) in [
            (4200, "EUR", "42.00 EUR"),
            (5, "EUR", "0.05 EUR"),
            (500, "JPY", "500 JPY"),
            (1234, "KWD", "1.234 KWD"),
            (12_345, "CLF", "1.2345 CLF"),
        ] {
            assert_eq!(money(amount, currency).to_string(), expected);
        }
    }

    #[test]
    fn sums_stay_in_one_currency_and_in_bounds() {
        assert_eq!(money(1, "EUR").checked_add(money(2, "EUR")), Ok(money(3, "EUR")));
        assert_eq!(money(1, "EUR").checked_add(money(2, "USD")), Err(MoneyError::CurrencyMismatch));
        assert_eq!(money(LARGEST_MINOR_UNITS, "EUR").checked_add(money(1, "EUR")), Err(MoneyError::TooLarge));
        assert_eq!(Money::new(-1, Currency::parse("EUR").unwrap()), Err(MoneyError::Negative));
    }
}
