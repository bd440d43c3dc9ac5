//! Mistakes, focus and words.

use florin_form::button;
use florin_form::entry::Field;
use florin_form::state::{Closed, Decline, Phase, State};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::{Stage, english};

#[wasm_bindgen_test]
async fn a_mistake_shows_on_leaving_and_goes_when_mended() {
    let stage = Stage::mount(None).await;
    stage.types("number", "4242424242424241").await;
    assert!(!stage.is_wrong("number"), "nobody is corrected while typing");
    stage.leaves("number").await;
    assert!(stage.is_wrong("number"));
    assert_eq!(stage.input("number").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(stage.text(".cell[data-field=number] label").contains("Check the digits"));
    assert_eq!(stage.text("#message").trim(), "Check the card number: one digit looks wrong.");
    stage.enters("number").await;
    stage.leaves_text("number", "4242 4242 4242 4242|", "insertText").await;
    assert!(!stage.is_wrong("number"));
    assert_eq!(stage.input("number").get_attribute("aria-invalid"), None);
    assert_eq!(stage.text("#message").trim(), "");
}

#[wasm_bindgen_test]
async fn a_field_that_was_only_passed_through_is_no_mistake() {
    let stage = Stage::mount(None).await;
    for field in Field::ALL {
        stage.enters(field.id()).await;
        stage.leaves(field.id()).await;
        assert!(!stage.is_wrong(field.id()));
    }
}

#[wasm_bindgen_test]
async fn pressing_pay_goes_to_the_first_mistake() {
    let stage = Stage::mount(None).await;
    stage.types("number", "4242424242424242").await;
    stage.types("code", "12").await;
    stage.presses_pay().await;
    assert_eq!(stage.focused(), "expiry");
    assert!(!stage.is_wrong("number"));
    assert!(stage.is_wrong("expiry") && stage.is_wrong("code") && stage.is_wrong("name"));
    assert!(stage.text("#message").ends_with("2\u{a0}more to mend."), "{}", stage.text("#message"));
}

#[wasm_bindgen_test]
async fn enter_submits_nothing_to_anywhere() {
    let stage = Stage::mount(None).await;
    assert!(!stage.submits().await, "the browser must not submit");
    assert_eq!(stage.focused(), "number");
}

#[wasm_bindgen_test]
async fn a_press_before_the_price_is_held_and_locks_the_card() {
    let stage = Stage::mount(None).await;
    stage.fills().await;
    stage.presses_pay().await;
    assert_eq!(stage.text("#pay .word"), "Paying…");
    assert!(stage.input("number").read_only());
    assert_eq!(stage.shows("number"), "4242 4242 4242 4242|");
}

#[wasm_bindgen_test]
fn the_button_says_where_the_payment_stands() {
    let text = english();
    let declined = |again| Phase::Declined { again, reason: Decline::OTHER };
    for (phase, word) in [
        (Phase::Editing, "Pay"),
        (Phase::Paying, "Paying…"),
        (Phase::Challenge { url: String::new(), attempt: None }, "Confirm with your bank"),
        (Phase::Processing, "Processing…"),
        (Phase::Unknown, "Checking…"),
        (declined(true), "Try again"),
        (declined(false), "Try another card"),
        (Phase::Paid, "Paid"),
        (Phase::Closed(Closed::Expired), "Expired"),
        (Phase::Closed(Closed::Canceled), "Canceled"),
        (Phase::Failed { again: true }, "Try again"),
        (Phase::Failed { again: false }, "Not available"),
    ] {
        let mut state = State::default();
        state.phase = phase;
        assert_eq!(button::word(&state, &text), word);
    }
    let mut given_up = State::default();
    given_up.phase = Phase::Challenge { url: String::new(), attempt: None };
    given_up.leaving = true;
    assert_eq!(button::word(&given_up, &text), "Checking…");
}
