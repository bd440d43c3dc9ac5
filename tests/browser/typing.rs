//! What stands in the fields while they are typed into.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::stage::Stage;

#[wasm_bindgen_test]
async fn typing_groups_the_number() {
    let stage = Stage::mount(None).await;
    stage.types("number", "4242424242424242").await;
    assert_eq!(stage.shows("number"), "4242 4242 4242 4242|");
    stage.types("expiry", "1299").await;
    assert_eq!(stage.shows("expiry"), "12 / 99|");
    stage.types("code", "12x3").await;
    assert_eq!(stage.shows("code"), "123|");
    stage.types("name", "Ada 4").await;
    assert_eq!(stage.shows("name"), "Ada 4|");
}

#[wasm_bindgen_test]
async fn a_digit_in_the_middle_keeps_the_caret() {
    let stage = Stage::mount(None).await;
    stage.types("number", "42424242").await;
    stage.leaves_text("number", "4292|42 4242", "insertText").await;
    assert_eq!(stage.shows("number"), "4292| 4242 42");
    stage.leaves_text("number", "42921| 4242 42", "insertText").await;
    assert_eq!(stage.shows("number"), "4292 1|424 242");
}

#[wasm_bindgen_test]
async fn erasing_a_gap_erases_the_digit_beside_it() {
    let stage = Stage::mount(None).await;
    stage.types("number", "42424242").await;
    stage.leaves_text("number", "4242|4242", "deleteContentBackward").await;
    assert_eq!(stage.shows("number"), "424|4 242");
    stage.leaves_text("number", "424|242", "deleteContentBackward").await;
    assert_eq!(stage.shows("number"), "424|2 42", "a digit that went needs no company");
}

#[wasm_bindgen_test]
async fn a_backspace_gets_past_the_slash() {
    let stage = Stage::mount(None).await;
    stage.types("expiry", "12").await;
    assert_eq!(stage.shows("expiry"), "12 / |");
    stage.leaves_text("expiry", "12 /|", "deleteContentBackward").await;
    assert_eq!(stage.shows("expiry"), "12|");
    stage.leaves_text("expiry", "1|", "deleteContentBackward").await;
    assert_eq!(stage.shows("expiry"), "1|");
}

#[wasm_bindgen_test]
async fn pasted_and_foreign_digits_are_folded() {
    let stage = Stage::mount(None).await;
    stage.leaves_text("number", "４２４２-٤٢٤٢ 42424242|", "insertFromPaste").await;
    assert_eq!(stage.shows("number"), "4242 4242 4242 4242|");
}

#[wasm_bindgen_test]
async fn nothing_is_written_during_a_composition() {
    let stage = Stage::mount(None).await;
    stage.composes("number", "４２４２４|", "insertCompositionText", true).await;
    assert_eq!(stage.input("number").value(), "４２４２４");
    stage.composes("number", "４２４２４|", "insertCompositionText", false).await;
    assert_eq!(stage.shows("number"), "4242 4|");
}

#[wasm_bindgen_test]
async fn the_brand_turns_up_once_it_is_certain() {
    let stage = Stage::mount(None).await;
    let side = || stage.find(".coin").get_attribute("data-side").unwrap();
    stage.types("number", "6").await;
    assert_eq!(side(), "card");
    stage.types("number", "011").await;
    assert_eq!((side().as_str(), stage.text(".coin .unseen").as_str()), ("brand", "Discover"));
    let mark = stage.find(".back use").get_attribute("href").unwrap();
    assert_eq!(mark, "#m-Discover");
    stage.leaves_text("number", "|", "deleteContentBackward").await;
    assert_eq!(side(), "card");
}

#[wasm_bindgen_test]
async fn an_american_express_asks_for_four_digits() {
    let stage = Stage::mount(None).await;
    assert_eq!(stage.input("code").placeholder(), "3 digits");
    stage.types("number", "378282246310005").await;
    assert_eq!(stage.shows("number"), "3782 822463 10005|");
    assert_eq!(stage.input("code").placeholder(), "4 digits");
}

#[wasm_bindgen_test]
async fn what_was_typed_survives_every_render() {
    let stage = Stage::mount(None).await;
    stage.types("name", "Ada").await;
    stage.types("number", "4242").await;
    stage.leaves("number").await;
    stage.presses_pay().await;
    assert_eq!(stage.input("name").value(), "Ada");
    assert_eq!(stage.input("number").value(), "4242");
}

#[wasm_bindgen_test]
async fn no_attribute_of_the_document_holds_a_digit_of_the_card() {
    let stage = Stage::mount(None).await;
    stage.fills().await;
    let html = stage.find("form").outer_html();
    for secret in ["4242 4242", "42424242", "12 / 99", "Lovelace"] {
        assert!(!html.contains(secret), "{secret} stands in {html}");
    }
    assert!(!html.contains("name=") && !html.contains("pattern="), "{html}");
}
