//! The ears: what the shopper does in the form, heard by one listener. Each of Yew's own listeners
//! brings code of its own.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event as DomEvent, EventTarget, HtmlInputElement};
use yew::html::Scope;

use crate::browser::{text, today};
use crate::checkout::{Checkout, Hear, entry};
use crate::entry::{Field, Mistake};
use crate::form::typing;
use crate::state::Event;

/// What is heard, of all that bubbles up to the form. The event's target tells the field.
const HEARD: [&str; 6] = ["input", "focusin", "focusout", "keydown", "click", "submit"];

/// A function of ours that the browser calls for as long as this lives, also while it is at work: to move the focus on
/// is an event within the event that did it.
pub(crate) type Ear = Closure<dyn Fn(&DomEvent)>;

/// Listens on `form` for as long as the answer lives.
pub(crate) fn listen(form: &EventTarget, link: Scope<Checkout>) -> Ear {
    let digits = Cell::new(0);
    let ear = Ear::new(move |event: &DomEvent| {
        if let Some(heard) = heard(event, &digits) {
            link.send_message(heard);
        }
    });
    for kind in HEARD {
        let _ = form.add_event_listener_with_callback(kind, ear.as_ref().unchecked_ref());
    }
    ear
}

/// What an event means to the checkout. `digits` is how many the number had before it.
fn heard(event: &DomEvent, digits: &Cell<usize>) -> Option<Hear> {
    match text(event, "type")?.as_str() {
        "input" => typed(event, digits),
        "focusin" => Some(Hear::Event(Event::Entered(target(event)?.0))),
        "focusout" => {
            let field = target(event)?.0;
            let mistake = entry().mistake(field, today()).filter(|mistake| *mistake != Mistake::Missing);
            Some(Hear::Event(Event::Left(field, mistake)))
        }
        "keydown" => (text(event, "key")? == "Escape").then_some(Hear::Escape),
        "click" => clicked(event),
        _ => {
            event.prevent_default();
            Some(Hear::Press)
        }
    }
}

fn typed(event: &DomEvent, digits: &Cell<usize>) -> Option<Hear> {
    let (field, input) = target(event)?;
    digits.set(typing::format_in_place(&input, field, event, digits.get()));
    let entry = entry();
    let mistake = entry.mistake(field, today());
    if mistake.is_none() {
        typing::advance(&input, field, event, &entry);
    }
    let typed = Event::Typed { field, mistake, brand: entry.brand(), second: entry.second_brand() };
    Some(Hear::Typed(typed, entry.filled(today())))
}

fn clicked(event: &DomEvent) -> Option<Hear> {
    Some(Hear::Event(match text(&event.target()?.into(), "id")?.as_str() {
        "another" => Event::GaveUp { closed: false },
        "first" => Event::Chose(entry().brand()?),
        "second" => Event::Chose(entry().second_brand()?),
        _ => return None,
    }))
}

/// The field an event happened in.
fn target(event: &DomEvent) -> Option<(Field, HtmlInputElement)> {
    let input: HtmlInputElement = event.target()?.unchecked_into();
    Some((Field::named(&text(&input, "id")?)?, input))
}
