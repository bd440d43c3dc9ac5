//! Messages with the page. It learns how far the shopper has come and how it ended, never what was typed.

use js_sys::Object;
use wasm_bindgen::JsValue;
use web_sys::{Event, MessagePort};

use crate::browser::{get, set};
use crate::ears::Ear;
use crate::entry::Field;
use crate::text::Text;

/// What the page asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    /// Here is the session to pay, and the publishable key the page expects, if it named one.
    Session(String, Option<String>),
    /// Press the button.
    Pay,
    /// Read the order again: the cart changed.
    Refresh,
    /// Put the focus there.
    Focus(Field),
    /// Empty the fields.
    Clear,
    /// The answer to `submit`.
    Submit {
        /// The session that it was asked for.
        of: String,
        /// Whether to pay; none when the page awaits another order.
        yes: Option<bool>,
        /// Whether the page can show a challenge in a dialog.
        dialog: bool,
    },
    /// The bank's page is about to be shown: in a dialog, or by leaving for it.
    Present(bool),
    /// Go to the first mistake, if there is one. Never pays.
    Validate,
    /// The bank's page in the dialog is done.
    Returned,
    /// The shopper closed the dialog.
    Abandon,
    /// The browser found a network, or lost it. From the document itself, not from the page.
    Online(bool),
    /// Speak another language.
    Locale(String, Text),
}

/// The line to the page that mounted us; the handshake is `boot.js`'s.
pub(crate) struct Port {
    line: MessagePort,
    /// Called by the line for as long as it lives.
    _ear: Ear,
}

impl Port {
    /// Listens on `line`. Messages that came before are heard now.
    pub(crate) fn new(line: MessagePort, hear: impl Fn(Page) + 'static) -> Self {
        let ear = Ear::new(move |event: &Event| {
            if let Some(page) = read(&get(event, "data")) {
                hear(page);
            }
        });
        set(&line, "onmessage", ear.as_ref());
        Self { line, _ear: ear }
    }

    /// Tells the page `{type: kind, …fields}`.
    pub(crate) fn tell(&self, kind: &str, fields: &[(&str, &JsValue)]) {
        let message = Object::new();
        set(&message, "type", &kind.into());
        for (name, value) in fields {
            set(&message, name, value);
        }
        let _ = self.line.post_message(&message);
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        set(&self.line, "onmessage", &JsValue::NULL);
        self.line.close();
    }
}

/// What a message asks, if it is one of ours.
fn read(data: &JsValue) -> Option<Page> {
    let text = |name| get(data, name).as_string();
    Some(match text("type")?.as_str() {
        "session" => Page::Session(text("session")?, text("key")),
        "pay" => Page::Pay,
        "refresh" => Page::Refresh,
        "focus" => Page::Focus(text("field").and_then(|id| Field::named(&id)).unwrap_or(Field::Number)),
        "clear" => Page::Clear,
        "submit" => {
            let (yes, dialog) = (get(data, "yes").as_bool(), get(data, "dialog").is_truthy());
            Page::Submit { of: text("of")?, yes, dialog }
        }
        "present" => Page::Present(get(data, "dialog").is_truthy()),
        "validate" => Page::Validate,
        "returned" => Page::Returned,
        "abandon" => Page::Abandon,
        "online" => Page::Online(get(data, "yes").is_truthy()),
        "locale" => Page::Locale(text("locale")?, Text::read(get(data, "text"))),
        _ => return None,
    })
}
