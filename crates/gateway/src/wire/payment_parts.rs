//! Parts of a payment on the wire: its card, what is to be done next, how it is captured.

use florin_domain::order::CaptureMethod;
use florin_domain::payment::PaymentState;
use serde_json::{Value, json};

use super::request::{CaptureOption, PaymentMethodType};
use crate::connector;
use crate::payments::{Details, Increment, Payment};
use crate::wire::card::CardSummary;

/// In the merchant's own word, where it fits what is done.
pub(crate) fn capture_method(payment: &Payment) -> &'static str {
    match payment.details.capture_option {
        Some(CaptureOption::SequentialAutomatic) if payment.capture == CaptureMethod::Automatic => {
            "sequential_automatic"
        }
        _ if payment.multiple => "manual_multiple",
        _ => payment.capture.as_str(),
    }
}

/// In the merchant's own word; nobody believes it.
pub(crate) fn method_type(payment: &Payment) -> &'static str {
    payment.details.payment_method_type.map_or("credit", PaymentMethodType::as_str)
}

/// Only what is held before it is captured can be held for more.
pub(super) fn is_held_first(payment: &Payment) -> bool {
    payment.capture == CaptureMethod::Manual
}

pub(super) fn increments(all: &[Increment]) -> Option<Vec<Value>> {
    let shown = all.iter().map(|one| {
        json!({
            "authorization_id": one.authorization_id, "amount": one.amount, "status": "success",
            "error_code": null, "error_message": null,
            "previously_authorized_amount": one.previously_authorized_amount,
        })
    });
    (!all.is_empty()).then(|| shown.collect())
}

pub(super) fn next_action(payment: &Payment, public_url: &str) -> Option<Value> {
    let PaymentState::AwaitingChallenge { .. } = payment.state else { return None };
    let (id, merchant, attempt) = (&payment.id, &payment.merchant_id, payment.attempt_id());
    Some(json!({
        "type": "redirect_to_url",
        "redirect_to_url": format!("{public_url}/payments/redirect/{id}/{merchant}/{attempt}"),
    }))
}

/// Who pays; a guest has no id, and who said nothing is nobody.
pub(super) fn customer_on_wire(details: &Details) -> Option<Value> {
    let said = [&details.customer_id, &details.name, &details.email, &details.phone, &details.phone_country_code];
    let customer = || {
        json!({ "id": details.customer_id, "name": details.name, "email": details.email, "phone": details.phone,
                "phone_country_code": details.phone_country_code, "customer_document_details": null })
    };
    said.iter().any(|said| said.is_some()).then(customer)
}

pub(super) fn card_on_wire(card: &CardSummary, billing: Option<&Value>) -> Value {
    let bank = card.isin.as_deref().and_then(connector::bank_of);
    json!({
        "card": {
            "last4": card.last4,
            "card_type": bank.map_or("CREDIT", |bank| bank.card_type),
            "card_network": card.network,
            "card_issuer": bank.map(|bank| bank.name),
            "card_issuing_country": bank.map(|bank| bank.country),
            "card_isin": card.isin,
            "card_extended_bin": null,
            "card_exp_month": card.exp_month,
            "card_exp_year": card.exp_year,
            "card_holder_name": card.holder_name,
            "payment_checks": null,
            "authentication_data": null,
            "auth_code": null,
        },
        "billing": billing,
    })
}
