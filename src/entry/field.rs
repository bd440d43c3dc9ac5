//! The fields of the form, and what can be wrong with each.

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
    /// The postal code of the billing address.
    PostalCode,
    /// The country of the billing address.
    Country,
}

/// How many fields there are.
const FIELDS: usize = 6;

impl Field {
    /// All of them, in the order they stand in.
    pub const ALL: [Self; FIELDS] =
        [Self::Number, Self::Expiry, Self::Code, Self::Name, Self::PostalCode, Self::Country];

    /// Its id in the document and its name to the page.
    pub fn id(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Expiry => "expiry",
            Self::Code => "code",
            Self::Name => "name",
            Self::PostalCode => "postalCode",
            Self::Country => "country",
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
pub struct Mistakes(pub(super) [Option<Mistake>; FIELDS]);

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
