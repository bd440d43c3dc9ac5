//! The slip: four cells in one outline. Plain functions; the inputs keep their own text.

pub mod element;
mod cell;
pub mod marks;
pub mod typing;

use yew::Html;

use crate::button;
use crate::entry::Field;
use crate::form::element::element;
use crate::outcome;
use crate::state::State;
use crate::text::Text;

/// The whole form: slip, message line, button. Nothing else.
pub fn view(state: &State, text: &Text) -> Html {
    let cells = vec![number(state, text), expiry(state, text), code(state, text), name(state, text)];
    let values = [Some("slip"), Some("group"), Some(text.form)];
    let slip = element("div", &["class", "role", "aria-label"], &values, cells);
    let phase = button::phase_name(&state.phase);
    let parts = vec![slip, outcome::view(state, text), button::view(state, text)];
    element("div", &["class", "data-phase"], &[Some("form"), Some(phase)], parts)
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
