//! Renders the form on the host into one document a language, so that a shopper can type before the
//! WebAssembly is there. Knows the files' names and places; knows no payment.
//!
//! `florin-prerender FOLDER LOCALES`: in a folder with `frame.html`, `frame.css` and `boot.js`, makes
//! `frame.html` (English), `frame.TAG.html` and `text.TAG.json`, and removes what went into them.

mod document;
mod form;
mod language;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::document::Template;
use crate::language::Language;

/// Whoever speaks none of our languages reads this one.
const FALLBACK: &str = "en";

fn main() -> Result<()> {
    let mut folders = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = folders.next().context("which folder?")?;
    let languages = Language::all(&folders.next().context("which locales?")?)?;
    ensure!(languages.iter().any(|it| it.tag == FALLBACK), "{FALLBACK}.json is missing");
    let template = Template::read(&folder)?;
    for language in &languages {
        let document = template.fill_in(language, &form::render(language)?)?;
        let name =
            if language.tag == FALLBACK { "frame.html".to_owned() } else { format!("frame.{}.html", language.tag) };
        write(&folder.join(name), &document)?;
        write(&folder.join(format!("text.{}.json", language.tag)), &language.as_list())?;
    }
    for part in document::PARTS {
        fs::remove_file(folder.join(part))?;
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}
