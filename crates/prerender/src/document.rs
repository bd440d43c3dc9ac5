//! The document around the form: style, words and boot script inside, so that one answer shows it all.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::language::Language;

/// What goes into the document and is then no file of its own.
pub(crate) const PARTS: [&str; 2] = ["frame.css", "boot.js"];

/// `frame.html` as its author wrote it, and what goes into every document.
pub(crate) struct Template {
    html: String,
    style: String,
    boot: String,
}

impl Template {
    /// From a folder with `frame.html` and its parts.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let read = |name: &str| fs::read_to_string(folder.join(name)).with_context(|| format!("can't read {name}"));
        let [style, boot] = PARTS.map(read);
        let (style, boot) = (style?, boot?);
        // A policy's hash is taken of what stands between the tags.
        ensure!(!style.contains("</"), "frame.css would end its element");
        ensure!(!boot.contains("</") && !boot.contains("<!--"), "boot.js would end its element");
        Ok(Self { html: read("frame.html")?, style: style.trim().to_owned(), boot: boot.trim().to_owned() })
    }

    /// The document of one language. What the frame host fills in stays open.
    pub(crate) fn fill_in(&self, language: &Language, form: &str) -> Result<String> {
        let mut html = self.html.clone();
        let text = language.as_list();
        for (place, content) in [
            ("__LANGUAGE__", language.tag.as_str()),
            ("__DIRECTION__", language.direction()),
            ("__STYLE__", &self.style),
            ("__BOOT__", &self.boot),
            ("__TEXT__", &text),
            ("__FORM__", form),
        ] {
            ensure!(html.matches(place).count() == 1, "frame.html has not one {place}");
            html = html.replacen(place, content, 1);
        }
        Ok(html)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(html: &str) -> Template {
        Template { html: html.to_owned(), style: "b{}".to_owned(), boot: "go()".to_owned() }
    }

    #[test]
    fn every_place_is_filled_once_and_the_hosts_places_stay() {
        let places = "__LANGUAGE__ __DIRECTION__ __STYLE__ __BOOT__ __TEXT__ __FORM__ __ASSETS__ __FLORIN_CONFIG__";
        let language = Language { tag: "de".to_owned(), words: vec!["Zahlen".to_owned()] };
        assert_eq!(
            template(places).fill_in(&language, "<form>").unwrap(),
            "de ltr b{} go() [\"Zahlen\",\"de ltr\"] <form> __ASSETS__ __FLORIN_CONFIG__"
        );
        assert!(template("__LANGUAGE__").fill_in(&language, "").is_err());
    }
}
