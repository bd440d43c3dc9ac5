//! Payments and refunds, listed and filtered.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{APPROVED, DECLINED, OTHER_SECRET_KEY, SECRET_KEY, TestGateway, refused};

async fn three() -> TestGateway {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({ "amount": 100 })).await;
    gateway.clock.advance(Duration::from_secs(60));
    gateway.pay("pay_2", DECLINED, json!({ "amount": 200, "currency": "USD" })).await;
    gateway.clock.advance(Duration::from_secs(60));
    gateway.open_with("pay_3", json!({ "amount": 300 })).await;
    gateway
}

fn ids(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|payment| payment["payment_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn payments_are_listed_the_newest_first_and_by_cursor() {
    let gateway = three().await;
    for (query, expected) in [
        ("", &["pay_3", "pay_2", "pay_1"][..]),
        ("?limit=1", &["pay_3"]),
        ("?starting_after=pay_3", &["pay_2", "pay_1"]),
        ("?ending_before=pay_2", &["pay_3"]),
        ("?created.gt=2026-06-25T10:00:00.000Z", &["pay_3", "pay_2"]),
        ("?created.gte=2026-06-25T10:00:00.000Z&created.lt=2026-06-25T10:01:00.000Z", &["pay_1"]),
        ("?created.lte=2026-06-25T10:01:00.000Z", &["pay_2", "pay_1"]),
        ("?created=2026-06-25T10:01:00.000Z", &["pay_2"]),
        ("?customer_id=cus_none", &[]),
    ] {
        let (status, list) = gateway.get(&format!("/payments/list{query}"), SECRET_KEY).await;
        assert_eq!((status, ids(&list).as_slice(), &list["size"]), (200, expected, &json!(expected.len())), "{query}");
    }
    assert_eq!(gateway.get("/payments/list", OTHER_SECRET_KEY).await.1, json!({ "size": 0, "data": [] }));
}

#[tokio::test]
async fn payments_are_filtered() {
    let gateway = three().await;
    for (filter, expected) in [
        (json!({ "status": ["succeeded", "failed"] }), &["pay_2", "pay_1"][..]),
        (json!({ "currency": ["USD"] }), &["pay_2"]),
        (json!({ "amount_filter": { "start_amount": 200, "end_amount": 300 } }), &["pay_3", "pay_2"]),
        (json!({ "payment_id": "pay_1" }), &["pay_1"]),
        (json!({ "profile_id": "pro_2" }), &[]),
        (json!({ "time_range": { "start_time": "2026-06-25T10:02:00.000Z" } }), &["pay_3"]),
        (json!({ "limit": 1, "offset": 1 }), &["pay_2"]),
    ] {
        let (status, list) = gateway.post("/payments/list", SECRET_KEY, &filter).await;
        assert_eq!((status, ids(&list).as_slice()), (200, expected), "{filter}");
    }
    let (_, list) = gateway.post("/payments/list", SECRET_KEY, &json!({ "limit": 1 })).await;
    assert_eq!((&list["count"], &list["total_count"]), (&json!(1), &json!(3)));
}

#[tokio::test]
async fn a_list_that_makes_no_sense_is_refused() {
    let gateway = TestGateway::start().await;
    for (query, code) in [
        ("limit=0", (422, "IR_06")),
        ("limit=101", (422, "IR_06")),
        ("created.gt=yesterday", (422, "IR_06")),
        ("no_such=1", (422, "IR_06")),
        ("starting_after=pay_none", (404, "HE_02")),
    ] {
        let answer = gateway.get(&format!("/payments/list?{query}"), SECRET_KEY).await;
        assert_eq!((answer.0, refused(&answer).1), code, "{query}");
    }
    let answer = gateway.post("/payments/list", SECRET_KEY, &json!({ "status": ["paid"] })).await;
    assert_eq!(answer.0, 400);
    assert_eq!(answer.1["error"]["error_type"], "invalid_request");
}

#[tokio::test]
async fn refunds_are_listed_and_what_is_said_of_them_changes() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    for place in 1..=2 {
        let body = json!({ "payment_id": "pay_1", "refund_id": format!("ref_{place}"), "amount": place * 100 });
        gateway.post("/refunds", SECRET_KEY, &body).await;
        gateway.clock.advance(Duration::from_secs(1));
    }
    let refunds = |list: &Value| -> Vec<String> {
        let all = list["data"].as_array().unwrap().iter();
        all.map(|refund| refund["refund_id"].as_str().unwrap().to_owned()).collect()
    };
    let (status, list) = gateway.post("/refunds/list", SECRET_KEY, &json!({})).await;
    assert_eq!((status, refunds(&list)), (200, vec!["ref_2".to_owned(), "ref_1".to_owned()]));
    let filter = json!({ "amount_filter": { "end_amount": 100 }, "refund_status": ["succeeded"], "currency": ["EUR"] });
    assert_eq!(refunds(&gateway.post("/refunds/list", SECRET_KEY, &filter).await.1), ["ref_1"]);
    let (_, page) = gateway.post("/refunds/list", SECRET_KEY, &json!({ "limit": 1, "offset": 1 })).await;
    assert_eq!((&page["count"], &page["total_count"]), (&json!(1), &json!(2)));

    let body = json!({ "reason": "broken", "metadata": { "rma": "7" } });
    let (status, changed) = gateway.post("/refunds/ref_1", SECRET_KEY, &body).await;
    assert_eq!((status, &changed["reason"], &changed["amount"]), (200, &json!("broken"), &json!(100)));
    assert!(changed["updated_at"].as_str() > changed["created_at"].as_str());
    assert_eq!(gateway.get("/refunds/ref_1", SECRET_KEY).await.1, changed);
    let foreign = gateway.post("/refunds/ref_1", OTHER_SECRET_KEY, &body).await;
    assert_eq!((foreign.0, refused(&foreign).1), (404, "HE_02"));
    let money = gateway.post("/refunds/ref_1", SECRET_KEY, &json!({ "amount": 1 })).await;
    assert_eq!(money.0, 400, "money never changes");
}

