//! Brand marks and signs, all from the document's one sprite.

use florin_domain::card::{BRANDS, Brand};
use yew::Html;

use crate::form::element::{element, piece, span, words};
use crate::state::State;
use crate::text::{Text, Word};

/// How many accepted marks are drawn; the rest is counted.
const SHOWN: usize = 5;

/// How many are not drawn.
const REST: &str = "+3";

/// A small sign of the sprite.
pub(crate) fn icon(name: &'static str) -> Html {
    picture("icon", "0 0 20 20", name, Html::default())
}

/// A mark of the sprite, 36 by 24.
pub(super) fn tile(name: &'static str) -> Html {
    mark(name, Html::default())
}

fn mark(name: &'static str, over: Html) -> Html {
    picture("mark", "0 0 36 24", name, over)
}

/// A part of the sprite, and what is drawn over it.
fn picture(class: &'static str, view_box: &'static str, name: &'static str, over: Html) -> Html {
    let names = &["class", "viewBox", "aria-hidden"];
    element("svg", names, &[Some(class), Some(view_box), Some("true")], vec![piece(name), over])
}

/// A brand's tile; its name, set in the tile, where the sprite has no mark.
fn brand_tile(brand: &'static Brand) -> Html {
    if has_mark(brand) {
        return tile(brand.network);
    }
    let names = &["x", "y", "textLength", "lengthAdjust"];
    let long = brand.label.len() > 4;
    let values = [Some("18"), Some("15.3"), long.then_some("29"), Some("spacingAndGlyphs")];
    mark("plain", element("text", names, &values, vec![words(brand.label)]))
}

fn has_mark(brand: &Brand) -> bool {
    brand.on_wire().is_some() && !matches!(brand.network, "RuPay" | "Maestro")
}

/// Which of a card's two brands shall pay: two choices, alike. A name makes them one group to the
/// browser; it tells nothing of the card.
pub(crate) fn choice(brands: [&'static Brand; 2], chosen: Option<&'static Brand>) -> Html {
    let choices = brands.into_iter().zip(["first", "second"]).map(|(brand, id)| {
        let names = &["type", "name", "id", "aria-label", "checked"];
        let values =
            [Some("radio"), Some("brand"), Some(id), Some(brand.label), (chosen == Some(brand)).then_some("checked")];
        let radio = element("input", names, &values, Vec::new());
        element("label", &[], &[], vec![radio, brand_tile(brand)])
    });
    let values = [Some("choice"), Some("radiogroup"), Some("message")];
    element("div", &["class", "role", "aria-labelledby"], &values, choices.collect())
}

/// The outlined card that turns over once the brand is certain.
pub(super) fn coin(state: &State) -> Html {
    let side = if state.brand.is_some() { "brand" } else { "card" };
    let label = state.brand.map_or("", |brand| brand.label);
    let parts = vec![
        tile("card"),
        span("back", vec![state.chosen.or(state.face).map(brand_tile).unwrap_or_default()]),
        element("span", &["class", "role"], &[Some("unseen"), Some("status")], vec![words(label)]),
    ];
    element("span", &["class", "data-side"], &[Some("coin"), Some(side)], parts)
}

/// The accepted marks, at most five and the number of the others.
pub(crate) fn accepted(text: &Text) -> Html {
    let mut tiles: Vec<Html> = BRANDS.iter().filter(|brand| has_mark(brand)).take(SHOWN).map(brand_tile).collect();
    tiles.push(span("rest", vec![words(REST)]));
    let values = [Some("accepted"), Some("img"), Some(text.of(Word::FormAccepted))];
    element("div", &["class", "role", "aria-label"], &values, tiles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accepted_mark_is_drawn_or_counted() {
        let marked = BRANDS.iter().filter(|brand| has_mark(brand)).count();
        assert_eq!(REST, format!("+{}", marked - SHOWN));
    }
}
