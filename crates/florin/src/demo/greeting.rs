//! What a person reads when the demo is up: where to click first, what to type, how to stop.

use std::fmt::Write as _;

use super::flags::{LimitSwitch, Part};
use super::prepare::Prepared;

/// The cards of the gateway's table that show the most, and what becomes of them.
const CARDS: [(&str, &str); 4] = [
    ("4242 4242 4242 4242", "approved"),
    ("4000 0000 0000 0002", "declined"),
    ("4000 0000 0000 9987", "declined: reported lost"),
    ("4000 0038 0000 0446", "the bank asks first (3-D Secure)"),
];

/// The text for one demo.
pub(crate) fn greeting(demo: &Prepared) -> String {
    let alone = match demo.parts.as_slice() {
        [(part, _)] => Some(*part),
        _ => None,
    };
    let mut text = String::from("\n");
    match alone {
        None => whole(demo, &mut text),
        Some(part) => {
            let _ = writeln!(text, "  Florin's {part} is up: {}", demo.record.url(part));
        }
    }
    let folder = demo.folder.path().display();
    let _ = writeln!(text, "\n  Data       {folder}{}", if demo.is_resumed { " (resumed)" } else { "" });
    let _ = writeln!(text, "  All keys   {}", demo.folder.record_path().display());
    let _ = writeln!(text, "\n  Ctrl-C stops it; the same again: florin demo --data {folder}{}", only(alone));
    text
}

fn whole(demo: &Prepared, text: &mut String) {
    let _ = writeln!(text, "  Florin is up. Buy a notebook:  {}\n", demo.record.shop_url);
    let _ = writeln!(text, "  Test card              what happens");
    for (number, outcome) in CARDS {
        let _ = writeln!(text, "  {number}    {outcome}");
    }
    let _ = writeln!(text, "  Any date to come, any three digits as security code. No money moves.\n");
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Shop) {
        let _ = writeln!(text, "  {:<16} {}", capitalized(part), demo.record.url(part));
    }
    let limits = if demo.limits == LimitSwitch::Off { ", without limits" } else { "" };
    let _ = writeln!(text, "  {:<16} {}{limits}", "Collect mode", demo.record.collect_mode);
}

fn only(alone: Option<Part>) -> String {
    alone.map(|part| format!(" --only {}", part.flag())).unwrap_or_default()
}

fn capitalized(part: Part) -> String {
    let name = part.to_string();
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
