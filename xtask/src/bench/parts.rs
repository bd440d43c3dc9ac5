//! `cargo xtask bench parts`: by how much the size build's WebAssembly would be less if the functions of a part had
//! no body. Parts that share code share bytes, so the numbers do not add up to the whole; what the compiler has put
//! into its caller counts there.

use anyhow::{Result, ensure};

use crate::build;
use crate::sizes::brotli_11;
use crate::workshop::Workshop;

/// What it is called in docs/sizes.md, and the modules it is made of.
const PARTS: [(&str, &[&str]); 7] = [
    (
        "the states of a checkout and what follows from each event",
        &["florin_form::state", "florin_form::checkout::Checkout>::follow"],
    ),
    (
        "drawing the form: cells, marks, button, message line",
        &["florin_form::form", "florin_form::button", "florin_form::outcome"],
    ),
    (
        "judging what was typed",
        &[
            "florin_form::entry",
            "florin_domain::card::expiry",
            "florin_domain::card::number",
            "florin_domain::card::code",
            "florin_domain::card::digits",
        ],
    ),
    ("hearing the shopper, writing a field as on the card, going on to the next", &["florin_form::ears"]),
    (
        "a try to pay: attempt, card to the gateway, answers",
        &[
            "florin_form::pay",
            "florin_form::gateway",
            "florin_form::merchant",
            "florin_form::fetch",
            "florin_form::wire",
        ],
    ),
    (
        "brands with their numbers, gaps and the caret between them",
        &["florin_domain::card::brand", "florin_domain::card::typing"],
    ),
    ("the line to the page", &["florin_form::port"]),
];

/// Prints one line a part.
pub(super) fn run(workshop: &Workshop) -> Result<()> {
    build::form_for_size(workshop)?;
    let weigh = |modules: &[&str]| -> Result<usize> {
        brotli_11(&build::form_for_size_without(workshop, |name| is_of(name, modules))?)
    };
    let whole = weigh(&[])?;
    println!("{:<80}{:>8}", "part", "bytes");
    for (part, modules) in PARTS {
        let saved = whole.saturating_sub(weigh(modules)?);
        ensure!(saved > 0, "no function is of {part}: its modules have other names now");
        println!("{part:<80}{saved:>8}");
    }
    println!("{:<80}{whole:>8}", "all, with Yew, the standard library and wasm-bindgen");
    Ok(())
}

/// Whether a function is of one of these modules: what its name says first of us.
fn is_of(name: &str, modules: &[&str]) -> bool {
    let ours = ["florin_form::", "florin_domain::"];
    let first = ours.iter().filter_map(|it| name.find(it)).min();
    first.and_then(|at| name.get(at..)).is_some_and(|path| {
        modules.iter().any(|module| {
            path.strip_prefix(module)
                .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_of_the_module_that_its_name_says_first() {
        let name = "<florin_form::checkout::Checkout as yew::Component>::view::<florin_form::form::cell::Cell>";
        assert!(is_of(name, &["florin_form::checkout"]));
        assert!(!is_of(name, &["florin_form::form"]));
        assert!(!is_of("florin_form::payable::at", &["florin_form::pay"]));
        assert!(is_of("florin_form::pay::pay::{closure#0}", &["florin_form::pay"]));
        assert!(!is_of("yew::scheduler::start", &["florin_form::pay"]));
    }
}
