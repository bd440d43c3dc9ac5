//! Card numbers, expiry dates and codes, typed and whole.

use florin_domain::card::{Brand, CardNumber, Erase, Expiry, SecurityCode, type_expiry, type_number};
use florin_fuzz::Fuzz;

use crate::word;

const WORDS: &[&[u8]] = &[
    b" ",
    b"/",
    b" / ",
    b"-",
    b"4242424242424242",
    b"3782 822463 10005",
    b"12",
    b"00",
    b"13",
    "\u{664}\u{ff14}\u{0967}".as_bytes(),
    "\u{a0}\u{200b}\u{1f4b3}".as_bytes(),
];

fn seeds() -> Vec<Vec<u8>> {
    ["4242 4242 4242 4242", "3782 822463 10005", "6759649826438453", "12 / 30", "1/2030", "007", "5555555555554444"]
        .map(|text| text.as_bytes().to_vec())
        .to_vec()
}

/// A field's text, and a caret somewhere in it or behind it.
fn field(input: &[u8]) -> Option<(&str, usize)> {
    let (caret, text) = input.split_last()?;
    Some((std::str::from_utf8(text).ok()?, usize::from(*caret)))
}

#[test]
fn a_typed_number_keeps_its_digits_and_its_caret() {
    let mut fuzz = Fuzz::new("card typing", seeds(), WORDS);
    while let Some(input) = fuzz.input() {
        let Some((text, caret)) = field(&input.iter().copied().rev().collect::<Vec<_>>())
            .map(|(text, caret)| (text.chars().rev().collect::<String>(), caret))
        else {
            continue;
        };
        let (typed, brand) = type_number(&text, caret, None);
        assert!(typed.caret <= typed.text.encode_utf16().count(), "{typed:?}");
        assert!(typed.text.chars().all(|letter| letter.is_ascii_digit() || letter == ' '), "{typed:?}");
        let (again, _) = type_number(&typed.text, typed.caret, None);
        assert_eq!(again, typed, "what is written is read as written");
        for erase in [Erase::Before, Erase::After] {
            let (shorter, _) = type_number(&text, caret, Some(erase));
            assert!(shorter.caret <= shorter.text.len(), "{shorter:?}");
        }
        fuzz.learn(format!("{:?} {}", brand.map(Brand::longest), typed.text.len()));
    }
}

#[test]
fn a_typed_expiry_keeps_its_caret() {
    let mut fuzz = Fuzz::new("expiry typing", seeds(), WORDS);
    while let Some(input) = fuzz.input() {
        let Some((text, caret)) = field(&input) else { continue };
        for erasing in [false, true] {
            let typed = type_expiry(text, caret, erasing);
            assert!(typed.caret <= typed.text.encode_utf16().count(), "{typed:?}");
            fuzz.learn(format!("{} {}", typed.text.len(), typed.caret));
        }
    }
}

#[test]
fn a_card_is_read_or_refused() {
    let mut fuzz = Fuzz::new("card, expiry and code", seeds(), WORDS);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let (number, expiry, code) = (CardNumber::parse(text), Expiry::parse(text), SecurityCode::parse(text));
        if let Ok(number) = &number {
            assert!(number.expose().bytes().all(|byte| byte.is_ascii_digit()));
            assert!((8..=19).contains(&number.expose().len()), "{}", number.expose().len());
        }
        if let Ok(expiry) = &expiry {
            assert!((1..=12).contains(&expiry.month()));
        }
        fuzz.learn(format!("{} {} {}", word(&number), word(&expiry), word(&code)));
    }
}
