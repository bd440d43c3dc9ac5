//! What the shopper typed, judged. Knows no page: texts and today's month are arguments.

use florin_domain::card::{
    Brand, CardNumber, CardNumberError, Expiry, ExpiryError, SecurityCode, SecurityCodeError, brand_of, digits_of,
};

/// The fields, in the order they stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The card number.
    Number,
    /// The expiry date.
    Expiry,
    /// The security code.
    Code,
    /// The name on the card.
    Name,
}

impl Field {
    /// All of them, in the order they stand in.
    pub const ALL: [Self; 4] = [Self::Number, Self::Expiry, Self::Code, Self::Name];

    /// Its id in the document and its name to the page.
    pub fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Expiry => "expiry",
            Self::Code => "code",
            Self::Name => "name",
        }
    }

    /// The field that the page calls so.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.id() == id)
    }
}

/// What is wrong with one field. Each has a sentence and a word or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing was typed.
    Missing,
    /// The card number has too few or too many digits.
    NumberLength,
    /// The card number's checksum fails.
    NumberDigits,
    /// The date lacks a part.
    ExpiryIncomplete,
    /// No month is called that.
    ExpiryMonth,
    /// The card has ended.
    Expired,
    /// The code has so many digits on this card; none where the brand is not known.
    CodeSize(Option<u8>),
    /// A number stands where a name belongs.
    NameIsNumber,
    /// The gateway did not take what is in this field.
    Refused,
}

/// At most one mistake a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mistakes([Option<Mistake>; 4]);

impl Mistakes {
    /// What is wrong with `field`.
    pub fn of(&self, field: Field) -> Option<Mistake> {
        self.0[field as usize]
    }

    /// Notes or clears a mistake.
    pub fn set(&mut self, field: Field, mistake: Option<Mistake>) {
        self.0[field as usize] = mistake;
    }

    /// The first field with a mistake.
    pub fn first(&self) -> Option<Field> {
        Field::ALL.into_iter().find(|field| self.of(*field).is_some())
    }

    /// How many fields have one.
    pub fn count(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

/// The text of the four fields. Holds a card: never shown, never logged.
#[derive(Clone, Default)]
pub struct Entry {
    /// As it stands in the field.
    pub number: String,
    /// As it stands in the field.
    pub expiry: String,
    /// As it stands in the field.
    pub code: String,
    /// As it stands in the field.
    pub name: String,
}

/// A card that a gateway may be asked about.
#[derive(Debug)]
pub struct Card {
    /// Passed length and checksum, for its brand too.
    pub number: CardNumber,
    /// Not past.
    pub expiry: Expiry,
    /// As long as the brand prints it.
    pub code: SecurityCode,
    /// Not empty.
    pub name: String,
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
        [&self.number, &self.expiry, &self.code, &self.name].iter().all(|text| text.trim().is_empty())
    }

    /// The brand of the number so far.
    pub fn brand(&self) -> Option<&'static Brand> {
        brand_of(&digits_of(&self.number))
    }

    /// What is wrong with one field.
    pub fn mistake(&self, field: Field, today: Month) -> Option<Mistake> {
        match field {
            Field::Number => self.number().err(),
            Field::Expiry => self.expiry(today).err(),
            Field::Code => self.code().err(),
            Field::Name => self.name().err(),
        }
    }

    /// Judges all fields.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn card(&self, today: Month) -> Result<Card, Mistakes> {
        match (self.number(), self.expiry(today), self.code(), self.name()) {
            (Ok(number), Ok(expiry), Ok(code), Ok(name)) => Ok(Card { number, expiry, code, name }),
            (number, expiry, code, name) => Err(Mistakes([number.err(), expiry.err(), code.err(), name.err()])),
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

    fn code(&self) -> Result<SecurityCode, Mistake> {
        let size = self.brand().map(|brand| brand.code_size);
        let code = match size {
            Some(size) => SecurityCode::parse_sized(&self.code, size),
            None => SecurityCode::parse(&self.code),
        };
        code.map_err(|error| match error {
            SecurityCodeError::Missing => Mistake::Missing,
            SecurityCodeError::NotDigits | SecurityCodeError::WrongLength => Mistake::CodeSize(size),
        })
    }

    /// People paste the card number here: it must not travel as a name.
    fn name(&self) -> Result<String, Mistake> {
        match self.name.trim() {
            "" => Err(Mistake::Missing),
            name if digits_of(name).len() > 5 => Err(Mistake::NameIsNumber),
            name => Ok(name.chars().take(64).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Month = Month { year: 2026, month: 6 };

    fn entry(number: &str, expiry: &str, code: &str, name: &str) -> Entry {
        Entry { number: number.into(), expiry: expiry.into(), code: code.into(), name: name.into() }
    }

    #[track_caller]
    fn check(entry: &Entry, expected: [Option<Mistake>; 4]) {
        assert_eq!(entry.card(TODAY).err().unwrap_or_default(), Mistakes(expected));
    }

    #[test]
    fn a_good_card_passes() {
        let card = entry("4242 4242 4242 4242", "06 / 26", "123", " Ada Lovelace ").card(TODAY).unwrap();
        assert_eq!((card.number.last_four(), card.name.as_str()), ("4242", "Ada Lovelace"));
        assert!(entry("378282246310005", "1/30", "1234", "A").card(TODAY).is_ok());
    }

    #[test]
    fn every_mistake_has_its_field() {
        check(&Entry::default(), [Some(Mistake::Missing); 4]);
        check(
            &entry("4242 4242 4242 4241", "05 / 26", "12", "4242424242424242"),
            [
                Some(Mistake::NumberDigits),
                Some(Mistake::Expired),
                Some(Mistake::CodeSize(Some(3))),
                Some(Mistake::NameIsNumber),
            ],
        );
        check(
            &entry("4242", "13/30", "1234", "A"),
            [Some(Mistake::NumberLength), Some(Mistake::ExpiryMonth), Some(Mistake::CodeSize(Some(3))), None],
        );
        check(
            &entry("4242 4242 4242 42", "12 / ", "12", "A"),
            [Some(Mistake::NumberLength), Some(Mistake::ExpiryIncomplete), Some(Mistake::CodeSize(Some(3))), None],
        );
        check(
            &entry("99999999", "12/30", "12", "A"),
            [Some(Mistake::NumberLength), None, Some(Mistake::CodeSize(None)), None],
        );
    }

    #[test]
    fn the_brand_decides_the_size_of_the_code() {
        let american = entry("378282246310005", "1/30", "123", "A");
        assert_eq!(american.mistake(Field::Code, TODAY), Some(Mistake::CodeSize(Some(4))));
    }
}
