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
    let secret = opened["client_secret"].as_str().unwrap().strip_prefix("pay_demo1_secret_").unwrap();
    assert!(secret.len() == 20 && secret.bytes().all(|letter| letter.is_ascii_alphanumeric()), "{secret}");

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

/// Every property of a payment, but `attempts` and `captures`, which are there only when they are asked for.
const PROPERTIES: &str = "
    allowed_payment_method_types amount amount_capturable amount_received attempt_count authentication_type
    authorization_count billing billing_descriptor browser_info business_country business_label business_sub_label
    cancellation_reason capture_before capture_method capture_on card_discovery client_secret connector
    connector_customer_id connector_label connector_mandate_id connector_metadata connector_response_metadata
    connector_transaction_id created currency customer customer_id description disputes email enable_overcapture
    enable_partial_authorization error_code error_details error_message expires_on extended_authorization_applied
    extended_authorization_last_applied_at external_3ds_authentication_attempted external_authentication_details
    feature_metadata fingerprint force_3ds_challenge force_3ds_challenge_trigger frm_message frm_metadata
    incremental_authorization_allowed incremental_authorizations initiator installment_data installment_options
    is_iframe_redirection_enabled is_overcapture_enabled is_stored_credential issuer_error_code issuer_error_message
    mandate_data mandate_id manual_retry_allowed merchant_connector_id merchant_decision merchant_id
    merchant_order_reference_id metadata mit_category modified_at name net_amount network_details
    network_transaction_id network_transaction_link_id next_action off_session order_details order_tax_amount
    partner_merchant_identifier_details payment_channel payment_experience payment_id payment_link payment_method
    payment_method_data payment_method_id payment_method_status payment_method_tokenization_details
    payment_method_type payment_token phone processor_merchant_id profile_id reference_id refunds
    request_extended_authorization return_url sdk_authorization sender_payment_instrument_id setup_future_usage
    shipping shipping_cost split_payments state_metadata statement_descriptor_name statement_descriptor_suffix
    status surcharge_details tokenization unified_code unified_message updated whole_connector_response
";

#[tokio::test]
async fn properties_without_a_value_are_null_not_absent() {
    let gateway = TestGateway::start().await;
    let opened = gateway.open("pay_1").await;
    let properties = opened.as_object().unwrap();
    let mut names: Vec<_> = properties.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, PROPERTIES.split_whitespace().collect::<Vec<_>>());
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

#[tokio::test]
async fn what_changes_nothing_is_shown_again() {
    let gateway = TestGateway::start().await;
    let said = json!({
        "connector_metadata": { "noon": { "order_category": "x" } }, "feature_metadata": { "search_tags": ["a"] },
        "allowed_payment_method_types": ["credit"], "frm_metadata": { "a": 1 }, "force_3ds_challenge": true,
        "is_iframe_redirection_enabled": true, "payment_channel": "ecommerce", "business_country": "US",
        "business_label": "default", "is_stored_credential": false, "enable_partial_authorization": true,
        "request_extended_authorization": true, "capture_method": "manual", "tokenization": "skip_psp",
        "business_sub_label": "till", "payment_experience": "redirect_to_url", "surcharge_details": { "tax": 1 },
        "enable_overcapture": false, "mit_category": "recurring", "billing_descriptor": { "city": "Firenze" },
        "installment_options": [{ "number": 3 }], "installment_data": { "plan": 1 },
        "partner_merchant_identifier_details": { "partner_details": "x" },
    });
    let opened = gateway.open_with("pay_1", said.clone()).await;
    let names: Vec<_> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(pick(&opened, &names), said);
    let later = json!({ "business_label": "second", "feature_metadata": null });
    let (_, changed) = gateway.post("/payments/pay_1", SECRET_KEY, &later).await;
    assert_eq!((&changed["business_label"], &changed["business_country"]), (&json!("second"), &json!("US")));
    assert_eq!(gateway.read("pay_1").await["feature_metadata"], said["feature_metadata"]);
    assert_eq!(changed["modified_at"], changed["updated"]);
}

#[tokio::test]
async fn what_changes_nothing_has_its_shape_all_the_same() {
    let gateway = TestGateway::start().await;
    for wrong in [
        json!({ "force_3ds_challenge": "yes" }),
        json!({ "enable_overcapture": "Enable" }),
        json!({ "is_stored_credential": 1 }),
        json!({ "business_country": "Italy" }),
        json!({ "business_label": 7 }),
        json!({ "payment_experience": "magic" }),
    ] {
        let mut body = json!({ "amount": 1, "currency": "EUR" });
        crate::harness::merge(&mut body, wrong.clone());
        let (status, answer) = gateway.post("/payments", SECRET_KEY, &body).await;
        assert_eq!((status, &answer["error"]["code"]), (400, &json!("IR_06")), "{wrong}");
    }
}

