//! The themes: data in `www/themes`, compiled to the style sheet's custom properties.
//!
//! The default theme names every variable; the others say only what differs from it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

#[cfg(test)]
mod contrast;

/// Every other theme is a difference to this one.
const DEFAULT: &str = "default";

/// In the order they are shown to people.
const THEMES: [&str; 6] = [DEFAULT, "flat", "night", "minimal", "contrast", "none"];

/// The variables of one theme in one scheme, by the name a page calls them.
type Variables = BTreeMap<String, String>;

/// One theme, complete.
struct Theme {
    name: &'static str,
    light: Variables,
    dark: Variables,
}

/// The custom properties of every theme, as rules for the document's root.
pub(super) fn css(www: &Path) -> Result<String> {
    let themes = read_all(&www.join("themes"))?;
    let default = &themes[0];
    let mut css = rule(":root", &default.light, &Variables::new(), "light");
    css += &rule(":root[data-scheme=dark]", &default.dark, &default.light, "dark");
    for theme in &themes[1..] {
        let selector = format!(":root[data-theme={}]", theme.name);
        css += &rule(&selector, &theme.light, &default.light, "");
        // What the light rule sets is set again only where dark differs from it.
        let mut inherited = default.dark.clone();
        inherited.extend(theme.light.clone().into_iter().filter(|(name, value)| default.light[name] != *value));
        css += &rule(&format!("{selector}[data-scheme=dark]"), &theme.dark, &inherited, "");
    }
    Ok(css)
}

fn read_all(folder: &Path) -> Result<Vec<Theme>> {
    let mut themes = Vec::new();
    for name in THEMES {
        let path = folder.join(format!("{name}.json"));
        let text = fs::read_to_string(&path).with_context(|| format!("can't read {}", path.display()))?;
        let theme = read(name, &text, themes.first()).with_context(|| format!("{}", path.display()))?;
        themes.push(theme);
    }
    Ok(themes)
}

/// Completes a theme from the default; a variable that the default lacks is a mistake.
fn read(name: &'static str, text: &str, default: Option<&Theme>) -> Result<Theme> {
    let data: Value = serde_json::from_str(text)?;
    let both = variables(&data, "both")?;
    let complete = |scheme: &str, base: Option<&Variables>| -> Result<Variables> {
        let mut variables_of_theme = base.cloned().unwrap_or_default();
        for (name, value) in both.clone().into_iter().chain(variables(&data, scheme)?) {
            ensure!(base.is_none_or(|base| base.contains_key(&name)), "the default theme has no {name}");
            variables_of_theme.insert(name, value);
        }
        Ok(variables_of_theme)
    };
    let light = complete("light", default.map(|theme| &theme.light))?;
    let dark = complete("dark", default.map(|theme| &theme.dark))?;
    ensure!(light.keys().eq(dark.keys()), "light and dark do not name the same variables");
    Ok(Theme { name, light, dark })
}

fn variables(data: &Value, part: &str) -> Result<Variables> {
    let Some(part) = data.get(part).and_then(Value::as_object) else { bail!("lacks `{part}`") };
    part.iter()
        .map(|(name, value)| Ok((name.clone(), value.as_str().context("a value is no text")?.to_owned())))
        .collect()
}

/// What differs from `inherited`; nothing when nothing does.
fn rule(selector: &str, variables: &Variables, inherited: &Variables, scheme: &str) -> String {
    let mut body = String::new();
    if !scheme.is_empty() {
        body += &format!("color-scheme:{scheme};");
    }
    for (name, value) in variables {
        if inherited.get(name) != Some(value) {
            body += &format!("{}:{value};", property(name));
        }
    }
    if body.is_empty() { body } else { format!("{selector}{{{body}}}\n") }
}

/// `colorPrimary` is `--florin-color-primary`.
fn property(name: &str) -> String {
    let mut property = String::from("--florin-");
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            property.push('-');
        }
        property.push(letter.to_ascii_lowercase());
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    fn www() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../www")
    }

    fn themes() -> Vec<Theme> {
        read_all(&www().join("themes")).unwrap()
    }

    /// What the cascade makes of the compiled rules for a root with these attributes.
    fn cascaded(css: &str, theme: &str, scheme: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        for line in css.lines() {
            let (selector, body) = line.trim_end_matches('}').split_once('{').unwrap();
            let applies = selector.trim_start_matches(":root").split(['[', ']']).filter(|it| !it.is_empty());
            if applies
                .into_iter()
                .all(|it| it == format!("data-theme={theme}") || it == format!("data-scheme={scheme}"))
            {
                found.extend(
                    body.split(';').filter_map(|it| it.split_once(':')).map(|(k, v)| (k.to_owned(), v.to_owned())),
                );
            }
        }
        found
    }

    #[test]
    fn every_theme_comes_out_of_the_cascade_as_it_is_written() {
        let css = css(&www()).unwrap();
        for theme in themes() {
            for (scheme, variables) in [("light", &theme.light), ("dark", &theme.dark)] {
                let found = cascaded(&css, theme.name, scheme);
                for (name, value) in variables {
                    assert_eq!(found.get(&property(name)), Some(value), "{} {scheme} {name}", theme.name);
                }
            }
        }
    }

    #[test]
    fn the_compiled_themes_are_small() {
        let css = css(&www()).unwrap();
        let mut packed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut css.as_bytes(), &mut packed, &parameters).unwrap();
        assert!(packed.len() <= 2_048, "{} bytes of brotli", packed.len());
    }

    #[test]
    fn a_theme_can_neither_invent_a_variable_nor_forget_a_part() {
        let default = themes().remove(0);
        assert!(read("flat", r##"{"both":{"colour":"#000"},"light":{},"dark":{}}"##, Some(&default)).is_err());
        assert!(read("flat", r#"{"both":{},"light":{}}"#, Some(&default)).is_err());
        assert!(read("flat", r#"{"both":{},"light":{},"dark":{}}"#, Some(&default)).is_ok());
    }

    #[test]
    fn the_loader_and_the_style_sheet_call_a_variable_the_same() {
        assert_eq!(property("colorPrimaryHover"), "--florin-color-primary-hover");
        assert_eq!(property("radius"), "--florin-radius");
    }
}
