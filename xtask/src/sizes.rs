//! The bytes of everything a card checkout loads, as shipped: raw, and as brotli 11 sends them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use brotli::enc::BrotliEncoderParams;

use crate::build::files_under;

/// What the ordinary build may load, in bytes of brotli 11: a little more than it does.
pub(crate) const ORDINARY_BUDGET: usize = 69_000;

/// What the size build may load, in bytes of brotli 11: what the lightest rival's card checkout loads.
pub(crate) const SIZE_BUDGET: usize = 61_109;

/// What a shop's page itself loads, in bytes of brotli 11. Three hundred of them are sentences: what to do about each mistake,
/// and, in two languages, that the form did not come.
const LOADER_BUDGET: usize = 5_100;

/// Without these there is no checkout, and a sum without them would be a lie.
const ESSENTIAL: [&str; 4] = ["florin.js", DOCUMENT, "form.js", "form_bg.wasm"];

const DOCUMENT: &str = "frame.html";

/// What the document is made of: where each part begins and ends.
const PARTS: [(&str, &str, &str); 5] = [
    ("style", "<style>", "</style>"),
    ("words", "id=\"florin-text\">", "</script>"),
    ("boot script", "<script>", "</script>"),
    ("marks", "<svg class=\"sprite\"", "</svg>"),
    ("form", "<form", "</form>"),
];

/// Ways to make code of text. The frame's policy forbids them, and so nothing shipped holds them.
const FORBIDDEN: [&str; 2] = ["new Function", "eval("];

struct Shipped {
    name: String,
    raw: usize,
    brotli: usize,
}

/// Prints the table; an error when the sum is over `budget`, or when what is shipped is not sound.
pub(crate) fn check(form_dir: &Path, budget: usize) -> Result<()> {
    let mut shipped = Vec::new();
    let mut document = String::new();
    for file in files_under(form_dir)? {
        if !is_loaded_by_a_checkout(&file) {
            continue;
        }
        let name = file.to_string_lossy().into_owned();
        let bytes = fs::read(form_dir.join(&file)).with_context(|| format!("can't read {name}"))?;
        refuse_code_from_text(&name, &bytes)?;
        if name == DOCUMENT {
            document = String::from_utf8(bytes.clone())?;
        }
        shipped.push(Shipped { raw: bytes.len(), brotli: brotli_11(&bytes)?, name });
    }
    if let Some(absent) = ESSENTIAL.iter().find(|name| !shipped.iter().any(|it| it.name == **name)) {
        bail!("{absent} is not in {}", form_dir.display());
    }
    keep_one_language(&mut shipped);
    let sum = print_table(&shipped, budget);
    print_parts(&document)?;
    if sum > budget {
        bail!("a checkout loads {sum} bytes; {budget} are allowed");
    }
    if let Some(loader) = shipped.iter().find(|it| it.name == "florin.js" && it.brotli > LOADER_BUDGET) {
        bail!("the loader has {} bytes; {LOADER_BUDGET} are allowed", loader.brotli);
    }
    Ok(())
}

/// The names of countries, the loader as a module instead of a script, the dialog of a challenge and what else
/// few pages need: loaded by those who use them.
const LOADED_WHEN_USED: [&str; 6] =
    ["countries.js", "florin.mjs", "challenge.html", "challenge.css", "challenge.js", "florin-more.js"];

/// The shop's own page and the type declarations are not part of a checkout; all else counts, so
/// that a new file can't be forgotten.
fn is_loaded_by_a_checkout(file: &Path) -> bool {
    let name = file.to_string_lossy();
    !file.starts_with("shop") && !name.ends_with(".d.ts") && !LOADED_WHEN_USED.contains(&name.as_ref())
}

/// A checkout loads one document, in its shopper's language: the largest counts. Words by themselves are
/// loaded when a page changes its language.
fn keep_one_language(shipped: &mut Vec<Shipped>) {
    let is_document = |it: &Shipped| it.name.starts_with("frame.") && it.name.ends_with(".html");
    let largest = shipped.iter().filter(|it| is_document(it)).map(|it| it.brotli).max();
    shipped.retain(|it| {
        let words = it.name.starts_with("text.") && it.name.ends_with(".json");
        !words && (!is_document(it) || Some(it.brotli) == largest)
    });
}

