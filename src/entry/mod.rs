//! What the shopper typed, judged. Knows no page: texts and today's month are arguments.

mod field;

pub use field::{Field, Mistake, Mistakes};

use florin_domain::card::{
    Brand, CardNumber, CardNumberError, CodePolicy, Expiry, ExpiryError, SecurityCode, SecurityCodeError, brand_of,
    co_badge, digits_of,
};

/// The text of the fields. Holds a card: never shown, never logged.
#[derive(Clone, Default)]
pub struct Entry {
    /// As it stands in the field.
    pub number: String,
    /// As it stands in the field.
    pub expiry: String,
    /// As it stands in the field.
    pub code: String,
    /// As it stands in the field; none where the page does not ask for it.
    pub name: Option<String>,
    /// As it stands in the field; none where the page does not ask for it, or the country has none.
    pub postal_code: Option<String>,
    /// The country's two letters; none where the page does not ask for it.
    pub country: Option<String>,
}

/// A card that a gateway may be asked about.
#[derive(Debug)]
pub struct Card {
    /// Passed length and checksum, for its brand too.
    pub number: CardNumber,
    /// Not past.
    pub expiry: Expiry,
    /// As long as the brand prints it; none on a card without.
    pub code: Option<SecurityCode>,
    /// Not empty, where the page asks for it.
    pub name: Option<String>,
    /// Not empty, where the page asks for it and the country has postal codes.
    pub postal_code: Option<String>,
    /// Two letters, where the page asks for it.
    pub country: Option<String>,
    /// The brand that the shopper chose, on a card with two.
    pub network: Option<&'static str>,
}

/// How far the fields are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Nothing is missing and nothing is wrong.
    pub complete: bool,
    /// Nothing was typed.
    pub empty: bool,
}

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// All four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

impl Entry {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        let name = self.name.as_deref().unwrap_or_default();
        [&self.number, &self.expiry, &self.code, name].iter().all(|text| text.trim().is_empty())
    }

    /// How far they are filled in.
    pub fn filled(&self, today: Month) -> Filled {
        Filled { complete: self.card(today).is_ok(), empty: self.is_empty() }
    }

    /// The brand of the number so far.
    pub fn brand(&self) -> Option<&'static Brand> {
        brand_of(&digits_of(&self.number))
    }

    /// The card's other brand, on a card with two that OwnGateway tells apart.
    pub fn second_brand(&self) -> Option<&'static Brand> {
        co_badge(&digits_of(&self.number))
    }

    /// What is wrong with one field.
    pub fn mistake(&self, field: Field, today: Month) -> Option<Mistake> {
        match field {
            Field::Number => self.number().err(),
            Field::Expiry => self.expiry(today).err(),
            Field::Code => self.code().err(),
            Field::Name => self.name().err(),
            Field::PostalCode => self.postal_code().err(),
            Field::Country => self.country().err(),
        }
    }

    /// Judges all fields.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn card(&self, today: Month) -> Result<Card, Mistakes> {
        let mut mistakes = Mistakes::default();
        for field in Field::ALL {
            mistakes.set(field, self.mistake(field, today));
        }
        match (self.number(), self.expiry(today), self.code(), self.name(), self.postal_code(), self.country()) {
            (Ok(number), Ok(expiry), Ok(code), Ok(name), Ok(postal_code), Ok(country)) => {
                Ok(Card { number, expiry, code, name, postal_code, country, network: None })
            }
            _ => Err(mistakes),
        }
    }

    fn number(&self) -> Result<CardNumber, Mistake> {
        let number = CardNumber::parse(&self.number).map_err(|error| match error {
            CardNumberError::Missing => Mistake::Missing,
            CardNumberError::WrongLength => Mistake::NumberLength,
            CardNumberError::NotDigits | CardNumberError::WrongChecksum => Mistake::NumberDigits,
        });
        let digits = digits_of(&self.number);
        let fits = brand_of(&digits).map_or(digits.len() >= 12, |brand| brand.takes_length(digits.len()));
        // A number that is still too short can't have a meaningful checksum: say what comes first.
        match number {
            Ok(_) | Err(Mistake::NumberDigits) if !fits => Err(Mistake::NumberLength),
            number => number,
        }
    }

    fn expiry(&self, today: Month) -> Result<Expiry, Mistake> {
        let expiry = Expiry::parse(&self.expiry).map_err(|error| match error {
            ExpiryError::Missing => Mistake::Missing,
            ExpiryError::Incomplete => Mistake::ExpiryIncomplete,
            ExpiryError::NoSuchMonth => Mistake::ExpiryMonth,
        })?;
        if expiry.is_past(today.year, today.month) { Err(Mistake::Expired) } else { Ok(expiry) }
    }

    /// A card without a code is not asked for one; where only some have none, an empty field is believed.
    fn code(&self) -> Result<Option<SecurityCode>, Mistake> {
        let brand = self.brand();
        match brand.map(|brand| brand.code) {
            Some(CodePolicy::Hidden) => return Ok(None),
            Some(CodePolicy::Optional) if self.code.trim().is_empty() => return Ok(None),
            _ => {}
        }
        let size = brand.map(|brand| brand.code_size);
        let code = match size {
            Some(size) => SecurityCode::parse_sized(&self.code, size),
            None => SecurityCode::parse(&self.code),
        };
        code.map(Some).map_err(|error| match error {
            SecurityCodeError::Missing => Mistake::Missing,
            SecurityCodeError::NotDigits | SecurityCodeError::WrongLength => Mistake::CodeSize(size),
        })
    }

    /// People paste the card number here: it must not travel as a name.
    fn name(&self) -> Result<Option<String>, Mistake> {
        let Some(name) = &self.name else { return Ok(None) };
        match name.trim() {
            "" => Err(Mistake::Missing),
            name if digits_of(name).len() > 5 => Err(Mistake::NameIsNumber),
            name => Ok(Some(name.chars().take(64).collect())),
        }
    }

    /// Its shape is the bank's to judge: only what is no postal code anywhere is refused here.
    fn postal_code(&self) -> Result<Option<String>, Mistake> {
        let Some(code) = &self.postal_code else { return Ok(None) };
        let code: String = code.chars().filter_map(postal_letter).collect();
        match code.trim() {
            "" => Err(Mistake::Missing),
            code if code.len() > 12
                || code.bytes().any(|byte| byte != b' ' && byte != b'-' && !byte.is_ascii_alphanumeric()) =>
            {
                Err(Mistake::Refused)
            }
            code => Ok(Some(code.to_owned())),
        }
    }

    fn country(&self) -> Result<Option<String>, Mistake> {
        match self.country.as_deref() {
            Some("") => Err(Mistake::Missing),
            country => Ok(country.map(str::to_owned)),
        }
    }
}

/// A letter of a postal code as a bank knows it, whatever keyboard wrote it; not the mark that stands before it in Japan.
fn postal_letter(letter: char) -> Option<char> {
    match letter {
        '〒' => None,
        '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{ff70}' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0),
        _ => Some(letter),
    }
}

#[cfg(test)]
mod tests;
