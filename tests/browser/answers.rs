//! What the merchant server says, read as the form reads it: the server's own types, as JavaScript values.

use florin_domain::checkout::{
    Action, CheckoutResult, CheckoutView, Collect, CollectMode, OpenedAttempt, OrderView, ResultOrder, ResultStatus,
};
use florin_domain::error::{Advice, ErrorObject, ErrorType};
use florin_domain::ids::{AttemptId, OrderId, PaymentId};
use florin_domain::mode::Mode;
use florin_domain::money::{Currency, Money};
use florin_domain::order::OrderStatus;
use florin_domain::timestamp::Timestamp;
use florin_form::wire::{AttemptAnswer, ErrorAnswer, OrderAnswer, Standing};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// As a browser's `response.json()` gives it.
fn received(answer: &impl Serialize) -> JsValue {
    answer.serialize(&Serializer::json_compatible()).unwrap()
}

fn price(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::parse("EUR").unwrap()).unwrap()
}

fn order() -> OrderId {
    OrderId::new(Timestamp::from_millis(1), [7; 16])
}

fn attempt() -> AttemptId {
    AttemptId::new(Timestamp::from_millis(2), [8; 16])
}

fn view(price: Money) -> CheckoutView {
    let order = OrderView { id: order(), reference: None, description: None, price, items: Vec::new() };
    let merchant_name = "Legatoria".to_owned();
    CheckoutView { order, status: OrderStatus::Open, mode: Mode::Test, locale: None, merchant_name }
}

fn result(status: ResultStatus) -> CheckoutResult {
    CheckoutResult {
        status,
        ok: status.is_ok(),
        order: ResultOrder { id: order(), reference: None, price: price(4200) },
        attempt: Some(attempt()),
        action: None,
        error: None,
        retry_after_ms: None,
    }
}

#[wasm_bindgen_test]
fn the_price_comes_through_whole() {
    for minor_units in [1, 4200, 999_999_999] {
        let order = OrderAnswer::read(&received(&view(price(minor_units)))).unwrap();
        assert_eq!((order.amount, order.currency.as_str()), (minor_units, "EUR"));
    }
}

#[wasm_bindgen_test]
fn an_opened_attempt_says_how_to_hand_the_card_over() {
    let collect = Collect {
        mode: CollectMode::Confirm,
        gateway: "https://gateway.example".to_owned(),
        publishable_key: "pk_snd_1".to_owned(),
        payment_id: PaymentId::new(Timestamp::from_millis(3), [9; 16]),
        client_secret: "pay_1_secret_2".to_owned(),
        expires_at: Timestamp::from_millis(4),
    };
    let payment = collect.payment_id.to_string();
    let answer = AttemptAnswer::read(&received(&OpenedAttempt { attempt: attempt(), collect })).unwrap();
    assert_eq!((answer.attempt, answer.collect.mode), (attempt().to_string(), CollectMode::Confirm));
    assert_eq!((answer.collect.payment_id, answer.collect.gateway), (payment, "https://gateway.example".to_owned()));
    let keys = (answer.collect.publishable_key, answer.collect.client_secret);
    assert_eq!(keys, ("pk_snd_1".to_owned(), "pay_1_secret_2".to_owned()));
}

#[wasm_bindgen_test]
fn a_result_is_read_with_all_that_the_form_acts_on() {
    let bank = "https://bank.example/".to_owned();
    let declined = ErrorObject {
        decline_code: Some("insufficient_funds".to_owned()),
        advice: Advice::OtherCard,
        ..ErrorObject::new(ErrorType::Declined, "card_declined", "Your bank declined this card.")
    };
    let sent = CheckoutResult {
        action: Some(Action::Redirect { url: bank.clone() }),
        error: Some(declined),
        retry_after_ms: Some(1500),
        ..result(ResultStatus::RequiresAction)
    };
    let error = ErrorAnswer { code: "insufficient_funds".to_owned(), advice: Advice::OtherCard };
    let expected = Standing {
        status: ResultStatus::RequiresAction,
        attempt: Some(attempt().to_string()),
        action_url: Some(bank),
        error: Some(error),
        retry_after_ms: Some(1500),
    };
    assert_eq!(Standing::read(&received(&sent)), Some(expected));
}

#[wasm_bindgen_test]
fn what_is_no_answer_is_never_read_as_one() {
    let paid = received(&result(ResultStatus::Paid));
    assert_eq!(Standing::read(&paid).unwrap().status, ResultStatus::Paid);
    for (name, value) in
        [("status", JsValue::from_str("Paid")), ("status", JsValue::TRUE), ("status", JsValue::UNDEFINED)]
    {
        let spoilt = received(&result(ResultStatus::Paid));
        js_sys::Reflect::set(&spoilt, &name.into(), &value).unwrap();
        assert_eq!(Standing::read(&spoilt), None);
    }
    for nothing in [JsValue::UNDEFINED, JsValue::NULL, JsValue::from_str("paid"), JsValue::from_f64(1.0)] {
        assert!(Standing::read(&nothing).is_none() && OrderAnswer::read(&nothing).is_none());
        assert!(AttemptAnswer::read(&nothing).is_none() && ErrorAnswer::read(&nothing).is_none());
    }
    let half = js_sys::JSON::parse(r#"{"order":{"amount":41.5,"currency":"EUR"}}"#).unwrap();
    assert!(OrderAnswer::read(&half).is_none(), "money has no fraction");
}
