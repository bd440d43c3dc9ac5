//! Payments: what a status allows, and how it is refused.

mod confirming;
mod ending;
mod opening;

use serde_json::{Value, json};

use crate::harness::{APPROVED, DECLINED, SECRET_KEY, TestGateway};

fn pick(payment: &Value, names: &[&str]) -> Value {
    names.iter().map(|name| ((*name).to_owned(), payment[name].clone())).collect::<serde_json::Map<_, _>>().into()
}

const MONEY: &[&str] = &["status", "amount", "net_amount", "amount_capturable", "amount_received"];

#[tokio::test]
async fn an_approved_card_is_captured_at_once() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_demo1").await;
    assert_eq!(
        pick(&opened, MONEY),
        json!({ "status": "requires_payment_method", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 4200, "amount_received": null })
    );
    assert_eq!(opened["created"], "2026-06-25T10:00:00.000Z");
    assert_eq!(opened["expires_on"], "2026-06-25T10:15:00.000Z");
    assert!(opened["client_secret"].as_str().unwrap().starts_with("pay_demo1_secret_"));

    let token = gateway.token(&opened, APPROVED).await;
    assert!(token.starts_with("token_"));
    let (status, paid) = gateway.confirm("pay_demo1", &token).await;

    assert_eq!(status, 200);
    assert_eq!(
        pick(&paid, MONEY),
        json!({ "status": "succeeded", "amount": 4200, "net_amount": 4200,
                "amount_capturable": 0, "amount_received": 4200 })
    );
    assert_eq!(
        pick(
            &paid,
            &[
                "merchant_id",
                "profile_id",
                "currency",
                "capture_method",
                "payment_method",
                "connector",
                "attempt_count",
                "manual_retry_allowed",
                "error_code",
                "next_action",
                "mandate_id"
            ]
        ),
        json!({ "merchant_id": "merchant_1", "profile_id": "pro_1", "currency": "EUR", "capture_method": "automatic",
                "payment_method": "card", "connector": "fauxpay", "attempt_count": 1, "manual_retry_allowed": null,
                "error_code": null, "next_action": null, "mandate_id": null })
    );
    let shown = &paid["payment_method_data"]["card"];
    assert_eq!(
        pick(shown, &["last4", "card_network", "card_isin", "card_exp_month", "card_exp_year", "card_holder_name"]),
        json!({ "last4": "4242", "card_network": "Visa", "card_isin": "424242", "card_exp_month": "10",
                "card_exp_year": "30", "card_holder_name": "Ada Lovelace" })
    );
    assert_eq!(gateway.read("pay_demo1").await, paid);
}

#[tokio::test]
async fn properties_without_a_value_are_null_not_absent() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_1").await;
    let properties = opened.as_object().unwrap();
    assert!(properties.len() >= 95, "{}", properties.len());
    for name in ["refunds", "payment_method", "payment_method_data", "error_message", "customer_id", "mandate_data"] {
        assert_eq!(properties.get(name), Some(&Value::Null), "{name}");
    }
}

#[tokio::test]
async fn each_declined_card_is_an_answer_with_its_reason() {
    let gateway = TestGateway::start().await;
    let again = "Payment declined: Internal Server Error from Connector, Please try again later";
    for (place, (number, code, message, unified)) in [
        (DECLINED, "DC_08", "Payment declined: Card declined", "UE_1000"),
        ("4000000000009995", "DC_08", again, "UE_3000"),
        ("4000000000009987", "DC_08", "Payment declined: Lost card", "UE_1000"),
        ("4000000000009979", "DC_08", "Payment declined: Stolen card", "UE_1000"),
        ("4012888888881881", "DC_04", "Card not supported. Please use test cards", "UE_9000"),
    ]
    .into_iter()
    .enumerate()
    {
        let payment = gateway.pay(&format!("pay_{place}"), number, json!({})).await;
        assert_eq!(
            pick(&payment, &["status", "error_code", "error_message", "unified_code", "amount_received"]),
            json!({ "status": "failed", "error_code": code, "error_message": message, "unified_code": unified,
                    "amount_received": null }),
            "{number}"
        );
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_of_owngateway() {
    let gateway = TestGateway::start().await;
    for path in ["/payments/list", "/nowhere", "/health"] {
        let answer = gateway.request(reqwest::Method::GET, path, SECRET_KEY).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(
            (&headers["via"], &headers["strict-transport-security"]),
            (&"HyperSwitch".parse().unwrap(), &"max-age=31536000".parse().unwrap()),
            "{path}"
        );
        assert_eq!(headers.contains_key("x-request-id"), path == "/payments/list", "{path}");
    }
}
