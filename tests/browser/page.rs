//! What passes between page and form.

use js_sys::{JSON, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{MessageChannel, MessageEvent, MessagePort};
use yew::scheduler::flush;

use crate::stage::Stage;

/// The next message of the form, as JSON.
async fn next(port: &MessagePort) -> String {
    let message = Promise::new(&mut |resolve, _| {
        let hear = Closure::once_into_js(move |event: MessageEvent| {
            let text = JSON::stringify(&event.data()).unwrap();
            resolve.call1(&JsValue::NULL, &text).unwrap();
        });
        port.set_onmessage(Some(hear.unchecked_ref()));
    });
    JsFuture::from(message).await.unwrap().as_string().unwrap()
}

fn say(port: &MessagePort, json: &str) {
    port.post_message(&JSON::parse(json).unwrap()).unwrap();
}

#[wasm_bindgen_test]
async fn the_page_hears_how_far_the_shopper_is_and_nothing_of_the_card() {
    let line = MessageChannel::new().unwrap();
    let stage = Stage::mount(Some(line.port1())).await;
    let page = line.port2();
    assert_eq!(next(&page).await, r#"{"type":"ready"}"#);
    stage.enters("number").await;
    assert_eq!(next(&page).await, r#"{"type":"focus","field":"number"}"#);
    assert_eq!(next(&page).await, r#"{"type":"change","complete":false,"empty":true,"brand":null}"#, "how it begins");
    stage.leaves_text("number", "4242 4242 4242 4242|", "insertText").await;
    assert_eq!(next(&page).await, r#"{"type":"change","complete":false,"empty":false,"brand":"Visa"}"#);
    stage.leaves("number").await;
    assert_eq!(next(&page).await, r#"{"type":"blur","field":"number"}"#);
    stage.presses_escape("number").await;
    assert_eq!(next(&page).await, r#"{"type":"escape"}"#);
}

#[wasm_bindgen_test]
async fn pay_asked_by_the_page_is_judged_like_a_press() {
    let line = MessageChannel::new().unwrap();
    let stage = Stage::mount(Some(line.port1())).await;
    let page = line.port2();
    next(&page).await;
    say(&page, r#"{"type":"pay"}"#);
    let told = next(&page).await;
    assert!(told.contains(r#""type":"invalid","code":"number""#), "{told}");
    flush().await;
    assert!(stage.is_wrong("number"));
}

#[wasm_bindgen_test]
async fn messages_that_are_not_ours_change_nothing() {
    let line = MessageChannel::new().unwrap();
    let stage = Stage::mount(Some(line.port1())).await;
    let page = line.port2();
    next(&page).await;
    for json in ["null", "1", "\"pay\"", "{}", r#"{"type":1}"#, r#"{"type":"outcome"}"#, r#"{"type":"session"}"#] {
        say(&page, json);
    }
    say(&page, r#"{"type":"focus","field":"expiry"}"#);
    stage.enters("name").await;
    assert_eq!(
        next(&page).await,
        r#"{"type":"focus","field":"name"}"#,
        "the others were heard before, and said nothing"
    );
    assert!(!stage.is_wrong("number"));
}

#[wasm_bindgen_test]
async fn clear_empties_every_field() {
    let line = MessageChannel::new().unwrap();
    let stage = Stage::mount(Some(line.port1())).await;
    let page = line.port2();
    next(&page).await;
    stage.fills().await;
    say(&page, r#"{"type":"clear"}"#);
    // The line keeps its order: when the answer to the next message is here, the first was heard.
    say(&page, r#"{"type":"pay"}"#);
    while !next(&page).await.contains("invalid") {}
    for id in ["number", "expiry", "code", "name"] {
        assert_eq!(stage.input(id).value(), "", "{id}");
    }
}
