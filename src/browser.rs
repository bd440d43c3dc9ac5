//! What only a browser knows: the document, the date, the locale's money, a wait.

use std::rc::Rc;

use js_sys::{Array, Date, Function, Intl, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlInputElement, MessagePort, Window};
use yew::AttrValue;

use crate::checkout::CheckoutProps;
use crate::entry::{Field, Month};

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
    element(field.id())?.dyn_into().ok()
}

/// A property, or undefined.
pub(crate) fn get(from: &JsValue, name: &str) -> JsValue {
    Reflect::get(from, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A property, set. Fails only on objects that are not ours.
pub(crate) fn set(on: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(on, &JsValue::from_str(name), value);
}

/// What `boot.js` left: `window.florin = {port, config: {merchant, gateways}, locale}`. Without it,
/// in the playground, the form knows nobody to pay.
pub fn boot() -> CheckoutProps {
    let left = get(&window(), "florin");
    let config = get(&left, "config");
    let text = |value: JsValue| AttrValue::from(value.as_string().unwrap_or_default());
    let gateways: Rc<[String]> = get(&config, "gateways")
        .dyn_into::<Array>()
        .unwrap_or_default()
        .iter()
        .filter_map(|it| it.as_string())
        .collect();
    CheckoutProps {
        merchant: text(get(&config, "merchant")),
        gateways,
        port: get(&left, "port").dyn_into::<MessagePort>().ok(),
        locale: text(get(&left, "locale")),
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

/// An amount in the shopper's locale. No floats: the number is handed over as decimal text.
pub(crate) fn price(minor_units: i64, currency: &str, locale: &str) -> String {
    let decimals = florin_domain::money::Currency::parse(currency).map_or(2, florin_domain::money::Currency::decimals);
    let options = Object::new();
    set(&options, "style", &"currency".into());
    set(&options, "currency", &currency.into());
    set(&options, "minimumFractionDigits", &decimals.into());
    set(&options, "maximumFractionDigits", &decimals.into());
    let locales = Array::new();
    if !locale.is_empty() {
        locales.push(&locale.into());
    }
    let format: Function = Intl::NumberFormat::new(&locales, &options).format();
    let amount = JsValue::from_str(&decimal(minor_units, decimals));
    format.call1(&JsValue::UNDEFINED, &amount).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// `4200` with two decimals is `42.00`.
fn decimal(minor_units: i64, decimals: u32) -> String {
    // From the last digit on, without the formatting machinery, which costs kilobytes.
    let (mut rest, mut place, mut backwards) = (minor_units.unsigned_abs(), 0, Vec::new());
    while rest > 0 || place <= decimals {
        if place == decimals && decimals > 0 {
            backwards.push('.');
        }
        backwards.extend(char::from_digit((rest % 10) as u32, 10));
        rest /= 10;
        place += 1;
    }
    backwards.into_iter().rev().collect()
}

/// Waits.
pub(crate) async fn sleep(millis: u32) {
    let millis = i32::try_from(millis).unwrap_or(i32::MAX);
    let done = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis);
    });
    let _ = JsFuture::from(done).await;
}

/// A JavaScript object.
pub(crate) fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}

/// JSON text of a request; fields that are undefined are left out.
pub(crate) fn json(request: &JsValue) -> Option<JsValue> {
    JSON::stringify(request).ok().map(JsValue::from)
}

/// What 3-D Secure asks of a browser.
pub(crate) fn info() -> JsValue {
    let navigator = get(&window(), "navigator");
    let screen = get(&window(), "screen");
    object(&[
        ("user_agent", get(&navigator, "userAgent")),
        // A script can't read the header; browsers send this for documents.
        ("accept_header", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8".into()),
        ("language", get(&navigator, "language")),
        ("color_depth", get(&screen, "colorDepth")),
        ("screen_height", get(&screen, "height")),
        ("screen_width", get(&screen, "width")),
        // Minutes from local time to UTC, as EMV 3-D Secure counts.
        ("time_zone", Date::new_0().get_timezone_offset().into()),
        ("java_enabled", false.into()),
        ("java_script_enabled", true.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_decimals_without_floats() {
        for (minor_units, decimals, expected) in
            [(4200, 2, "42.00"), (5, 2, "0.05"), (0, 2, "0.00"), (500, 0, "500"), (1234, 3, "1.234"), (12, 4, "0.0012")]
        {
            assert_eq!(decimal(minor_units, decimals), expected);
        }
    }
}