#[tokio::test]
async fn ten_refunds_are_enough_and_a_year_is_too_long() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    let body = json!({ "payment_id": "pay_1", "amount": 1 });
    for _ in 0..10 {
        assert_eq!(gateway.post("/refunds", SECRET_KEY, &body).await.0, 200);
    }
    let eleventh = gateway.post("/refunds", SECRET_KEY, &body).await;
    assert_eq!((eleventh.0, refused(&eleventh).1), (400, "IR_12"));
    gateway.pay("pay_2", APPROVED, json!({})).await;
    gateway.clock.advance(Duration::from_secs(366 * 24 * 60 * 60));
    let late = gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_2" })).await;
    assert_eq!((late.0, refused(&late).1), (422, "IR_05"));
}

#[tokio::test]
async fn a_list_takes_its_times_with_and_without_a_range() {
    let gateway = three().await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "refund_id": "ref_1" })).await;
    let at = |minute: u32| format!("2026-06-25T10:0{minute}:00.000Z");
    for (filter, expected) in [
        (json!({ "start_time": at(1) }), &["pay_3", "pay_2"][..]),
        (json!({ "start_time": at(1), "end_time": at(1) }), &["pay_2"]),
        (json!({ "end_time": at(1) }), &["pay_2", "pay_1"]),
        (json!({ "time_range": { "start_time": at(0), "end_time": at(1) }, "start_time": at(1) }), &["pay_2"]),
    ] {
        let (status, list) = gateway.post("/payments/list", SECRET_KEY, &filter).await;
        assert_eq!((status, ids(&list).as_slice()), (200, expected), "{filter}");
    }
    for (filter, count) in [(json!({ "start_time": at(2) }), 1), (json!({ "end_time": at(1) }), 0)] {
        let (status, list) = gateway.post("/refunds/list", SECRET_KEY, &filter).await;
        assert_eq!((status, &list["count"]), (200, &json!(count)), "{filter}");
    }
}
