//! The words of one language, read from `www/locales` and put into the order in which the form finds them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use florin_form::text::Word;

/// Languages written from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// One language.
pub(crate) struct Language {
    /// As `lang` attributes write it; the file's name.
    pub(crate) tag: String,
    /// In the order of [`Word::KEYS`].
    pub(crate) words: Vec<String>,
}

impl Language {
    /// All languages of a folder, by tag.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let entries = fs::read_dir(folder).with_context(|| format!("can't read {}", folder.display()))?;
        let mut languages = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let tag = path.file_stem().context("a file without a name")?.to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
            languages.push(Self::read(tag, &text).with_context(|| path.display().to_string())?);
        }
        languages.sort_by(|one, other| one.tag.cmp(&other.tag));
        Ok(languages)
    }

    /// A file's words. One that is missing, or that nobody asks for, is an error.
    fn read(tag: String, json: &str) -> Result<Self> {
        let mut found: BTreeMap<String, String> = serde_json::from_str(json)?;
        let mut words = Vec::with_capacity(Word::KEYS.len());
        for key in Word::KEYS {
            words.push(found.remove(*key).with_context(|| format!("lacks {key:?}"))?);
        }
        if let Some(key) = found.keys().next() {
            bail!("has {key:?}, which the form never says");
        }
        Ok(Self { tag, words })
    }

    /// The words as the form reads them, then the document's `lang` and `dir`: JSON that is safe inside a
    /// script element too.
    pub(crate) fn as_list(&self) -> String {
        let mut list = self.words.clone();
        list.push(format!("{} {}", self.tag, self.direction()));
        serde_json::json!(list).to_string().replace('<', "\\u003c")
    }

    /// The value of the `dir` attribute.
    pub(crate) fn direction(&self) -> &'static str {
        let primary = self.tag.split('-').next().unwrap_or_default();
        if RIGHT_TO_LEFT.contains(&primary) { "rtl" } else { "ltr" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(edit: impl Fn(&mut BTreeMap<String, String>)) -> String {
        let mut words = Word::KEYS.iter().map(|key| ((*key).to_owned(), (*key).to_uppercase())).collect();
        edit(&mut words);
        serde_json::to_string(&words).unwrap()
    }

    #[test]
    fn words_come_in_the_order_of_the_form() {
        let language = Language::read("en".to_owned(), &words(|_| {})).unwrap();
        assert_eq!(language.words[0], Word::KEYS[0].to_uppercase());
        assert_eq!(language.words.len(), Word::KEYS.len());
    }

    #[test]
    fn a_missing_and_a_superfluous_word_are_named() {
        let lacking = Language::read("en".to_owned(), &words(|words| drop(words.remove("button.pay"))));
        assert!(format!("{:#}", lacking.err().unwrap()).contains("button.pay"));
        let more = words(|words| drop(words.insert("button.sing".to_owned(), String::new())));
        assert!(format!("{:#}", Language::read("en".to_owned(), &more).err().unwrap()).contains("button.sing"));
    }

    #[test]
    fn words_cannot_end_the_element_they_stand_in() {
        let hostile = words(|words| drop(words.insert("button.pay".to_owned(), "</script>".to_owned())));
        let list = Language::read("en".to_owned(), &hostile).unwrap().as_list();
        assert!(!list.contains('<'));
        let read: Vec<String> = serde_json::from_str(&list).unwrap();
        assert!(read.contains(&"</script>".to_owned()));
    }

    #[test]
    fn arabic_goes_from_right_to_left() {
        let direction = |tag: &str| Language { tag: tag.to_owned(), words: Vec::new() }.direction();
        assert_eq!(["ar", "ar-EG", "de", "en"].map(direction), ["rtl", "rtl", "ltr", "ltr"]);
    }
}
