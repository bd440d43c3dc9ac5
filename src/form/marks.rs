//! Brand marks and signs, all from the document's one sprite.

use florin_domain::card::{BRANDS, Brand};
use yew::{Html, html};

use crate::state::State;
use crate::text::Text;

/// How many accepted marks are drawn; the rest is counted.
const SHOWN: usize = 5;

/// A small sign of the sprite.
pub(crate) fn icon(name: &'static str) -> Html {
    html! {
        <svg class={["icon ", name].concat()} viewBox="0 0 20 20" aria-hidden="true">
            <use href={["#m-", name].concat()} />
        </svg>
    }
}

/// A mark of the sprite, 36 by 24.
pub(super) fn tile(name: &'static str) -> Html {
    html! {
        <svg class="mark" viewBox="0 0 36 24" aria-hidden="true"><use href={["#m-", name].concat()} /></svg>
    }
}

/// A brand's tile; its name, set in the tile, where the sprite has no mark.
fn brand_tile(brand: &'static Brand) -> Html {
    if has_mark(brand) {
        return tile(brand.network);
    }
    html! {
        <svg class="mark" viewBox="0 0 36 24" aria-hidden="true">
            <use href="#m-plain" />
            <text x="18" y="15" textLength="28" lengthAdjust="spacingAndGlyphs">{ brand.label }</text>
        </svg>
    }
}

fn has_mark(brand: &Brand) -> bool {
    !matches!(brand.network, "RuPay" | "Maestro")
}

/// The outlined card that turns over once the brand is certain.
pub(super) fn coin(state: &State) -> Html {
    html! {
        <span class="coin" data-side={if state.brand.is_some() { "brand" } else { "card" }}>
            { tile("card") }
            <span class="back">{ state.face.map(brand_tile) }</span>
            <span class="unseen" role="status">{ state.brand.map(|brand| brand.label) }</span>
        </span>
    }
}

/// The accepted marks, at most five and the number of the others.
pub(crate) fn accepted(text: &Text) -> Html {
    let marked = || BRANDS.iter().filter(|brand| has_mark(brand));
    let rest = marked().count().saturating_sub(SHOWN);
    html! {
        <div class="accepted" role="img" aria-label={text.accepted}>
            { for marked().take(SHOWN).map(brand_tile) }
            <span class="rest">{ "+" }{ char::from_digit(u32::try_from(rest).unwrap_or(0), 10) }</span>
        </div>
    }
}
