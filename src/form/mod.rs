//! The slip: cells in one outline. Plain functions; the inputs keep their own text. All cells are always
//! there: the style sheet hides those that the page does not ask for.

pub mod element;
mod cell;
pub mod marks;
pub mod typing;

use yew::{Html, NodeRef};

use crate::button;
use crate::entry::Field;
use crate::form::element::{element, form};
use crate::outcome;
use crate::state::State;
use crate::text::{Text, Word};

/// The whole form: slip, message line, button. Nothing else. `place` then holds its element.
pub fn view(place: &NodeRef, state: &State, text: &Text) -> Html {
    let cells = vec![
        number(state, text),
        expiry(state, text),
        code(state, text),
        name(state, text),
        postal_code(state, text),
        country(state, text),
    ];
    let values = [Some("slip"), Some("group"), Some(text.of(Word::FormName))];
    let slip = element("div", &["class", "role", "aria-label"], &values, cells);
    let phase = button::phase_name(&state.phase);
    let [button, announced] = button::view(state, text);
    let parts = vec![slip, outcome::view(state, text), button, announced];
    form(place, vec![element("div", &["class", "data-phase"], &[Some("form"), Some(phase)], parts)])
}

fn number(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::Number, "cc-number", "numeric", marks::coin(state))
}

fn expiry(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::Expiry, "cc-exp", "numeric", Html::default())
}

fn code(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::Code, "cc-csc", "numeric", marks::tile("code"))
}

fn name(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::Name, "cc-name", "text", Html::default())
}

fn postal_code(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::PostalCode, "billing postal-code", "text", Html::default())
}

/// A select, whose countries come from a file of their own when they are asked for.
fn country(state: &State, text: &Text) -> Html {
    cell::view(state, text, Field::Country, "billing country", "text", marks::icon("down"))
}
