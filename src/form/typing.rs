//! Writes a field's text as on the card while it is typed. The only place that writes into an
//! input while the shopper types; never during a composition.

use florin_domain::card::{Erase, Expiry, digits_of, type_expiry, type_number};
use web_sys::{Event, HtmlInputElement};

use crate::browser::{self, get, is_set, text};
use crate::entry::{Entry, Field};

/// Formats what stands in `input` and keeps the caret where it was.
///
/// `digits` is how many digits the number had before this key: a backspace that removed none
/// has only removed a gap, and means the digit beside it. Returns how many it has now.
pub fn format_in_place(input: &HtmlInputElement, field: Field, event: &Event, digits: usize) -> usize {
    if get(event, "isComposing").is_truthy() || !matches!(field, Field::Number | Field::Expiry | Field::Code) {
        return digits;
    }
    let stands = input.value();
    let caret = selection(input, "selectionStart").unwrap_or(stands.len());
    let kind = kind(event);
    let (text, caret, digits) = match field {
        Field::Number => {
            let erase = (digits_of(&stands).len() == digits).then(|| erase(&kind)).flatten();
            let (typed, _) = type_number(&stands, caret, erase);
            let digits = digits_of(&typed.text).len();
            (typed.text, typed.caret, digits)
        }
        Field::Expiry => {
            let typed = type_expiry(&stands, caret, kind.starts_with("delete"));
            (typed.text, typed.caret, digits)
        }
        Field::Code => {
            let mut folded = digits_of(&stands);
            folded.truncate(4);
            let caret = caret.min(folded.len());
            (folded, caret, digits)
        }
        Field::Name | Field::PostalCode | Field::Country => return digits,
    };
    if text != stands {
        // Nobody types with a selection, but the form may take over from one that was typed into.
        let end = selection_end(input, field).unwrap_or(caret);
        input.set_value(&text);
        // Setting the value throws the caret to the end, where it mostly was: to set it too has its price. A field
        // without focus has none to restore.
        if (caret, end) != (text.len(), text.len()) {
            let caret = u32::try_from(caret).unwrap_or(u32::MAX);
            let _ = input.set_selection_range(caret, u32::try_from(end).unwrap_or(caret));
        }
    }
    digits
}

/// Goes on to the next field, if that is empty and this one can't go on: its text is right, the caret
/// at its end, and no card has more. The page may switch it off.
pub fn advance(input: &HtmlInputElement, field: Field, event: &Event, entry: &Entry) {
    let full = match field {
        Field::Number => entry.brand().is_some_and(|brand| digits_of(&entry.number).len() == brand.longest()),
        // After "12 / 20" the rest of "2030" may come.
        Field::Expiry => {
            let ended = entry.expiry.len() > 7 || (entry.expiry.len() == 7 && !entry.expiry.ends_with("20"));
            ended && Expiry::parse(&entry.expiry).is_ok()
        }
        Field::Code | Field::Name | Field::PostalCode | Field::Country => false,
    };
    let at_end = selection(input, "selectionStart") == Some(input.value().len());
    let next = if field == Field::Number { Field::Expiry } else { Field::Code };
    let goes_on = full && at_end && is_set("autoAdvance") && !kind(event).starts_with("delete");
    if let Some(next) = browser::input(next).filter(|next| goes_on && next.value().is_empty()) {
        let _ = next.focus();
    }
}

/// Where the end of a selected piece of a number will stand.
fn selection_end(input: &HtmlInputElement, field: Field) -> Option<usize> {
    let end = selection(input, "selectionEnd")?;
    let selected = field == Field::Number && selection(input, "selectionStart")? < end;
    selected.then(|| type_number(&input.value(), end, None).0.caret)
}

/// One end of what is selected.
fn selection(input: &HtmlInputElement, end: &str) -> Option<usize> {
    get(input, end).as_f64().map(|place| place as usize)
}

/// What kind of change it was: `insertText`, `deleteContentBackward`.
fn kind(event: &Event) -> String {
    text(event, "inputType").unwrap_or_default()
}

fn erase(kind: &str) -> Option<Erase> {
    match kind {
        "deleteContentBackward" => Some(Erase::Before),
        "deleteContentForward" => Some(Erase::After),
        _ => None,
    }
}
