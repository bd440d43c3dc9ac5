//! The documents of frame and challenge: the built ones, with this host's configuration and file addresses filled in.

use crate::assets::{Asset, AssetError, Assets};
use crate::settings::FrameSettings;

/// Where the built document wants its configuration.
const CONFIG: &str = "__FLORIN_CONFIG__";

/// Where it wants the folder of its files.
const ASSETS: &str = "__ASSETS__";

/// The built document of the form, in the language that whoever speaks no other of ours reads.
pub(crate) const NAME: &str = "frame.html";

/// What begins the names of the documents in other languages, and of every language's words.
const TRANSLATED: &str = "frame.";
const WORDS: &str = "text.";

/// The built document around a bank's page.
pub(crate) const CHALLENGE: &str = "challenge.html";

/// The built document can't be filled in.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It is absent or no text.
    #[error("the built form lacks a readable {0}")]
    Missing(String),
    /// It has no place for the configuration.
    #[error("the built {0} lacks {CONFIG}")]
    NoPlaceForConfiguration(String),
    /// It could not be made ready to travel.
    #[error(transparent)]
    Asset(#[from] AssetError),
}

/// Whether a file is the template of a document, and as such not to be served.
pub(crate) fn is_template(name: &str) -> bool {
    name.ends_with(".html")
}

/// The languages of the built form beside the first, as `lang` attributes write them.
pub(crate) fn languages(assets: &Assets) -> Vec<String> {
    assets
        .iter()
        .filter_map(|file| Some(file.name.strip_prefix(TRANSLATED)?.strip_suffix(".html")?.to_owned()))
        .collect()
}

/// The name of a language's template.
pub(crate) fn template_in(language: &str) -> String {
    format!("{TRANSLATED}{language}.html")
}

/// Which of the names `present` suits a reader of `locale` best: `de-AT` is served with `de`.
pub(crate) fn closest<'a>(locale: &str, present: &[&'a str]) -> Option<&'a str> {
    let mut wanted = locale;
    loop {
        if let Some(found) = present.iter().find(|name| name.eq_ignore_ascii_case(wanted)) {
            return Some(found);
        }
        wanted = wanted.rsplit_once('-')?.0;
    }
}

/// The words in the language closest to `locale`; in English where there are no closer ones.
pub(crate) fn words<'a>(assets: &'a Assets, locale: &str) -> Option<&'a Asset> {
    let present = assets.iter().filter_map(|file| file.name.strip_prefix(WORDS)?.strip_suffix(".json"));
    let language = closest(locale, &present.collect::<Vec<_>>()).unwrap_or("en");
    assets.find(&format!("{WORDS}{language}.json"))
}

/// What stands between `<tag>` and its end, wherever that is in the document: the browser runs it only when
/// the policy has its hash.
pub(crate) fn inline<'a>(document: &'a str, tag: &str) -> Vec<&'a str> {
    let (begin, end) = (format!("<{tag}>"), format!("</{tag}>"));
    document.split(&begin).skip(1).filter_map(|rest| Some(rest.split_once(&end)?.0)).collect()
}

/// Fills a document in, once: it is the same for every shopper.
pub(crate) fn fill_in(settings: &FrameSettings, assets: &Assets, name: &str) -> Result<Asset, DocumentError> {
    let missing = || DocumentError::Missing(name.to_owned());
    let built = assets.find(name).ok_or_else(missing)?;
    let template = std::str::from_utf8(&built.plain).map_err(|_| missing())?;
    if !template.contains(CONFIG) {
        return Err(DocumentError::NoPlaceForConfiguration(name.to_owned()));
    }
    // The configuration comes last: nothing inside it is ever taken for a placeholder.
    let document = template
        .replace(ASSETS, &format!("/v1/assets/{}", assets.version()))
        .replace(CONFIG, &settings.as_script_safe_json());
    Ok(Asset::new(name, document.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_closest_language() {
        let present = ["de", "pt-BR", "fr"];
        for (locale, expected) in [
            ("de", Some("de")),
            ("de-AT", Some("de")),
            ("DE-ch-1996", Some("de")),
            ("pt-br", Some("pt-BR")),
            ("pt", None),
            ("en", None),
            ("", None),
            ("d", None),
        ] {
            assert_eq!(closest(locale, &present), expected, "{locale}");
        }
    }

    #[test]
    fn only_what_the_browser_runs_counts_as_inline() {
        let document =
            "<style>a{}</style><script type=x>1</script><script>2</script><script>3</script><script src=y></script>";
        assert_eq!(inline(document, "script"), ["2", "3"]);
        assert_eq!(inline(document, "style"), ["a{}"]);
    }
}
