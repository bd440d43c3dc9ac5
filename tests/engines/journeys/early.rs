//! The form is used before its WebAssembly has arrived: whatever was typed, pressed, selected or put
//! there by somebody else is still there when it has.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use super::{HeldProps, Props};
use crate::shopper::{APPROVED, Field, Shopper};
use crate::waiting::eventually;

super::journeys![
    before_the_wasm_the_next_digit_lands_where_the_caret_was,
    before_the_wasm_a_selection_stays_selected,
    before_the_wasm_a_composition_is_left_alone,
    before_the_wasm_what_the_browser_filled_in_stays,
    before_the_wasm_a_foreign_node_breaks_nothing,
    enter_in_the_first_millisecond_sends_nothing,
    a_press_before_the_wasm_pays_when_it_has_arrived,
];

/// Twelve digits, with the caret after the sixth.
async fn half_a_number(shopper: &Shopper) -> Result<()> {
    shopper.go_to(Field::Number).await?;
    shopper.press("424242424242".chars()).await?;
    shopper.press([Key::Left.into(); 6]).await
}

async fn before_the_wasm_the_next_digit_lands_where_the_caret_was(props: Props) -> Result<()> {
    let HeldProps { demo: _demo, host, shopper } = props.held().await?;
    half_a_number(&shopper).await?;
    host.release();
    shopper.is_served().await?;
    shopper.press(['9']).await?;
    eventually("the digit is where the caret was", async || {
        let value = shopper.value(Field::Number).await?;
        ensure!(value == "4242 4294 2424 2", "{value}");
        Ok(Some(()))
    })
    .await?;
    // And the caret is behind it.
    shopper.press(['8']).await?;
    let value = shopper.value(Field::Number).await?;
    ensure!(value == "4242 4298 4242 42", "{value}");
    Ok(())
}

async fn before_the_wasm_a_selection_stays_selected(props: Props) -> Result<()> {
    let HeldProps { demo: _demo, host, shopper } = props.held().await?;
    half_a_number(&shopper).await?;
    shopper.run("document.activeElement.setSelectionRange(4, 8)").await?;
    host.release();
    shopper.is_served().await?;
    let selected = "const { value, selectionStart, selectionEnd } = document.activeElement; \
        return value.slice(selectionStart, selectionEnd)";
    let selected = shopper.run(selected).await?;
    ensure!(selected.as_str().is_some_and(|text| text.replace(' ', "") == "4242"), "{selected} is selected");
    shopper.press(['7']).await?;
    ensure!(shopper.value(Field::Number).await? == "4242 7424 2");
    Ok(())
}

/// No driver can open a real composition, so the browser's events of one are sent by hand.
async fn before_the_wasm_a_composition_is_left_alone(props: Props) -> Result<()> {
    let HeldProps { demo: _demo, host, shopper } = props.held().await?;
    shopper.go_to(Field::Name).await?;
    shopper.press("Ada".chars()).await?;
    shopper.run("window.composed = document.activeElement").await?;
    let say = |event: &str| format!("composed.dispatchEvent(new CompositionEvent('{event}', {{ bubbles: true }}))");
    shopper.run(&say("compositionstart")).await?;
    shopper.run("composed.value = 'Ada 愛'").await?;
    host.release();
    // The form beside it has been rendered, and waits.
    eventually("the WebAssembly has rendered", async || {
        Ok((shopper.run("return Boolean(window.florin.root?.querySelector('input'))").await? == json!(true))
            .then_some(()))
    })
    .await?;
    ensure!(shopper.run("return composed.isConnected && document.activeElement === composed").await? == json!(true));
    ensure!(shopper.run("return window.florin.alive").await? != json!(true), "it was taken over in mid-composition");
    shopper.run(&say("compositionend")).await?;
    shopper.is_served().await?;
    ensure!(shopper.value(Field::Name).await? == "Ada 愛");
    Ok(())
}

/// As browsers fill in a saved card: values and events, without a key.
async fn before_the_wasm_what_the_browser_filled_in_stays(props: Props) -> Result<()> {
    let HeldProps { demo, host, shopper } = props.held().await?;
    let script = "for (const [token, value] of [['cc-number', '4242424242424242'], ['cc-exp', '12/2030'], \
        ['cc-csc', '123'], ['cc-name', 'Ada Lovelace']]) { \
        const input = document.querySelector(`form input[autocomplete~=${token}]`); \
        input.focus(); input.value = value; \
        for (const event of ['input', 'change']) input.dispatchEvent(new Event(event, { bubbles: true })); }";
    shopper.run(script).await?;
    host.release();
    shopper.is_served().await?;
    ensure!(shopper.value(Field::Number).await? == "4242 4242 4242 4242");
    ensure!(shopper.value(Field::Name).await? == "Ada Lovelace");
    shopper.press_pay().await?;
    shopper.thanked().await?;
    ensure!(demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}

/// As password managers and translators do.
async fn before_the_wasm_a_foreign_node_breaks_nothing(props: Props) -> Result<()> {
    let HeldProps { demo, host, shopper } = props.held().await?;
    let script = "for (const input of document.querySelectorAll('form input')) { \
        const mark = document.createElement('div'); mark.className = 'foreign'; mark.textContent = '*'; \
        input.after(mark); } \
        for (const label of document.querySelectorAll('form label')) { \
        const font = document.createElement('font'); font.append(...label.childNodes); label.append(font); }";
    shopper.run(script).await?;
    half_a_number(&shopper).await?;
    host.release();
    shopper.is_served().await?;
    shopper.run(script).await?;
    shopper.pay(APPROVED).await?;
    shopper.thanked().await?;
    ensure!(demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}

async fn enter_in_the_first_millisecond_sends_nothing(props: Props) -> Result<()> {
    let HeldProps { demo, host, shopper } = props.held().await?;
    let address = shopper.run("return location.href").await?;
    shopper.go_to(Field::Number).await?;
    shopper.press("42424242".chars().chain([Key::Enter.into()])).await?;
    ensure!(shopper.run("return location.href").await? == address, "the frame went elsewhere");
    ensure!(shopper.value(Field::Number).await?.replace(' ', "") == "42424242");
    host.release();
    shopper.is_served().await?;
    // The press was held: now it leads to the mistake.
    eventually("the mistake is marked", async || {
        let marked = shopper.field(Field::Number).await?.attr("aria-invalid").await?;
        Ok((marked.as_deref() == Some("true")).then_some(()))
    })
    .await?;
    ensure!(shopper.run("return location.href").await? == address, "the frame went elsewhere");
    let told = "return performance.getEntriesByType('resource').map(({ name }) => name).join(' ')";
    let told = format!("{} {}", shopper.run(told).await?, host.asked().join(" "));
    ensure!(!told.contains("42424242"), "a request holds digits: {told}");
    ensure!(demo.newest_order().await?["status"] == json!("open"));
    Ok(())
}

async fn a_press_before_the_wasm_pays_when_it_has_arrived(props: Props) -> Result<()> {
    let HeldProps { demo, host, shopper } = props.held().await?;
    shopper.fill(APPROVED).await?;
    shopper.press_pay().await?;
    host.release();
    shopper.thanked().await?;
    ensure!(demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}
