//! Writes a field's text as on the card while it is typed. The only place that writes into an
//! input while the shopper types; never during a composition.

use florin_domain::card::{Erase, digits_of, type_expiry, type_number};
use web_sys::{HtmlInputElement, InputEvent};

use crate::entry::Field;

/// Formats what stands in `input` and keeps the caret where it was.
///
/// `digits` is how many digits the number had before this key: a backspace that removed none
/// has only removed a gap, and means the digit beside it. Returns how many it has now.
pub fn format_in_place(input: &HtmlInputElement, field: Field, event: &InputEvent, digits: usize) -> usize {
    if event.is_composing() {
        return digits;
    }
    let text = input.value();
    let caret = input.selection_start().ok().flatten().map_or(text.len(), |caret| caret as usize);
    let kind = event.input_type();
    let (text, caret, digits) = match field {
        Field::Number => {
            let erase = (digits_of(&text).len() == digits).then(|| erase(&kind)).flatten();
            let (typed, _) = type_number(&text, caret, erase);
            let digits = digits_of(&typed.text).len();
            (typed.text, typed.caret, digits)
        }
        Field::Expiry => {
            let typed = type_expiry(&text, caret, kind.starts_with("delete"));
            (typed.text, typed.caret, digits)
        }
        Field::Code => {
            let mut folded = digits_of(&text);
            folded.truncate(4);
            let caret = caret.min(folded.len());
            (folded, caret, digits)
        }
        Field::Name => return digits,
    };
    if text != input.value() {
        input.set_value(&text);
        // Setting the value throws the caret to the end; a field without focus has none to restore.
        let caret = u32::try_from(caret).unwrap_or(u32::MAX);
        let _ = input.set_selection_range(caret, caret);
    }
    digits
}

fn erase(kind: &str) -> Option<Erase> {
    match kind {
        "deleteContentBackward" => Some(Erase::Before),
        "deleteContentForward" => Some(Erase::After),
        _ => None,
    }
}