fn refuse_code_from_text(name: &str, bytes: &[u8]) -> Result<()> {
    let text = String::from_utf8_lossy(bytes);
    match FORBIDDEN.iter().find(|call| text.contains(**call)) {
        Some(call) => bail!("{name} contains `{call}`, which the frame's policy forbids"),
        None => Ok(()),
    }
}

pub(crate) fn brotli_11(bytes: &[u8]) -> Result<usize> {
    let parameters = BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed.len())
}

fn print_table(shipped: &[Shipped], budget: usize) -> usize {
    println!("{:<24}{:>10}{:>12}", "file", "raw", "brotli 11");
    for it in shipped {
        println!("{:<24}{:>10}{:>12}", it.name, it.raw, it.brotli);
    }
    let raw: usize = shipped.iter().map(|it| it.raw).sum();
    let brotli: usize = shipped.iter().map(|it| it.brotli).sum();
    println!("{:<24}{raw:>10}{brotli:>12}   of {budget} allowed", "all");
    brotli
}

/// By how much the document would be less without each of its parts.
fn print_parts(document: &str) -> Result<()> {
    let whole = brotli_11(document.as_bytes())?;
    for (name, begin, end) in PARTS {
        let (without, part) = cut(document, begin, end).with_context(|| format!("{DOCUMENT} has no {name}"))?;
        let (name, saved) = (format!("  its {name}"), whole.saturating_sub(brotli_11(without.as_bytes())?));
        println!("{name:<24}{:>10}{saved:>12}", part.len());
    }
    Ok(())
}

/// The text without what stands between `begin` and `end`, and that.
fn cut<'a>(text: &'a str, begin: &str, end: &str) -> Option<(String, &'a str)> {
    let (before, rest) = text.split_once(begin)?;
    let (part, after) = rest.split_once(end)?;
    Some(([before, after].concat(), part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cut_out_between_its_marks() {
        let text = "a<style>b{}</style>c</style>";
        assert_eq!(cut(text, "<style>", "</style>"), Some(("ac</style>".to_owned(), "b{}")));
        assert_eq!(cut(text, "<script>", "</script>"), None);
    }

    #[test]
    fn everything_counts_but_the_shops_page_and_the_type_declarations() {
        for counted in ["form_bg.wasm", "florin.js", "marks/visa.svg", "a-new-file.bin"] {
            assert!(is_loaded_by_a_checkout(Path::new(counted)), "{counted}");
        }
        for left_out in ["shop/index.html", "shop/shop.js", "florin.d.ts", "florin.mjs", "challenge.js"] {
            assert!(!is_loaded_by_a_checkout(Path::new(left_out)), "{left_out}");
        }
    }

    #[test]
    fn one_document_counts_and_it_is_the_largest() {
        let sizes = [("frame.html", 3), ("frame.de.html", 5), ("text.de.json", 9), ("form.js", 1)];
        let mut shipped: Vec<Shipped> =
            sizes.iter().map(|(name, brotli)| Shipped { name: (*name).to_owned(), raw: 0, brotli: *brotli }).collect();
        keep_one_language(&mut shipped);
        assert_eq!(shipped.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["frame.de.html", "form.js"]);
    }

    #[test]
    fn code_from_text_is_refused_and_names_that_look_like_it_are_not() {
        assert!(refuse_code_from_text("form.js", b"x=new Function('return this')").is_err());
        assert!(refuse_code_from_text("form.js", b"eval(text)").is_err());
        assert!(refuse_code_from_text("form.js", b"retrieval; newFunctionName").is_ok());
    }

    #[test]
    fn brotli_makes_repetition_small_and_keeps_noise() {
        assert!(brotli_11(&[7; 10_000]).unwrap() < 50);
        // A linear congruential generator: noise enough that no compressor gains on it.
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(10_000)
        .collect();
        assert!(brotli_11(&noise).unwrap() >= 9_000);
    }
}
