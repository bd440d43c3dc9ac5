//! One cell of the slip: label over value, the mistake beside the label, a mark at the end.

use yew::Html;

use crate::entry::{Field, Mistake};
use crate::form::element::{element, span, words};
use crate::form::marks;
use crate::state::{Phase, State};
use crate::text::{Text, Word};

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
        span("long", vec![words(text.for_field(Word::LabelNumber, field))]),
        span("short", vec![words(text.for_field(Word::ShortNumber, field))]),
    ];
    if let Some(mistake) = mistake {
        // The sign shows where the words do not fit.
        let said = span("say", vec![words(" · "), words(text.word(mistake))]);
        parts.push(span("wrong", vec![span("sign", vec![marks::icon("note")]), said]));
    }
    parts
}

fn input(state: &State, text: &Text, field: Field, autocomplete: &'static str, inputmode: &'static str) -> Html {
    let locked = state.locked() || (field == Field::Code && state.has_no_code());
    let wrong = state.mistakes.of(field).is_some();
    let (wrong, message) = (wrong.then_some("true"), wrong.then_some("message"));
    if field == Field::Country {
        let names = &["id", "autocomplete", "disabled", "aria-invalid", "aria-describedby"];
        let values = [Some(field.id()), Some(autocomplete), locked.then_some(""), wrong, message];
        return element("select", names, &values, Vec::new());
    }
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
        Some(match field {
            Field::Name => "words",
            Field::PostalCode => "characters",
            _ => "off",
        }),
        Some("false"),
        Some(placeholder(state, text, field)),
        locked.then_some("readonly"),
        wrong,
        message,
    ];
    element("input", names, &values, Vec::new())
}

/// What an empty field shows: what to type, or, once the card has left, that something stood here.
fn placeholder(state: &State, text: &Text, field: Field) -> &'static str {
    let four_digits = state.brand.is_some_and(|brand| brand.code_size == 4);
    let no_code = state.has_no_code();
    match (&state.phase, field) {
        (Phase::Paid | Phase::Processing | Phase::Unknown | Phase::Paying, Field::Code) => "•••",
        (Phase::Paid | Phase::Processing | Phase::Unknown, Field::Number) => "•••• •••• •••• ••••",
        (Phase::Paid | Phase::Processing | Phase::Unknown, Field::Expiry) => "•• / ••",
        (Phase::Paid, Field::Name | Field::PostalCode) => "•••",
        (Phase::Closed(_) | Phase::Challenge { .. } | Phase::Failed { again: false }, _) => "",
        (_, Field::Code) if no_code => text.of(Word::PlaceholderNoCode),
        (_, Field::Code) if four_digits => text.of(Word::PlaceholderFourDigits),
        _ => text.for_field(Word::PlaceholderNumber, field),
    }
}
