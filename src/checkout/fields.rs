//! The fields of the document, which hold the only lasting copy of a card.

use florin_domain::card::digits_of;

use crate::browser::{input, shown};
use crate::entry::{Entry, Field};

/// What stands in the fields now.
pub(crate) fn entry() -> Entry {
    let value = |field| input(field).map(|input| input.value()).unwrap_or_default();
    Entry {
        number: value(Field::Number),
        expiry: value(Field::Expiry),
        code: value(Field::Code),
        name: shown(Field::Name).then(|| value(Field::Name)),
        postal_code: shown(Field::PostalCode).then(|| value(Field::PostalCode)),
        country: shown(Field::Country).then(|| value(Field::Country)),
    }
}

/// Empties them.
pub(super) fn wipe(fields: &[Field]) {
    for input in fields.iter().filter_map(|field| input(*field)) {
        input.set_value("");
    }
}

/// All that may stay of a card that paid.
pub(super) fn show_paid() {
    let number = digits_of(&entry().number);
    wipe(&Field::ALL);
    let last_four = number.len().checked_sub(4).and_then(|place| number.get(place..));
    if let (Some(input), Some(last_four)) = (input(Field::Number), last_four) {
        input.set_value(&["•••• •••• •••• ", last_four].concat());
    }
}
