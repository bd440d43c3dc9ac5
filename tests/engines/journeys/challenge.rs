//! Paying with a card whose bank asks first: in a dialog, by redirect, refused, and with a return
//! that somebody changed.

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Props;
use crate::shopper::{APPROVED, CHALLENGED};

super::journeys![
    a_challenge_in_the_dialog_pays_the_order,
    a_challenge_by_redirect_pays_the_order,
    a_refused_challenge_then_another_card,
    a_tampered_return_changes_nothing,
];

/// The demo's shop shows the bank in a dialog unless it is asked to leave for it.
const BY_REDIRECT: &str = "/?presentation=redirect";

async fn a_challenge_in_the_dialog_pays_the_order(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    let page = props.client.current_url().await?;
    shopper.pay(CHALLENGED).await?;
    shopper.turn_to_bank_in_dialog().await?;
    shopper.click("a.approve").await?;
    shopper.thanked().await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("paid"));
    ensure!(props.client.current_url().await?.origin() == page.origin(), "the page never leaves");
    Ok(())
}

async fn a_challenge_by_redirect_pays_the_order(props: Props) -> Result<()> {
    let shopper = props.shopper_at(BY_REDIRECT).await?;
    shopper.pay(CHALLENGED).await?;
    shopper.at_the_bank().await?;
    shopper.click("a.approve").await?;
    shopper.thanked().await?;
    let landed = props.client.current_url().await?;
    let names: Vec<_> = landed.query_pairs().map(|(name, _)| name.into_owned()).collect();
    ensure!(names == ["order"], "something of the signed address is left: {landed}");
    ensure!(props.demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}

async fn a_refused_challenge_then_another_card(props: Props) -> Result<()> {
    let shopper = props.shopper().await?;
    shopper.pay(CHALLENGED).await?;
    shopper.turn_to_bank_in_dialog().await?;
    shopper.click("a.refuse").await?;
    shopper.phase_is("declined").await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("open"));
    shopper.pay(APPROVED).await?;
    shopper.thanked().await?;
    ensure!(props.demo.newest_order().await?["status"] == json!("paid"));
    Ok(())
}

/// The return URL is walked to by hand, so that it can be changed before the browser goes there.
async fn a_tampered_return_changes_nothing(props: Props) -> Result<()> {
    props.demo.sandbox("webhooks", json!({ "mode": "hold" })).await?;
    let shopper = props.shopper_at(BY_REDIRECT).await?;
    shopper.pay(CHALLENGED).await?;
    shopper.at_the_bank().await?;
    let id = props.order_id().await?;
    let honest = signed_return(&props, shopper.address_of("a.approve").await?).await?;
    ensure!(honest.contains("status=succeeded"), "{honest}");
    props.client.goto(&honest.replace("status=succeeded", "status=Succeeded")).await?;
    let landed = props.client.current_url().await?;
    ensure!(landed.as_str() == format!("{}/?order={id}", props.demo.shop_url()), "{landed}");
    props.demo.order_is(&id, "requires_action").await?;
    // The same address as it was signed is honest still.
    props.client.goto(&honest).await?;
    shopper.thanked().await?;
    props.demo.order_is(&id, "paid").await?;
    Ok(())
}

async fn signed_return(props: &Props, mut url: String) -> Result<String> {
    let walker = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    while !url.starts_with(props.demo.merchant_url()) {
        let answer = walker.get(&url).send().await?;
        ensure!(answer.status().is_redirection(), "{url}: {}", answer.status());
        let next = answer.headers().get("location").context("a redirect to nowhere")?;
        url = next.to_str()?.to_owned();
    }
    Ok(url)
}
