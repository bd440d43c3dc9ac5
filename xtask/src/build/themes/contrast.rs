//! Contrast of every theme in every scheme, as WCAG 2.2 counts it: text 4.5:1, lines and rings 3:1;
//! the contrast theme 7:1 throughout.

#![expect(clippy::float_arithmetic, reason = "a contrast is a ratio; no money is counted here")]

use super::{Theme, Variables, read_all};

/// The grounds a form may stand on: white paper, and pages as dark as they come and as dark as they may be.
const PAGES: [(&str, &[&str]); 2] = [("light", &["#ffffff", "#f7f7f5"]), ("dark", &["#000000", "#0d1113", "#121212"])];

/// What is read, and on what.
const TEXT: &[(&str, &str)] = &[
    ("colorInk", "colorPaper"),
    ("colorInk", "colorAutofill"),
    ("colorInk", "colorDangerPaper"),
    ("colorMuted", "colorPaper"),
    ("colorHint", "colorPaper"),
    ("colorPrimary", "colorPaper"),
    ("colorOnPrimary", "colorPrimary"),
    ("colorOnPrimary", "colorPrimaryHover"),
    ("colorDanger", "colorPaper"),
    ("colorDanger", "colorDangerPaper"),
    ("colorOnSuccess", "colorSuccess"),
    ("colorWaiting", "colorWaitingPaper"),
    ("colorMuted", "colorWaitingPaper"),
    ("colorMessage", "page"),
    ("colorMessageDanger", "page"),
    ("colorMessageWaiting", "page"),
];

/// What shows where a field or the focus is, and beside what.
const LINES: &[(&str, &str)] = &[
    ("colorLine", "colorPaper"),
    ("colorRing", "colorPaper"),
    ("colorDanger", "colorDangerPaper"),
    ("colorHint", "colorPaper"),
    ("colorHint", "colorDangerPaper"),
];

/// Themes without an outline: theirs returns on focus, and where more contrast is asked for.
const UNLINED: [&str; 1] = ["flat"];

fn channels(colour: &str) -> [f64; 3] {
    let hex =
        colour.strip_prefix('#').filter(|hex| hex.len() == 6).unwrap_or_else(|| panic!("{colour} is not #rrggbb"));
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

fn luminance(colour: &str) -> f64 {
    let [red, green, blue] =
        channels(colour).map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour itself; the page's, for what has none of its own.
fn colour<'a>(variables: &'a Variables, name: &str, page: &'a str) -> &'a str {
    match variables.get(name).map(String::as_str) {
        None if name == "page" => page,
        Some("transparent") => page,
        Some(colour) => colour,
        None => panic!("no {name}"),
    }
}

fn faults(theme: &Theme) -> Vec<String> {
    let (text, line) = if theme.name == "contrast" { (7.0, 7.0) } else { (4.5, 3.0) };
    let mut faults = Vec::new();
    for (scheme, pages) in PAGES {
        let variables = if scheme == "light" { &theme.light } else { &theme.dark };
        for page in pages {
            let mut check = |pairs: &[(&str, &str)], least: f64| {
                for (front, back) in pairs {
                    let front_colour = colour(variables, front, page);
                    let ratio = contrast(front_colour, colour(variables, back, page));
                    if ratio < least {
                        faults.push(format!("{} {scheme} on {page}: {front} on {back} {ratio:.2}", theme.name));
                    }
                }
            };
            check(TEXT, text);
            check(if UNLINED.contains(&theme.name) { &LINES[1..] } else { LINES }, line);
        }
    }
    faults
}

#[test]
fn every_theme_can_be_read_in_every_scheme() {
    let www = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/themes");
    let faults: Vec<String> = read_all(&www).unwrap().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn contrast_is_counted_as_the_standard_does() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
}
