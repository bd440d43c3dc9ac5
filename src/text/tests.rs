//! The files of `www/locales`, against the list of words.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::*;
use crate::state::DECLINES;

/// A file of `www/locales`, as its author wrote it.
type Words = BTreeMap<String, String>;

fn locales() -> Vec<(String, Words)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("www/locales");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
        })
        .collect()
}

fn english() -> Text {
    let (_, words) = locales().into_iter().find(|(name, _)| name == "en").unwrap();
    Text::new(Word::KEYS.iter().map(|key| words[*key].clone()))
}

#[test]
fn every_language_has_every_word_and_no_other() {
    let mut wanted = Word::KEYS.to_vec();
    wanted.sort_unstable();
    for (name, words) in locales() {
        let present: Vec<&str> = words.keys().map(String::as_str).collect();
        assert_eq!(present, wanted, "{name}");
        for (key, word) in &words {
            assert!(!word.is_empty() || key.starts_with("placeholder."), "{name}: {key} is empty");
        }
    }
}

#[test]
fn words_in_a_row_follow_the_order_of_the_fields() {
    for first in ["label", "short", "placeholder", "missing", "refused"] {
        let at = Word::KEYS.iter().position(|key| *key == format!("{first}.number")).unwrap();
        for field in Field::ALL {
            assert_eq!(Word::KEYS[at + field as usize], format!("{first}.{}", field.id()));
        }
    }
    let more = Word::MoreOne as usize;
    assert_eq!(Word::KEYS[more..more + 5], ["more.one", "more.two", "more.three", "more.four", "more.five"]);
    let decline = Word::DeclineCardDeclined as usize;
    for (nth, code) in DECLINES.iter().enumerate() {
        assert_eq!(Word::KEYS[decline + nth], format!("decline.{code}"));
    }
}

#[test]
fn words_are_found_by_name_field_and_mistake() {
    let text = english();
    assert_eq!(text.of(Word::ButtonPay), "Pay");
    assert_eq!(text.for_field(Word::LabelNumber, Field::Name), "Name on card");
    assert_eq!(text.word(Mistake::CodeSize(Some(4))), "4 digits");
    assert_eq!(text.sentence(Field::Code, Mistake::Missing), "Enter the security code printed on the card.");
    assert_eq!(text.sentence(Field::Number, Mistake::NumberDigits), "Check the card number: one digit looks wrong.");
    assert_eq!([0, 1, 5, 6].map(|others| text.more(others)), ["", "1\u{a0}more to mend.", "5\u{a0}more to mend.", ""]);
}

#[test]
fn a_document_without_words_has_empty_ones() {
    assert_eq!(Text::default().of(Word::ButtonPay), "");
}
