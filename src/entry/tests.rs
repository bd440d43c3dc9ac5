use super::*;

const TODAY: Month = Month { year: 2026, month: 6 };

fn entry(number: &str, expiry: &str, code: &str, name: &str) -> Entry {
    Entry {
        number: number.into(),
        expiry: expiry.into(),
        code: code.into(),
        name: Some(name.into()),
        ..Entry::default()
    }
}

#[track_caller]
fn check(entry: &Entry, expected: [Option<Mistake>; 4]) {
    let [number, expiry, code, name] = expected;
    let expected = Mistakes([number, expiry, code, name, None, None]);
    assert_eq!(entry.card(TODAY).err().unwrap_or_default(), expected);
}

#[test]
fn a_good_card_passes() {
    let card = entry("4242 4242 4242 4242", "06 / 26", "123", " Ada Lovelace ").card(TODAY).unwrap();
    assert_eq!((card.number.last_four(), card.name.as_deref()), ("4242", Some("Ada Lovelace")));
    assert!(entry("378282246310005", "1/30", "1234", "A").card(TODAY).is_ok());
}

#[test]
fn every_mistake_has_its_field() {
    check(&entry("", "", "", ""), [Some(Mistake::Missing); 4]);
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
fn what_the_page_does_not_ask_for_is_never_missing() {
    let card = Entry { name: None, ..entry("4242424242424242", "1/30", "123", "") }.card(TODAY).unwrap();
    assert_eq!((card.name, card.postal_code, card.country), (None, None, None));
}

#[test]
fn an_address_is_judged_as_far_as_it_can_be() {
    let at = |postal_code: &str, country: &str| {
        let address = Entry {
            postal_code: Some(postal_code.into()),
            country: Some(country.into()),
            ..entry("4242424242424242", "1/30", "123", "A")
        };
        (address.mistake(Field::PostalCode, TODAY), address.mistake(Field::Country, TODAY))
    };
    assert_eq!(at("50124", "IT"), (None, None));
    assert_eq!(at(" SW1A 1AA ", "GB"), (None, None));
    assert_eq!(at("", "IT"), (Some(Mistake::Missing), None));
    assert_eq!(at("", ""), (Some(Mistake::Missing), Some(Mistake::Missing)));
    assert_eq!(at("4242 4242 4242 4242", "IT").0, Some(Mistake::Refused), "a card number is no postal code");
    assert_eq!(at("?", "IT").0, Some(Mistake::Refused));
}

#[test]
fn a_postal_code_is_handed_over_as_a_bank_knows_it() {
    for (typed, known) in [
        ("〒１００－０００１", "100-0001"),
        ("〒 100ー0001", "100-0001"),
        ("１００‐０００１　", "100-0001"),
        ("ＳＷ１Ａ　１ＡＡ", "SW1A 1AA"),
        ("50124", "50124"),
    ] {
        let address = Entry { postal_code: Some(typed.into()), ..entry("4242424242424242", "1/30", "123", "A") };
        assert_eq!(address.card(TODAY).unwrap().postal_code.as_deref(), Some(known), "{typed}");
    }
}

#[test]
fn a_brand_without_codes_is_not_asked_for_one() {
    let code = |number, code| entry(number, "1/30", code, "A").mistake(Field::Code, TODAY);
    assert_eq!(code("6703 0000 0000 0000 003", ""), None);
    assert_eq!(code("6304 0000 0000 0000", ""), None);
    assert_eq!(code("6304 0000 0000 0000", "12"), Some(Mistake::CodeSize(Some(3))));
    assert_eq!(code("4242 4242 4242 4242", ""), Some(Mistake::Missing));
}

#[test]
fn the_brand_decides_the_size_of_the_code() {
    let american = entry("378282246310005", "1/30", "123", "A");
    assert_eq!(american.mistake(Field::Code, TODAY), Some(Mistake::CodeSize(Some(4))));
}
