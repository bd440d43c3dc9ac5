//! The currencies OwnGateway knows, and how many decimals each has.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// All codes, sorted. Source: the `Currency` enum of Hyperswitch v1.
const CODES: &[[u8; 3]] = &[
    *b"AED", *b"AFN", *b"ALL", *b"AMD", *b"ANG", *b"AOA", *b"ARS", *b"AUD", *b"AWG", *b"AZN", *b"BAM", *b"BBD",
    *b"BDT", *b"BGN", *b"BHD", *b"BIF", *b"BMD", *b"BND", *b"BOB", *b"BRL", *b"BSD", *b"BTN", *b"BWP", *b"BYN",
    *b"BZD", *b"CAD", *b"CDF", *b"CHF", *b"CLF", *b"CLP", *b"CNY", *b"COP", *b"CRC", *b"CUC", *b"CUP", *b"CVE",
    *b"CZK", *b"DJF", *b"DKK", *b"DOP", *b"DZD", *b"EGP", *b"ERN", *b"ETB", *b"EUR", *b"FJD", *b"FKP", *b"GBP",
    *b"GEL", *b"GHS", *b"GIP", *b"GMD", *b"GNF", *b"GTQ", *b"GYD", *b"HKD", *b"HNL", *b"HRK", *b"HTG", *b"HUF",
    *b"IDR", *b"ILS", *b"INR", *b"IQD", *b"IRR", *b"ISK", *b"JMD", *b"JOD", *b"JPY", *b"KES", *b"KGS", *b"KHR",
    *b"KMF", *b"KPW", *b"KRW", *b"KWD", *b"KYD", *b"KZT", *b"LAK", *b"LBP", *b"LKR", *b"LRD", *b"LSL", *b"LYD",
    *b"MAD", *b"MDL", *b"MGA", *b"MKD", *b"MMK", *b"MNT", *b"MOP", *b"MRU", *b"MUR", *b"MVR", *b"MWK", *b"MXN",
    *b"MYR", *b"MZN", *b"NAD", *b"NGN", *b"NIO", *b"NOK", *b"NPR", *b"NZD", *b"OMR", *b"PAB", *b"PEN", *b"PGK",
    *b"PHP", *b"PKR", *b"PLN", *b"PYG", *b"QAR", *b"RON", *b"RSD", *b"RUB", *b"RWF", *b"SAR", *b"SBD", *b"SCR",
    *b"SDG", *b"SEK", *b"SGD", *b"SHP", *b"SLE", *b"SLL", *b"SOS", *b"SRD", *b"SSP", *b"STD", *b"STN", *b"SVC",
    *b"SYP", *b"SZL", *b"THB", *b"TJS", *b"TMT", *b"TND", *b"TOP", *b"TRY", *b"TTD", *b"TWD", *b"TZS", *b"UAH",
    *b"UGX", *b"USD", *b"UYU", *b"UZS", *b"VES", *b"VND", *b"VUV", *b"WST", *b"XAF", *b"XCD", *b"XOF", *b"XPF",
    *b"YER", *b"ZAR", *b"ZMW", *b"ZWL",
];

/// An ISO 4217 currency, by its three-letter code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not a currency we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency")]
pub struct CurrencyError;

impl Currency {
    /// Parses a code in capitals.
    ///
    /// # Errors
    /// Anything but a known code in capitals.
    pub fn parse(code: &str) -> Result<Self, CurrencyError> {
        let code: [u8; 3] = code.as_bytes().try_into().map_err(|_| CurrencyError)?;
        if CODES.binary_search(&code).is_ok() { Ok(Self(code)) } else { Err(CurrencyError) }
    }

    /// How many decimals an amount has: minor units are ten to this power a major unit.
    ///
    /// As OwnGateway counts, which departs from ISO 4217 for IRR and MGA.
    pub fn decimals(self) -> u32 {
        decimals_of(self.code())
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII codes are in the table")
    }
}

/// Currencies whose amounts have other than two decimals, and how many.
const DECIMALS: [(&str, u32); 3] = [
    ("BIF CLP DJF GNF IRR JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF", 0),
    ("BHD IQD JOD KWD LYD OMR TND", 3),
    ("CLF", 4),
];

/// As [`Currency::decimals`], of a code that somebody else has checked: nearly all have two.
///
/// For a page that only writes amounts, and need not know which currencies there are.
pub fn decimals_of(code: &str) -> u32 {
    // By threes and a blank: a search in `str` is ten times the code.
    let listed = |codes: &str| codes.as_bytes().chunks(4).any(|listed| listed.trim_ascii_end() == code.as_bytes());
    DECIMALS.iter().find(|(codes, _)| listed(codes)).map_or(2, |(_, decimals)| *decimals)
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_code_is_found() {
        assert!(CODES.is_sorted());
        for code in CODES {
            assert!(Currency::parse(std::str::from_utf8(code).unwrap()).is_ok());
        }
    }

    #[test]
    fn a_currency_prints_as_its_code() {
        let euro = Currency::parse("EUR").unwrap();
        assert_eq!((euro.to_string(), format!("{euro:?}")), ("EUR".to_owned(), "EUR".to_owned()));
    }

    #[test]
    fn every_exception_is_a_currency() {
        for code in DECIMALS.iter().flat_map(|(codes, _)| codes.split(' ')) {
            assert!(Currency::parse(code).is_ok_and(|currency| currency.decimals() != 2), "{code}");
        }
        for (code, decimals) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("IRR", 0), ("MGA", 0), ("", 2)] {
            assert_eq!(decimals_of(code), decimals, "{code}");
        }
    }

    #[test]
    fn unknown_and_sloppy_codes_are_refused() {
        for code in ["", "eur", "EURO", "XXX", "ÄÖ", " EUR"] {
            assert!(Currency::parse(code).is_err(), "{code:?}");
        }
    }
}
