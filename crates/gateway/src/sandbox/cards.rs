//! `GET /sandbox/cards`: the test cards as data. They are no secret.

use axum::Json;
use florin_domain::card::{Brand, brand_of};
use florin_domain::order::CaptureMethod;
use florin_domain::payment::{IssuerAnswer, Verdict};
use serde_json::{Value, json};

use crate::connector::{self, TEST_CARDS, TestCard};

/// `GET /sandbox/cards`
pub(crate) async fn cards() -> Json<Value> {
    let cards: Vec<Value> = TEST_CARDS.iter().map(shown).collect();
    Json(json!({ "data": cards }))
}

fn shown(card: &TestCard) -> Value {
    let bank = connector::bank_of(&card.number[..6]);
    let (status, decline) = first_answer(card);
    // Short numbers show no first six digits in a payment, so nothing that follows from them either.
    let bank = bank.filter(|_| card.number.len() >= 14);
    json!({
        "number": card.number,
        "title": card.title,
        "card_network": brand_of(card.number).and_then(Brand::on_wire),
        "card_issuer": bank.map(|bank| bank.name),
        "card_type": bank.map_or("CREDIT", |bank| bank.card_type),
        "card_issuing_country": bank.map(|bank| bank.country),
        "status": status,
        "error_code": decline.map(|decline| decline.code),
        "error_message": decline.map(|decline| decline.message),
    })
}

/// What a confirm answers that captures at once and does not ask for 3-D Secure.
pub(super) fn first_answer(card: &TestCard) -> (&'static str, Option<connector::DeclineOnWire>) {
    match card.issuer.says(false, CaptureMethod::Automatic) {
        IssuerAnswer::Final(Verdict::Approved) => ("succeeded", None),
        IssuerAnswer::Final(Verdict::Declined(reason)) => ("failed", Some(connector::decline_on_wire(reason))),
        IssuerAnswer::Challenge(_) => ("requires_customer_action", None),
        IssuerAnswer::Later(_) => ("processing", None),
        IssuerAnswer::Review(_) => ("requires_merchant_action", None),
    }
}
