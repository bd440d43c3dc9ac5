//! What a page loads beside the form: staged from `www/`, minified, published file by file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{loader, themes};
use crate::run;
use crate::setup::npm_tool;
use crate::workshop::Workshop;

/// The syntax of 2022 is read by every browser that loads the form's WebAssembly.
pub(super) const MINIFY_FLAGS: [&str; 4] =
    ["--minify", "--target=es2022", "--legal-comments=none", "--log-level=warning"];

/// The demo shop's page is an example to be read, and no part of what a checkout loads.
const LEFT_READABLE: &str = "shop";

/// What other files are made of, and no file of its own: modules that are bundled, themes, words.
const MADE_INTO_OTHERS: [&str; 6] = ["appearance.mjs", "boot", "height.mjs", "loader", "themes", "locales"];

/// The style sheet of the form; the themes come first in it.
const STYLE: &str = "frame.css";

/// The files under a folder, relative to it, in a fixed order.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(inner) = waiting.pop() {
        let path = folder.join(&inner);
        let entries = fs::read_dir(&path).with_context(|| format!("can't read {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let relative = inner.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                waiting.push(relative);
            } else {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies `www/`, with scripts and styles minified.
pub(super) fn stage(workshop: &Workshop, from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        if is_made_into_others(&file) || loader::makes(&file) {
            continue;
        }
        let (source, destination) = (from.join(&file), to.join(&file));
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder)?;
        }
        if file == Path::new(STYLE) {
            let whole = destination.with_extension("whole.css");
            fs::write(&whole, themes::css(from)? + &fs::read_to_string(&source)?)?;
            minify(workshop, &whole, &destination, bundling(&file))?;
            fs::remove_file(whole)?;
        } else if is_minified(&file) {
            minify(workshop, &source, &destination, bundling(&file))?;
        } else {
            fs::copy(&source, &destination).with_context(|| format!("can't copy {}", source.display()))?;
        }
    }
    loader::bundle(workshop, from, to)
}

fn is_made_into_others(file: &Path) -> bool {
    MADE_INTO_OTHERS.iter().any(|part| file.starts_with(part))
}

fn is_minified(file: &Path) -> bool {
    let script_or_style = file.extension().is_some_and(|kind| kind == "js" || kind == "mjs" || kind == "css");
    script_or_style && !file.starts_with(LEFT_READABLE)
}

/// What is made of several modules.
fn bundling(file: &Path) -> &'static [&'static str] {
    if file == Path::new("boot.js") { &["--bundle", "--format=iife"] } else { &[] }
}

pub(super) fn minify(workshop: &Workshop, from: &Path, to: &Path, more: &[&str]) -> Result<()> {
    let mut esbuild = workshop.command(npm_tool(workshop, "esbuild")?);
    esbuild.arg(from).args(MINIFY_FLAGS).args(more);
    let mut outfile = std::ffi::OsString::from("--outfile=");
    outfile.push(to);
    run::shown(esbuild.arg(outfile))
}

/// Makes `to` equal to `from`, touching only files that differ: an untouched file makes cargo
/// compile nothing again.
pub(super) fn publish(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("can't make {}", to.display()))?;
    let wanted = files(from)?;
    for file in files(to)? {
        if wanted.binary_search(&file).is_err() {
            fs::remove_file(to.join(file))?;
        }
    }
    for file in wanted {
        let (bytes, destination) = (fs::read(from.join(&file))?, to.join(&file));
        if fs::read(&destination).is_ok_and(|present| present == bytes) {
            continue;
        }
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&destination, bytes).with_context(|| format!("can't write {}", destination.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_of_the_checkout_are_minified_and_the_shop_stays_readable() {
        assert!(is_minified(Path::new("florin.js")));
        assert!(is_minified(Path::new("florin.mjs")));
        assert!(is_minified(Path::new("frame.css")));
        assert!(!is_minified(Path::new("frame.html")));
        assert!(!is_minified(Path::new("florin.d.ts")));
        assert!(!is_minified(Path::new("shop/shop.js")));
    }

    #[test]
    fn what_other_files_are_made_of_is_not_served() {
        assert!(is_made_into_others(Path::new("themes/flat.json")));
        assert!(is_made_into_others(Path::new("locales/de.json")));
        assert!(is_made_into_others(Path::new("height.mjs")));
        assert!(!is_made_into_others(Path::new("frame.css")));
    }

    #[test]
    fn the_start_of_the_form_is_in_one_piece_and_a_lone_script_stays_one() {
        assert!(bundling(Path::new("boot.js")).contains(&"--bundle"));
        assert!(bundling(Path::new("challenge.js")).is_empty());
    }

    #[test]
    fn publishing_adds_changes_and_removes_and_leaves_equal_files_untouched() {
        let folder = std::env::temp_dir().join(format!("florin-publish-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("inner")).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("same"), "1").unwrap();
        fs::write(from.join("inner/new"), "2").unwrap();
        fs::write(to.join("same"), "1").unwrap();
        fs::write(to.join("old"), "3").unwrap();
        let before = fs::metadata(to.join("same")).unwrap().modified().unwrap();

        publish(&from, &to).unwrap();

        assert_eq!(files(&to).unwrap(), [PathBuf::from("inner/new"), PathBuf::from("same")]);
        assert_eq!(fs::read_to_string(to.join("inner/new")).unwrap(), "2");
        assert_eq!(fs::metadata(to.join("same")).unwrap().modified().unwrap(), before);
        fs::remove_dir_all(folder).unwrap();
    }
}
