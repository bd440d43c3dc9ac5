//! The slip: four cells in one outline. Plain functions; the inputs keep their own text.

mod cell;
pub mod marks;
pub mod typing;

use yew::{Html, html};

use crate::button;
use crate::entry::Field;
use crate::outcome;
use crate::state::State;
use crate::text::Text;

/// The whole form: slip, message line, button. Nothing else.
pub fn view(state: &State, text: &Text) -> Html {
    html! {
        <div class="form" data-phase={button::phase_name(&state.phase)}>
            <div class="slip" role="group" aria-label={text.form}>
                { number(state, text) }
                { expiry(state, text) }
                { code(state, text) }
                { name(state, text) }
            </div>
            { outcome::view(state, text) }
            { button::view(state, text) }
        </div>
    }
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