#[tokio::test]
async fn shipping_and_tax_come_on_top_of_the_amount() {
    let gateway = TestGateway::start().await;
    let costs = json!({ "shipping_cost": 100, "order_tax_amount": 50, "capture_method": "manual" });
    let opened = gateway.open_with("pay_1", costs).await;
    let sums = &["amount", "net_amount", "amount_capturable", "shipping_cost", "order_tax_amount"];
    assert_eq!(
        pick(&opened, sums),
        json!({ "amount": 4200, "net_amount": 4350, "amount_capturable": 4350, "shipping_cost": 100,
                "order_tax_amount": 50 })
    );
    let (_, changed) = gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "shipping_cost": 200 })).await;
    assert_eq!(pick(&changed, &sums[..3]), json!({ "amount": 4200, "net_amount": 4450, "amount_capturable": 4450 }));
    let (_, changed) = gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "amount": 4000 })).await;
    assert_eq!(pick(&changed, &sums[..3]), json!({ "amount": 4000, "net_amount": 4250, "amount_capturable": 4250 }));

    let token = gateway.token(&opened, APPROVED).await;
    let cheaper = json!({ "payment_token": token, "shipping_cost": 0 });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &cheaper).await;
    assert_eq!((answer.0, crate::harness::refused(&answer).1), (422, "IR_06"), "a confirm changes no money");
    let body = json!({ "payment_token": token, "amount": 4000, "shipping_cost": 200 });
    let (status, held) = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &body).await;
    assert_eq!((status, &held["status"], &held["net_amount"]), (200, &json!("requires_capture"), &json!(4250)));
    let (_, paid) = gateway.post("/payments/pay_1/capture", SECRET_KEY, &json!({})).await;
    assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(4250)));
    let (_, refund) = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1" })).await;
    assert_eq!(refund["amount"], 4250);
    let wrong = json!({ "amount": 1, "currency": "EUR", "shipping_cost": -1 });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &wrong).await.0, 422);
    let too_much = json!({ "amount": 999_999_999, "currency": "EUR", "shipping_cost": 1 });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &too_much).await.0, 400);
}

#[tokio::test]
async fn what_is_on_top_of_the_amount_is_told_apart_from_it_everywhere() {
    let gateway = TestGateway::start().await;
    gateway.open_with("pay_1", json!({ "shipping_cost": 100, "order_tax_amount": 50 })).await;
    let between = async |start: i64, end: i64| {
        let filter = json!({ "amount_filter": { "start_amount": start, "end_amount": end } });
        gateway.post("/payments/list", SECRET_KEY, &filter).await.1["total_count"].clone()
    };
    assert_eq!((between(4200, 4200).await, between(4201, 4350).await), (json!(1), json!(0)), "as it is shown");
    let asked = json!({ "shipping": {}, "payment_method_type": "credit" });
    let (_, tax) = gateway.post("/payments/pay_1/calculate_tax", SECRET_KEY, &asked).await;
    let costs = &["net_amount", "shipping_cost", "order_tax_amount"];
    assert_eq!(pick(&tax, costs), json!({ "net_amount": 4350, "shipping_cost": 100, "order_tax_amount": 50 }));
    assert_eq!(
        pick(&tax["display_amount"], costs),
        json!({ "net_amount": "43.50 EUR", "shipping_cost": "1.00 EUR", "order_tax_amount": "0.50 EUR" })
    );

    // No cost, and a cost of nothing.
    let plain = gateway.open("pay_2").await;
    let token = gateway.token(&plain, APPROVED).await;
    let body = json!({ "payment_token": token, "shipping_cost": 0, "order_tax_amount": 0 });
    assert_eq!(gateway.post("/payments/pay_2/confirm", SECRET_KEY, &body).await.1["status"], "succeeded");
}

#[tokio::test]
async fn an_update_that_only_keeps_a_card_takes_what_a_create_takes() {
    let gateway = TestGateway::start().await;
    let keeps = json!({ "amount": 0, "customer_id": "cus_1", "setup_future_usage": "off_session" });
    gateway.open_with("pay_1", keeps.clone()).await;
    let (status, dearer) = gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "shipping_cost": 100 })).await;
    assert_eq!((status, &dearer["amount"], &dearer["net_amount"]), (200, &json!(0), &json!(100)), "{dearer}");
    let (status, free) = gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "shipping_cost": 0 })).await;
    assert_eq!((status, &free["net_amount"]), (200, &json!(0)), "{free}");
    gateway.open("pay_2").await;
    let (status, free) = gateway.post("/payments/pay_2", SECRET_KEY, &keeps).await;
    assert_eq!((status, &free["amount"]), (200, &json!(0)), "{free}");
    gateway.open("pay_3").await;
    assert_eq!(gateway.post("/payments/pay_3", SECRET_KEY, &json!({ "amount": 0 })).await.0, 422);
}

#[tokio::test]
async fn attempts_say_what_kind_of_card_as_their_payment_does() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({ "payment_method_type": "debit" })).await;
    let (_, payment) = gateway.get("/payments/pay_1?expand_attempts=true", SECRET_KEY).await;
    let kinds = (&payment["payment_method_type"], &payment["attempts"][0]["payment_method_type"]);
    assert_eq!(kinds, (&json!("debit"), &json!("debit")));
}

#[tokio::test]
async fn an_address_beside_the_card_is_not_the_payments() {
    let gateway = TestGateway::start().await;
    let (firenze, roma) = (json!({ "address": { "city": "Firenze" } }), json!({ "address": { "city": "Roma" } }));
    let beside = |billing: Option<&Value>| {
        let data = json!({ "card": crate::harness::card(APPROVED), "billing": billing });
        json!({ "confirm": true, "payment_method": "card", "payment_method_data": data })
    };
    let mut of_payment = beside(None);
    of_payment["billing"] = firenze.clone();
    let paid = gateway.open_with("pay_1", of_payment.clone()).await;
    assert_eq!((&paid["billing"], &paid["payment_method_data"]["billing"]), (&firenze, &Value::Null));
    let paid = gateway.open_with("pay_2", beside(Some(&roma))).await;
    assert_eq!((&paid["billing"], &paid["payment_method_data"]["billing"]), (&Value::Null, &roma));
    of_payment["payment_method_data"]["billing"] = roma.clone();
    let paid = gateway.open_with("pay_3", of_payment).await;
    assert_eq!((&paid["billing"], &paid["payment_method_data"]["billing"]), (&firenze, &roma));
}
