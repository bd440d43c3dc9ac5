//! Puts the form into the test's document, and types into it as a browser would.

use florin_form::checkout::{Checkout, CheckoutProps};
use florin_form::text::{Text, Word};
use js_sys::{JSON, Reflect};
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, Event, EventInit, FocusEvent, FocusEventInit, HtmlElement, HtmlInputElement, InputEvent,
    InputEventInit, KeyboardEvent, MessagePort,
};
use yew::AppHandle;
use yew::scheduler::flush;

/// A mounted form. Ids are the document's, so that only one stands at a time.
pub(crate) struct Stage {
    app: Option<AppHandle<Checkout>>,
    root: Element,
}

impl Stage {
    /// Mounts the form without a session: it asks nobody.
    pub(crate) async fn mount(port: Option<MessagePort>) -> Self {
        // What `boot.js` says of a page that asked for nothing special.
        document().document_element().unwrap().set_attribute("data-fields", "name").unwrap();
        let root = document().create_element("main").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let props = CheckoutProps {
            merchant: "http://merchant.invalid".into(),
            gateways: ["http://gateway.invalid".to_owned()].into(),
            port,
            locale: "en".into(),
            text: english(),
        };
        let app = yew::Renderer::<Checkout>::with_root_and_props(root.clone(), props).render();
        flush().await;
        Self { app: Some(app), root }
    }

    pub(crate) fn input(&self, id: &str) -> HtmlInputElement {
        // The country's is a select: of what is used here it has all but a selection.
        self.find(&["#", id].concat()).unchecked_into()
    }

    pub(crate) fn find(&self, selector: &str) -> Element {
        self.root.query_selector(selector).unwrap().unwrap_or_else(|| panic!("no {selector}"))
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap()
    }

    /// Whether a cell shows a mistake.
    pub(crate) fn is_wrong(&self, field: &str) -> bool {
        self.find(&format!(".cell[data-field={field}]")).has_attribute("data-wrong")
    }

    /// Replaces the text as a key would: `|` is the caret afterwards.
    pub(crate) async fn leaves_text(&self, id: &str, marked: &str, kind: &str) {
        self.composes(id, marked, kind, false).await;
    }

    pub(crate) async fn composes(&self, id: &str, marked: &str, kind: &str, composing: bool) {
        let input = self.input(id);
        let caret = u32::try_from(marked[..marked.find('|').unwrap()].encode_utf16().count()).unwrap();
        input.set_value(&marked.replace('|', ""));
        input.set_selection_range(caret, caret).unwrap();
        let init = InputEventInit::new();
        init.set_bubbles(true);
        init.set_input_type(kind);
        init.set_is_composing(composing);
        input.dispatch_event(&InputEvent::new_with_event_init_dict("input", &init).unwrap()).unwrap();
        flush().await;
    }

    /// What stands in the field now, with its caret.
    pub(crate) fn shows(&self, id: &str) -> String {
        let input = self.input(id);
        let mut text = input.value();
        text.insert(input.selection_start().unwrap().unwrap() as usize, '|');
        text
    }

    /// Types key by key at the end.
    pub(crate) async fn types(&self, id: &str, text: &str) {
        self.enters(id).await;
        for key in text.chars() {
            let marked = format!("{}{key}|", self.input(id).value());
            self.leaves_text(id, &marked, "insertText").await;
        }
    }

    pub(crate) async fn enters(&self, id: &str) {
        self.focus_event(id, "focusin").await;
    }

    pub(crate) async fn leaves(&self, id: &str) {
        self.focus_event(id, "focusout").await;
    }

    /// The test's window has no focus of its own: the events are made.
    async fn focus_event(&self, id: &str, kind: &str) {
        let init = FocusEventInit::new();
        init.set_bubbles(true);
        let event = FocusEvent::new_with_focus_event_init_dict(kind, &init).unwrap();
        self.input(id).dispatch_event(&event).unwrap();
        flush().await;
    }

    pub(crate) async fn presses_escape(&self, id: &str) {
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &{
            let init = web_sys::KeyboardEventInit::new();
            init.set_bubbles(true);
            init.set_key("Escape");
            init
        });
        self.input(id).dispatch_event(&event.unwrap()).unwrap();
        flush().await;
    }

    /// A click on the button, as a shopper's: the browser makes the submit.
    pub(crate) async fn presses_pay(&self) {
        self.find("#pay").dyn_into::<HtmlElement>().unwrap().click();
        flush().await;
    }

    /// Enter, without a click.
    pub(crate) async fn submits(&self) -> bool {
        let init = EventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = Event::new_with_event_init_dict("submit", &init).unwrap();
        let goes_on = self.find("form").dispatch_event(&event).unwrap();
        flush().await;
        goes_on
    }

    pub(crate) fn focused(&self) -> String {
        document().active_element().map(|element| element.id()).unwrap_or_default()
    }

    /// A card without mistakes.
    pub(crate) async fn fills(&self) {
        self.types("number", "4242424242424242").await;
        self.types("expiry", "1299").await;
        self.types("code", "123").await;
        self.types("name", "Ada Lovelace").await;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

/// The words of the English document.
pub(crate) fn english() -> Text {
    let words = JSON::parse(include_str!("../../www/locales/en.json")).unwrap();
    Text::new(Word::KEYS.iter().map(|key| Reflect::get(&words, &(*key).into()).unwrap().as_string().unwrap()))
}

pub(crate) fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}
