//! Brand marks and signs, all from the document's one sprite.

use florin_domain::card::{BRANDS, Brand};
use yew::{Html, html};

use crate::form::element::{element, span, words};
use crate::state::State;
use crate::text::Text;

/// How many accepted marks are drawn; the rest is counted.
const SHOWN: usize = 5;

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
    let part = html! { <use href={["#m-", name].concat()} /> };
    let names = &["class", "viewBox", "aria-hidden"];
    element("svg", names, &[Some(class), Some(view_box), Some("true")], vec![part, over])
}

/// A brand's tile; its name, set in the tile, where the sprite has no mark.
fn brand_tile(brand: &'static Brand) -> Html {
    if has_mark(brand) {
        return tile(brand.network);
    }
    let names = &["x", "y", "textLength", "lengthAdjust"];
    let values = [Some("18"), Some("15"), Some("28"), Some("spacingAndGlyphs")];
    mark("plain", element("text", names, &values, vec![words(brand.label)]))
}

fn has_mark(brand: &Brand) -> bool {
    !matches!(brand.network, "RuPay" | "Maestro")
}

/// The outlined card that turns over once the brand is certain.
pub(super) fn coin(state: &State) -> Html {
    let side = if state.brand.is_some() { "brand" } else { "card" };
    let label = state.brand.map_or("", |brand| brand.label);
    let parts = vec![
        tile("card"),
        span("back", vec![state.face.map(brand_tile).unwrap_or_default()]),
        element("span", &["class", "role"], &[Some("unseen"), Some("status")], vec![words(label)]),
    ];
    element("span", &["class", "data-side"], &[Some("coin"), Some(side)], parts)
}

/// The accepted marks, at most five and the number of the others.
pub(crate) fn accepted(text: &Text) -> Html {
    let marked = || BRANDS.iter().filter(|brand| has_mark(brand));
    let rest = marked().count().saturating_sub(SHOWN);
    let mut tiles: Vec<Html> = marked().take(SHOWN).map(brand_tile).collect();
    tiles.push(html! { <span class="rest">{ "+" }{ char::from_digit(u32::try_from(rest).unwrap_or(0), 10) }</span> });
    let values = [Some("accepted"), Some("img"), Some(text.accepted)];
    element("div", &["class", "role", "aria-label"], &values, tiles)
}
