//! One cell of the slip: label over value, the mistake beside the label, a mark at the end.

use yew::Html;

use crate::entry::{Field, Mistake};
use crate::form::element::{element, span, words};
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
    let names = &["class", "data-field", "data-wrong"];
    let values = [Some("cell"), Some(field.id()), wrong.then_some("")];
    let label = element("label", &["for"], &[Some(field.id())], label(text, field, mistake));
    element("div", names, &values, vec![label, input(state, text, field, autocomplete, inputmode), mark])
}

fn label(text: &Text, field: Field, mistake: Option<Mistake>) -> Vec<Html> {
    let mut parts = vec![
        span("long", vec![words(text.labels[field as usize])]),
        span("short", vec![words(text.short_labels[field as usize])]),
    ];
    if let Some(mistake) = mistake {
        // The sign shows where the words do not fit; else they lie over it.
        let said = element("span", &[], &[], vec![words(" · "), words((text.word)(mistake))]);
        parts.push(span("wrong", vec![marks::icon("note"), said]));
    }
    parts
}

fn input(state: &State, text: &Text, field: Field, autocomplete: &'static str, inputmode: &'static str) -> Html {
    let names = &[
        "id",
        "type",
        "inputmode",
        "autocomplete",
        "autocapitalize",
        "spellcheck",
        "placeholder",
        "readonly",
        "aria-invalid",
        "aria-describedby",
    ];
    let values = [
        Some(field.id()),
        Some("text"),
        Some(inputmode),
        Some(autocomplete),
        Some(if field == Field::Name { "words" } else { "off" }),
        Some("false"),
        Some(placeholder(state, text, field)),
        state.locked().then_some("readonly"),
        state.mistakes.of(field).is_some().then_some("true"),
        outcome::speaks_of(state, field).then_some("message"),
    ];
    element("input", names, &values, Vec::new())
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
