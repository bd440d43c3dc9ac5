//! Charging a saved card without the shopper.

use florin_gateway::Switches;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{
    APPROVED, CHALLENGED, DECLINED, OTHER_SECRET_KEY, Receiver, SECRET_KEY, TestGateway, answer, card, merge, refused,
};

fn mandate_data(kind: Value) -> Value {
    json!({ "customer_acceptance": { "acceptance_type": "offline" }, "mandate_type": kind })
}

/// Pays and sets a mandate up.
async fn set_up(gateway: &TestGateway, id: &str, number: &str, kind: Value) -> Value {
    gateway.pay(id, number, json!({ "customer_id": "cus_1", "mandate_data": mandate_data(kind) })).await
}

async fn charge(gateway: &TestGateway, id: &str, by: Value) -> (u16, Value) {
    let mut body = json!({
        "payment_id": id, "amount": 1000, "currency": "EUR", "customer_id": "cus_1", "confirm": true,
        "off_session": true,
    });
    merge(&mut body, by);
    gateway.post("/payments", SECRET_KEY, &body).await
}

#[tokio::test]
async fn a_mandate_charges_until_it_is_revoked_and_both_are_told() {
    let receiver = Receiver::start().await;
    let gateway = TestGateway::start_with(Some(receiver.url.clone()), Switches::default()).await;
    let first = set_up(&gateway, "pay_1", APPROVED, json!({ "multi_use": null })).await;
    let id = first["mandate_id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("man_"), "{id}");
    let (_, mandate) = gateway.get(&format!("/mandates/{id}"), SECRET_KEY).await;
    assert_eq!((&mandate["status"], &mandate["payment_method_id"]), (&json!("active"), &first["payment_method_id"]));
    assert_eq!(mandate["card"]["last4_digits"], "4242");
    let (_, all) = gateway.get("/customers/cus_1/mandates", SECRET_KEY).await;
    assert_eq!(all, json!([mandate]));

    let (status, second) = charge(&gateway, "pay_2", json!({ "mandate_id": id })).await;
    assert_eq!((status, &second["status"], &second["mandate_id"]), (200, &json!("succeeded"), &json!(id)));
    let by = json!({ "recurring_details": { "type": "mandate_id", "data": id } });
    assert_eq!(charge(&gateway, "pay_3", by.clone()).await.1["status"], "succeeded");

    let foreign = gateway.get(&format!("/mandates/{id}"), OTHER_SECRET_KEY).await;
    assert_eq!(refused(&foreign).1, "HE_02");
    let kept = answer(gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap()).await;
    assert_eq!(refused(&kept).1, "IR_10");
    let (_, revoked) = gateway.post(&format!("/mandates/revoke/{id}"), SECRET_KEY, &Value::Null).await;
    assert_eq!(revoked["status"], "revoked");
    assert_eq!(refused(&charge(&gateway, "pay_4", by).await), (400, "IR_16", "The mandate is not active"));

    let told: Vec<_> = receiver.wait_for(5).await.iter().map(|event| event.json()).collect();
    let of_mandate: Vec<_> = told.iter().filter(|event| event["content"]["type"] == "mandate_details").collect();
    let mut kinds: Vec<_> = of_mandate.iter().map(|event| event["event_type"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["mandate_active", "mandate_revoked"]);
    assert!(of_mandate.iter().all(|event| event["content"]["object"]["mandate_id"] == *id));
}

#[tokio::test]
async fn a_mandate_for_one_use_is_used_once_and_for_no_more_than_it_says() {
    let gateway = TestGateway::start().await;
    let once = json!({ "single_use": { "amount": 1000, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, once).await;
    let by = json!({ "mandate_id": first["mandate_id"] });
    let with = |more: Value| {
        let mut by = by.clone();
        merge(&mut by, more);
        by
    };
    let too_much = charge(&gateway, "pay_2", with(json!({ "amount": 1001 }))).await;
    assert_eq!(refused(&too_much), (400, "IR_16", "The mandate is for a smaller amount"));
    let other = charge(&gateway, "pay_2", with(json!({ "currency": "USD" }))).await;
    assert_eq!(refused(&other), (400, "IR_16", "The mandate is for another currency"));
    let twins = tokio::join!(charge(&gateway, "pay_2", by.clone()), charge(&gateway, "pay_3", by.clone()));
    let mut statuses = [twins.0.0, twins.1.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_eq!(refused(&charge(&gateway, "pay_4", by).await).2, "The mandate is not active");
}

#[tokio::test]
async fn a_mandate_is_good_once_its_first_payment_is() {
    let gateway = TestGateway::start().await;
    let declined = set_up(&gateway, "pay_no", DECLINED, json!({ "multi_use": null })).await;
    assert_eq!(declined["status"], "failed");
    let path = format!("/mandates/{}", declined["mandate_id"].as_str().unwrap());
    assert_eq!(refused(&gateway.get(&path, SECRET_KEY).await).1, "HE_02");

    let asked = set_up(&gateway, "pay_yes", CHALLENGED, json!({ "multi_use": null })).await;
    let by = json!({ "mandate_id": asked["mandate_id"] });
    assert_eq!(refused(&charge(&gateway, "pay_2", by.clone()).await).2, "The mandate is not active");
    assert_eq!(gateway.get("/mandates/list", SECRET_KEY).await.1, json!([]));
    gateway.browse("/dummy-connector/complete/pay_yes_1?confirm=true").await;
    let (_, charged) = charge(&gateway, "pay_2", by).await;
    assert_eq!(charged["status"], "succeeded", "the shopper is not there to be asked again: {charged}");
}

#[tokio::test]
async fn what_is_no_mandate_is_refused_and_changes_nothing() {
    let gateway = TestGateway::start().await;
    let first = set_up(&gateway, "pay_1", APPROVED, json!({ "multi_use": null })).await;
    let by = json!({ "mandate_id": first["mandate_id"] });
    let with = |more: Value| {
        let mut by = by.clone();
        merge(&mut by, more);
        by
    };
    for (more, expected) in [
        (json!({ "off_session": false }), (400, "IR_16", "`off_session` should be `true` for mandates")),
        (json!({ "confirm": false }), (400, "IR_16", "`confirm` should be `true` for mandates")),
        (json!({ "customer_id": "cus_2" }), (404, "HE_02", "There is no such payment method")),
        (json!({ "mandate_id": "man_none" }), (404, "HE_02", "There is no such mandate")),
    ] {
        assert_eq!(refused(&charge(&gateway, "pay_2", with(more)).await), expected);
    }
    let mut body = json!({ "payment_method": "card", "payment_method_data": { "card": card(APPROVED) },
                "mandate_data": mandate_data(json!({})) });
    merge(&mut body, json!({ "off_session": null }));
    assert_eq!(refused(&charge(&gateway, "pay_2", body).await).1, "IR_06");
    assert_eq!(refused(&gateway.get("/payments/pay_2", SECRET_KEY).await).1, "HE_02");
}

#[tokio::test]
async fn a_mandate_is_put_to_a_payment_only_by_the_call_that_charges_it() {
    let gateway = TestGateway::start().await;
    let once = json!({ "single_use": { "amount": 1000, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, once).await;
    let (mandate, card_id) = (&first["mandate_id"], &first["payment_method_id"]);
    let body = json!({ "payment_id": "pay_2", "amount": 1000, "currency": "EUR", "customer_id": "cus_1" });
    assert_eq!(gateway.post("/payments", SECRET_KEY, &body).await.0, 200);
    let before = gateway.read("pay_2").await;
    let by_card = json!({ "recurring_details": { "type": "payment_method_id", "data": card_id } });
    for by in [json!({ "mandate_id": mandate }), by_card] {
        let with = |more: Value| {
            let mut by = by.clone();
            merge(&mut by, more);
            by
        };
        let unconfirmed = (400, "IR_16", "`confirm` should be `true` for mandates");
        let watched = (400, "IR_16", "`off_session` should be `true` for mandates");
        for (path, more, expected) in [
            ("/payments/pay_2", json!({}), unconfirmed),
            ("/payments/pay_2", json!({ "off_session": true }), unconfirmed),
            ("/payments/pay_2", json!({ "confirm": true }), watched),
            ("/payments/pay_2/confirm", json!({}), watched),
        ] {
            assert_eq!(refused(&gateway.post(path, SECRET_KEY, &with(more)).await), expected, "{path}");
        }
    }
    assert_eq!(gateway.read("pay_2").await, before);

    let by = json!({ "mandate_id": mandate, "off_session": true });
    let (status, charged) = gateway.post("/payments/pay_2/confirm", SECRET_KEY, &by).await;
    assert_eq!((status, &charged["status"], &charged["mandate_id"]), (200, &json!("succeeded"), mandate));
    let again = charge(&gateway, "pay_3", json!({ "mandate_id": mandate })).await;
    assert_eq!(refused(&again).2, "The mandate is not active");
}

#[tokio::test]
async fn a_mandate_for_many_uses_is_good_for_its_amount_in_all() {
    let gateway = TestGateway::start().await;
    let many = json!({ "multi_use": { "amount": 2500, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, many).await;
    let by = json!({ "mandate_id": first["mandate_id"] });
    assert_eq!(charge(&gateway, "pay_2", by.clone()).await.0, 200);
    let twins = tokio::join!(charge(&gateway, "pay_3", by.clone()), charge(&gateway, "pay_4", by.clone()));
    let mut statuses = [twins.0.0, twins.1.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400], "two of 1000 are left room for one");
    let too_much = charge(&gateway, "pay_5", by.clone()).await;
    assert_eq!(refused(&too_much), (400, "IR_16", "The mandate is for a smaller amount"));
    let mut rest = by;
    merge(&mut rest, json!({ "amount": 500 }));
    assert_eq!(charge(&gateway, "pay_5", rest).await.0, 200, "the rest is still there");
}

#[tokio::test]
async fn what_is_not_taken_in_the_end_is_not_spent() {
    let gateway = TestGateway::start().await;
    let many = json!({ "multi_use": { "amount": 2500, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, many).await;
    let by = |more: Value| {
        let mut by = json!({ "mandate_id": first["mandate_id"], "capture_method": "manual", "amount": 2000,
                             "request_incremental_authorization": true });
        merge(&mut by, more);
        by
    };
    let left = async |id: &str, amount: i64| {
        let more = charge(&gateway, id, by(json!({ "amount": amount + 1 }))).await;
        assert_eq!(refused(&more), (400, "IR_16", "The mandate is for a smaller amount"), "{id}");
    };
    let end = async |path: &str, body: Value| {
        let (status, payment) = gateway.post(path, SECRET_KEY, &body).await;
        assert_eq!(status, 200, "{payment}");
    };
    assert_eq!(charge(&gateway, "pay_2", by(json!({}))).await.0, 200);
    left("pay_no", 500).await;
    end("/payments/pay_2/cancel", json!({})).await;
    left("pay_no", 2500).await;

    assert_eq!(charge(&gateway, "pay_3", by(json!({}))).await.0, 200);
    let more = json!({ "amount": 2501 });
    let too_much = gateway.post("/payments/pay_3/incremental_authorization", SECRET_KEY, &more).await;
    assert_eq!(refused(&too_much), (400, "IR_16", "The mandate is for a smaller amount"));
    end("/payments/pay_3/incremental_authorization", json!({ "amount": 2200 })).await;
    left("pay_no", 300).await;
    end("/payments/pay_3/capture", json!({ "amount_to_capture": 200 })).await;
    left("pay_no", 2300).await;
}

#[tokio::test]
async fn a_charge_that_is_declined_later_is_not_spent() {
    let gateway = TestGateway::start().await;
    let many = json!({ "multi_use": { "amount": 1000, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", "4000000000000143", many).await;
    gateway.post("/payments/pay_1/approve", SECRET_KEY, &json!({})).await;
    let by = json!({ "mandate_id": first["mandate_id"] });
    assert_eq!(charge(&gateway, "pay_2", by.clone()).await.1["status"], "requires_merchant_action");
    assert_eq!(charge(&gateway, "pay_3", by.clone()).await.0, 400, "it is spent for now");
    let (_, rejected) = gateway.post("/payments/pay_2/reject", SECRET_KEY, &json!({})).await;
    assert_eq!(rejected["status"], "failed");
    assert_eq!(charge(&gateway, "pay_3", by).await.1["status"], "requires_merchant_action");
}

#[tokio::test]
async fn a_mandate_for_one_use_is_there_again_when_its_use_came_to_nothing() {
    let gateway = TestGateway::start().await;
    let once = json!({ "single_use": { "amount": 1000, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, once).await;
    let by = json!({ "mandate_id": first["mandate_id"], "capture_method": "manual" });
    assert_eq!(charge(&gateway, "pay_2", by.clone()).await.0, 200);
    assert_eq!(refused(&charge(&gateway, "pay_3", by.clone()).await).2, "The mandate is not active");
    assert_eq!(gateway.post("/payments/pay_2/cancel", SECRET_KEY, &json!({})).await.0, 200);
    assert_eq!(charge(&gateway, "pay_3", by.clone()).await.1["status"], "requires_capture");
    assert_eq!(refused(&charge(&gateway, "pay_4", by.clone()).await).2, "The mandate is not active");
    let path = format!("/mandates/revoke/{}", first["mandate_id"].as_str().unwrap());
    gateway.post(&path, SECRET_KEY, &Value::Null).await;
    gateway.post("/payments/pay_3/cancel", SECRET_KEY, &json!({})).await;
    let (_, mandate) = gateway.get(&path.replace("/revoke", ""), SECRET_KEY).await;
    assert_eq!(mandate["status"], "revoked", "what was revoked stays so");
}

#[tokio::test]
async fn what_an_older_version_counted_on_a_mandate_is_given_back_too() {
    let gateway = TestGateway::start().await;
    let many = json!({ "multi_use": { "amount": 2000, "currency": "EUR" } });
    let first = set_up(&gateway, "pay_1", APPROVED, many).await;
    let by = json!({ "mandate_id": first["mandate_id"], "capture_method": "manual", "amount": 2000 });
    assert_eq!(charge(&gateway, "pay_2", by.clone()).await.0, 200);
    // It did not write down beside the payment how much that was.
    let forget = |tx: &mut florin_store::Tx<'_>| {
        let row = tx.first("SELECT details FROM payments WHERE payment_id = 'pay_2'", &[])?.unwrap();
        let mut details: Value = serde_json::from_str(&row.get::<String>("details")?).unwrap();
        assert_eq!(details["counted_on_mandate"], 2000);
        details["counted_on_mandate"] = Value::Null;
        tx.execute(
            "UPDATE payments SET details = $1 WHERE payment_id = 'pay_2'",
            florin_store::params![details.to_string()],
        )
    };
    gateway.store.write(forget).await.unwrap();
    assert_eq!(refused(&charge(&gateway, "pay_3", by.clone()).await).2, "The mandate is for a smaller amount");
    assert_eq!(gateway.post("/payments/pay_2/cancel", SECRET_KEY, &json!({})).await.0, 200);
    assert_eq!(charge(&gateway, "pay_3", by.clone()).await.1["status"], "requires_capture");
    // The payment that set it up counted nothing.
    gateway.post("/payments/pay_1/update_metadata", SECRET_KEY, &json!({ "metadata": { "a": 1 } })).await;
    assert_eq!(refused(&charge(&gateway, "pay_4", by).await).2, "The mandate is for a smaller amount");
}
