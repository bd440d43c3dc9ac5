//! How amounts are written. The browser does it; no float ever holds a fraction of one.

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// The function of that name in `services.mjs`, whose exports only the bundler can import.
fn service(name: &str) -> Function {
    let services = include_str!("../../www/boot/services.mjs").replace("export ", "");
    let found = Function::new_no_args(&[&services, "return ", name].concat()).call0(&JsValue::NULL);
    found.unwrap().unchecked_into()
}

#[wasm_bindgen_test]
fn minor_units_become_decimals() {
    let price = service("price");
    for (minor_units, decimals, currency, expected) in [
        (4200, 2, "EUR", "€42.00"),
        (5, 2, "EUR", "€0.05"),
        (0, 2, "EUR", "€0.00"),
        (999_999_999, 2, "EUR", "€9,999,999.99"),
        (500, 0, "JPY", "¥500"),
        (1234, 3, "KWD", "KWD\u{a0}1.234"),
        (12, 4, "CLF", "CLF\u{a0}0.0012"),
    ] {
        let arguments = Array::of4(&minor_units.into(), &decimals.into(), &currency.into(), &"en".into());
        assert_eq!(price.apply(&JsValue::NULL, &arguments).unwrap().as_string().unwrap(), expected);
    }
}
