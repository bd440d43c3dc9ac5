//! Paying with a card that needs no bank's page.

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use serde_json::json;

use super::Props;
use crate::shopper::{APPROVED, DECLINED, Field, Shopper};
use crate::waiting::eventually;

super::journeys![
    an_approved_card_pays_the_order,
    a_declined_card_then_another_card,
    a_reload_in_mid_payment_finds_the_payment_again,
    a_mistake_is_shown_beside_its_field_and_goes_when_mended,
    the_keyboard_alone_is_enough,
];

async fn an_approved_card_pays_the_order(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    shopper.pay(APPROVED).await?;
    shopper.thanked().await?;
    let order = props.demo.newest_order().await?;
    ensure!(order["status"] == json!("paid"), "{order}");
    ensure!(order["amount_captured"] == order["amount"], "{order}");
    ensure!(order["payment"]["card"]["last4"] == json!("4242"), "{order}");
    Ok(())
}

async fn a_declined_card_then_another_card(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    shopper.pay(DECLINED).await?;
    shopper.phase_is("declined").await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("open"));
    // The card that was refused for good is not offered again, and the focus waits for another.
    ensure!(shopper.value(Field::Number).await?.is_empty());
    has_the_focus(&shopper, "cc-number").await?;
    shopper.pay(APPROVED).await?;
    shopper.thanked().await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}

async fn a_reload_in_mid_payment_finds_the_payment_again(props: Props) -> Result<()> {
    props.shopper().await?;
    let id = props.order_id().await?;
    let shopper = props.shopper_at(&format!("/?order={id}")).await?;
    let fault = json!({ "route": "POST /payments/{payment_id}/confirm", "fault": "delay", "ms": 4000, "times": 1 });
    props.demo.sandbox("faults", fault).await?;
    shopper.pay(APPROVED).await?;
    // A request that a reload cuts off before it arrives pays nothing: only one that arrived is in mid-payment.
    props.demo.card_has_arrived(&id).await?;
    shopper.turn_to_page().await?;
    shopper.client.refresh().await?;
    shopper.thanked().await?;
    let order = props.demo.order_is(&id, "paid").await?;
    ensure!(order["amount_captured"] == order["amount"], "{order}");
    ensure!(props.demo.entries(&id, "payment_opened").await? == 1);
    Ok(())
}

async fn a_mistake_is_shown_beside_its_field_and_goes_when_mended(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    shopper.retype(Field::Number, "4242424242424241").await?;
    shopper.go_to(Field::Expiry).await?;
    let invalid = async || anyhow::Ok(shopper.field(Field::Number).await?.attr("aria-invalid").await?);
    eventually("the number is marked", async || Ok((invalid().await?.as_deref() == Some("true")).then_some(())))
        .await?;
    ensure!(shopper.text().await?.contains("card number"), "{}", shopper.text().await?);
    shopper.go_to(Field::Number).await?;
    shopper.press([Key::End.into(), Key::Backspace.into(), '2']).await?;
    eventually("a mended number is marked no more", async || {
        Ok((invalid().await?.as_deref() != Some("true")).then_some(()))
    })
    .await?;
    // Pressing the button leads to the first mistake, and sends nothing.
    shopper.press_pay().await?;
    has_the_focus(&shopper, "cc-exp").await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("open"));
    Ok(())
}

/// The field of this `autocomplete` has it, or gets it with the next drawing.
async fn has_the_focus(shopper: &Shopper, autocomplete: &str) -> Result<()> {
    eventually(&format!("{autocomplete} has the focus"), async || {
        let focused = shopper.run("return document.activeElement?.autocomplete").await?;
        Ok((focused == json!(autocomplete)).then_some(()))
    })
    .await
}

async fn the_keyboard_alone_is_enough(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    let number_has_focus = "return document.activeElement?.autocomplete === 'cc-number'";
    // Where the shop's own links come first, Tab goes through them.
    for _ in 0..20 {
        shopper.turn_to_page().await?;
        shopper.press([Key::Tab.into()]).await?;
        shopper.turn_to_form().await?;
        if shopper.run(number_has_focus).await? == json!(true) {
            break;
        }
    }
    ensure!(shopper.run(number_has_focus).await? == json!(true), "Tab does not lead to the card number");
    for text in [APPROVED, "1230", "123"] {
        shopper.press(text.chars()).await?;
        // A complete field may have moved the focus on by itself.
        let now = shopper.run("return document.activeElement?.value").await?;
        if now != json!("") {
            shopper.press([Key::Tab.into()]).await?;
        }
    }
    shopper.press("Ada Lovelace".chars()).await?;
    shopper.press([Key::Enter.into()]).await?;
    shopper.thanked().await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}
