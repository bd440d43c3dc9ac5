//! The scenarios themselves, each as it would be told.

use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use serde_json::{Value, json};

use super::shop::PRICE;
use super::shopper::{APPROVED, CHALLENGED, DECLINED, card_body, payment_of};
use super::stage::Stage;

/// Which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Play {
    HappyPath,
    DeclinedThenAnotherCard,
    ThreeDsApproved,
    ThreeDsRefused,
    ThreeDsAbandoned,
    LostAnswer,
    WebhookBeforeReturn,
    LateWebhook,
    DuplicateWebhook,
    Refund,
    ExpiredCard,
    DoubleClick,
    Refresh,
    PartialCapture,
    Void,
}

/// Plays it to its end; an error says what was not as it should be.
pub(super) async fn play(play: Play, stage: &mut Stage<'_>) -> Result<()> {
    match play {
        Play::HappyPath => happy_path(stage).await,
        Play::DeclinedThenAnotherCard => declined_then_another_card(stage).await,
        Play::ThreeDsApproved => three_ds_approved(stage).await,
        Play::ThreeDsRefused => three_ds_refused(stage).await,
        Play::ThreeDsAbandoned => three_ds_abandoned(stage).await,
        Play::LostAnswer => lost_answer(stage).await,
        Play::WebhookBeforeReturn => webhook_before_return(stage).await,
        Play::LateWebhook => late_webhook(stage).await,
        Play::DuplicateWebhook => duplicate_webhook(stage).await,
        Play::Refund => refund(stage).await,
        Play::ExpiredCard => expired_card(stage).await,
        Play::DoubleClick => double_click(stage).await,
        Play::Refresh => refresh(stage).await,
        Play::PartialCapture => partial_capture(stage).await,
        Play::Void => void(stage).await,
    }
}

async fn happy_path(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let result = stage.pay_with(&order, APPROVED).await?;
    stage.expect("the shopper's result", &result["status"], "paid")?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["succeeded"]).await?;
    stage.paid_once(&order).await
}

async fn declined_then_another_card(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let result = stage.pay_with(&order, DECLINED).await?;
    stage.expect("the first card's result", &result["status"], "declined")?;
    stage.expect("what the shopper is told to do", &result["error"]["advice"], "other_card")?;
    let result = stage.pay_with(&order, APPROVED).await?;
    stage.expect("the second card's result", &result["status"], "paid")?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["failed", "succeeded"]).await
}

/// An order whose bank asks: the order, and the Result that says so.
async fn challenged(stage: &mut Stage<'_>) -> Result<(Value, Value)> {
    let order = stage.order("automatic").await?;
    let result = stage.pay_with(&order, CHALLENGED).await?;
    stage.expect("the shopper's first result", &result["status"], "requires_action")?;
    Ok((order, result))
}

async fn three_ds_approved(stage: &mut Stage<'_>) -> Result<()> {
    let (order, result) = challenged(stage).await?;
    let back = stage.at_the_bank(&result, true).await?;
    stage.next(&back).await?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["succeeded"]).await?;
    stage.paid_once(&order).await
}

async fn three_ds_refused(stage: &mut Stage<'_>) -> Result<()> {
    let (order, result) = challenged(stage).await?;
    let back = stage.at_the_bank(&result, false).await?;
    stage.next(&back).await?;
    let result = stage.result(&order).await?;
    stage.expect("the shopper's result", &result["status"], "declined")?;
    stage.books(&order, "open", 0, 0).await?;
    stage.payments_are(&["failed"]).await
}

async fn three_ds_abandoned(stage: &mut Stage<'_>) -> Result<()> {
    let (order, result) = challenged(stage).await?;
    let given_up = stage.abandon(&order, &result["attempt"]).await?;
    stage.expect("after giving up", &given_up["status"], "open")?;
    let result = stage.pay_with(&order, APPROVED).await?;
    stage.expect("the second card's result", &result["status"], "paid")?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["cancelled", "succeeded"]).await
}

async fn refresh(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    let reloaded = stage.attempt(&order).await?;
    stage.expect("the attempt of the page that was loaded again", &reloaded["attempt"], text(&opened["attempt"])?)?;
    let asked = stage.pay(&order, &reloaded, CHALLENGED).await?;
    stage.expect("the shopper's first result", &asked["status"], "requires_action")?;
    let resumed = stage.result(&order).await?;
    stage.expect("after loading once more", &resumed["status"], "requires_action")?;
    stage.expect("its attempt", &resumed["attempt"], text(&opened["attempt"])?)?;
    let back = stage.at_the_bank(&resumed, true).await?;
    stage.next(&back).await?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["succeeded"]).await?;
    stage.paid_once(&order).await
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().ok_or_else(|| anyhow!("the answer names no attempt"))
}

