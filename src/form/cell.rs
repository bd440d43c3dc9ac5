//! One cell of the slip: label over value, the mistake beside the label, a mark at the end.

use yew::{Html, html};

use crate::entry::Field;
use crate::form::marks;
use crate::outcome;
use crate::state::{Phase, State};
use crate::text::Text;

/// A cell. The input is uncontrolled: what stands in it is never set from here.
pub(super) fn view(
    state: &State,
    text: &Text,
    field: Field,
    autocomplete: &'static str,
    inputmode: &'static str,
    mark: Html,
) -> Html {
    let mistake = state.mistakes.of(field);
    let wrong = mistake.is_some();
    html! {
        <div class="cell" data-field={field.id()} data-wrong={wrong.then_some("")}>
            <label for={field.id()}>
                <span class="long">{ text.labels[field as usize] }</span>
                <span class="short">{ text.short_labels[field as usize] }</span>
                if let Some(mistake) = mistake {
                    // The sign shows where the words do not fit; else they lie over it.
                    <span class="wrong">
                        { marks::icon("note") }
                        <span>{ " · " }{ (text.word)(mistake) }</span>
                    </span>
                }
            </label>
            <input
                id={field.id()}
                type="text"
                inputmode={inputmode}
                autocomplete={autocomplete}
                autocapitalize={if field == Field::Name { "words" } else { "off" }}
                spellcheck="false"
                placeholder={placeholder(state, text, field)}
                readonly={state.locked()}
                aria-invalid={wrong.then_some("true")}
                aria-describedby={outcome::speaks_of(state, field).then_some("message")}
            />
            { mark }
        </div>
    }
}

/// What an empty field shows: what to type, or, once the card has left, that something stood here.
fn placeholder(state: &State, text: &Text, field: Field) -> &'static str {
    let four_digits = state.brand.is_some_and(|brand| brand.code_size == 4);
    match (&state.phase, field) {
        (Phase::Paid | Phase::Processing | Phase::Unknown | Phase::Paying, Field::Code) => "•••",
        (Phase::Paid | Phase::Processing | Phase::Unknown, Field::Number) => "•••• •••• •••• ••••",
        (Phase::Paid | Phase::Processing | Phase::Unknown, Field::Expiry) => "•• / ••",
        (Phase::Closed(_) | Phase::Challenge { .. } | Phase::Failed { again: false }, _) => "",
        (_, Field::Code) if four_digits => text.four_digits,
        _ => text.placeholders[field as usize],
    }
}
