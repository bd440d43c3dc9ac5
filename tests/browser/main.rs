//! The form in a real browser: typing, mistakes, focus, words. No network; nothing sleeps.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod stage;

mod amounts;
mod answers;
mod page;
mod phases;
mod typing;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
