//! What only a browser knows: the document, the date, the locale's money, a wait.

use js_sys::{Array, Date, Object, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlInputElement, Window};
use yew::AttrValue;

use crate::checkout::CheckoutProps;
use crate::entry::{Field, Month};
use crate::text::Text;

/// The window. There is always one: the form runs in a document.
pub(crate) fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// An element of the document.
pub fn element(id: &str) -> Option<Element> {
    window().document()?.get_element_by_id(id)
}

/// The input of a field.
pub(crate) fn input(field: Field) -> Option<HtmlInputElement> {
    // The country's is a select: of what is used here it has all but `readonly`.
    element(field.id()).map(JsCast::unchecked_into)
}

/// Whether the page asks for what not every page asks for.
pub(crate) fn shown(field: Field) -> bool {
    is_set(field.id())
}

/// Whether the root of the document lists `word` among its fields, and not among those that the chosen
/// country has none of.
pub(crate) fn is_set(word: &str) -> bool {
    let selector = ["[data-fields~=", word, "]:not([data-without~=", word, "])"].concat();
    let root = window().document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.matches(&selector).unwrap_or_default())
}

/// A property, or undefined.
pub(crate) fn get(from: &JsValue, name: &str) -> JsValue {
    Reflect::get(from, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is text.
pub(crate) fn text(from: &JsValue, name: &str) -> Option<String> {
    get(from, name).as_string()
}

/// A list of texts; empty when it is none.
pub(crate) fn texts(list: JsValue) -> impl Iterator<Item = String> {
    let list: Array = list.dyn_into().unwrap_or_default();
    list.into_iter().map(|it| it.as_string().unwrap_or_default())
}

/// A property, set. Fails only on objects that are not ours.
pub(crate) fn set(on: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(on, &JsValue::from_str(name), value);
}

/// What `boot.js` left.
fn left(name: &str) -> JsValue {
    get(&get(&window(), "florin"), name)
}

/// Where the form is rendered: beside the document's, which it then replaces; in the playground, in it.
pub fn root() -> Option<Element> {
    left("root").dyn_into().ok().or_else(|| element("florin-form"))
}

/// What `boot.js` left: `window.florin = {port, config: {merchant, gateways}, locale, text}`. Without it,
/// in the playground, the form knows nobody to pay.
pub fn boot() -> CheckoutProps {
    let config = left("config");
    let text = |value: JsValue| AttrValue::from(value.as_string().unwrap_or_default());
    CheckoutProps {
        merchant: text(get(&config, "merchant")),
        gateways: texts(get(&config, "gateways")).collect(),
        // `boot.js` leaves a port, or nothing.
        port: Some(left("port")).filter(JsValue::is_truthy).map(JsCast::unchecked_into),
        locale: text(left("locale")),
        text: Text::read(left("text")),
    }
}

/// This month, by the shopper's clock: only spares them a try; the bank decides.
pub(crate) fn today() -> Month {
    let now = Date::new_0();
    Month {
        year: u16::try_from(now.get_full_year()).unwrap_or(0),
        month: u8::try_from(now.get_month() + 1).unwrap_or(0),
    }
}

/// An amount in the shopper's locale.
pub(crate) fn price(minor_units: i64, currency: &str, locale: &str) -> String {
    let decimals = florin_domain::money::decimals_of(currency);
    // Amounts are below two to the 53rd: JavaScript's number holds them exactly.
    written(minor_units as f64, decimals, currency, locale)
}

/// Waits.
pub(crate) async fn sleep(millis: u32) {
    let _ = JsFuture::from(later(millis)).await;
}

/// A JavaScript object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}

/// What `boot.js` and the glue do for the form: JavaScript says it in fewer bytes.
#[wasm_bindgen]
extern "C" {
    /// What 3-D Secure asks of a browser.
    #[wasm_bindgen(js_namespace = florin)]
    pub(crate) fn info() -> JsValue;

    /// An amount in minor units, written in a locale.
    #[wasm_bindgen(js_namespace = florin, js_name = price)]
    fn written(minor_units: f64, decimals: u32, currency: &str, locale: &str) -> String;

    /// Sends a request, a GET where `body` is undefined, and gives `{status, body}` once all of the answer is
    /// there. What stands in it as undefined is not sent.
    #[wasm_bindgen(js_namespace = florin)]
    pub(crate) fn send(url: &str, key: Option<&str>, body: &JsValue, within_ms: u32) -> Promise;

    /// Resolves later.
    #[wasm_bindgen(js_namespace = florin, js_name = sleep)]
    fn later(millis: u32) -> Promise;
}