async fn lost_answer(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    stage.fault(payment_of(&opened)?, "POST /payments/{payment_id}/confirm", "drop_after").await?;
    let result = stage.pay(&order, &opened, APPROVED).await?;
    if !["paid", "unknown", "processing"].iter().any(|status| result["status"] == *status) {
        bail!("a lost answer was shown as {}", result["status"]);
    }
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.payments_are(&["succeeded"]).await?;
    stage.paid_once(&order).await
}

async fn webhook_before_return(stage: &mut Stage<'_>) -> Result<()> {
    let (order, result) = challenged(stage).await?;
    let back = stage.at_the_bank(&result, true).await?;
    stage.until(&order, "paid").await?;
    stage.next(&back).await?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.paid_once(&order).await
}

async fn late_webhook(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    stage.webhooks(payment_of(&opened)?, json!({ "mode": "delay", "delay_seconds": 2 })).await?;
    let result = stage.pay(&order, &opened, CHALLENGED).await?;
    let back = stage.at_the_bank(&result, true).await?;
    stage.next(&back).await?;
    let on_return = stage.read(&order).await?;
    stage.expect("the order on return, before any webhook", &on_return["status"], "paid")?;
    // The event is two seconds late by the gateway's clock, which goes as ours does.
    tokio::time::sleep(Duration::from_secs(3)).await;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.paid_once(&order).await
}

async fn duplicate_webhook(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    stage.webhooks(payment_of(&opened)?, json!({ "mode": "duplicate" })).await?;
    let result = stage.pay(&order, &opened, CHALLENGED).await?;
    stage.at_the_bank(&result, true).await?;
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.paid_once(&order).await
}

async fn refund(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    stage.pay_with(&order, APPROVED).await?;
    let (status, _) = stage.operate(&order, "refunds", json!({ "amount": 1200 })).await?;
    stage.expect("the first refund is answered", &json!(status.as_u16()), 201)?;
    stage.books(&order, "partially_refunded", PRICE, 1200).await?;
    stage.operate(&order, "refunds", json!({ "amount": PRICE - 1200 })).await?;
    stage.books(&order, "refunded", PRICE, PRICE).await?;
    let (status, _) = stage.operate(&order, "refunds", json!({ "amount": 1 })).await?;
    if status.is_success() {
        bail!("more was refunded than was captured");
    }
    stage.books(&order, "refunded", PRICE, PRICE).await
}

async fn expired_card(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    let (status, refused) = stage.try_token(&opened, &card_body(APPROVED, "2020")).await?;
    stage.expect("the gateway's answer", &json!(status.as_u16()), 400)?;
    stage.expect("its reason", &refused["error"]["message"], "Invalid Expiry Year")?;
    stage.books(&order, "open", 0, 0).await?;
    stage.payments_are(&["requires_payment_method"]).await
}

async fn double_click(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("automatic").await?;
    let opened = stage.attempt(&order).await?;
    stage.pay(&order, &opened, APPROVED).await?;
    let pressing = (0..8).map(|_| stage.press_pay(&order, &opened, None));
    for pressed in futures_util::future::join_all(pressing).await {
        let result = pressed?;
        if result["status"] != "paid" || result["attempt"] != opened["attempt"] {
            bail!("pressing again was answered {result}");
        }
    }
    stage.books(&order, "paid", PRICE, 0).await?;
    stage.paid_once(&order).await
}

async fn partial_capture(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("manual").await?;
    let result = stage.pay_with(&order, APPROVED).await?;
    stage.expect("the shopper's result", &result["status"], "authorized")?;
    let (status, answer) = stage.operate(&order, "capture", json!({ "amount": 3000 })).await?;
    if !status.is_success() {
        bail!("capture: {status} {answer}");
    }
    stage.books(&order, "paid", 3000, 0).await?;
    stage.payments_are(&["partially_captured"]).await
}

async fn void(stage: &mut Stage<'_>) -> Result<()> {
    let order = stage.order("manual").await?;
    stage.pay_with(&order, APPROVED).await?;
    let (status, answer) = stage.operate(&order, "void", json!({})).await?;
    if !status.is_success() {
        bail!("void: {status} {answer}");
    }
    stage.books(&order, "voided", 0, 0).await?;
    stage.payments_are(&["cancelled"]).await
}
