//! Customers: made, read, changed, listed, and forgotten for good.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{OTHER_SECRET_KEY, PUBLISHABLE_KEY, SECRET_KEY, TestGateway, answer, refused};

#[tokio::test]
async fn a_customer_is_made_read_changed_and_listed() {
    let gateway = TestGateway::start().await;
    let body =
        json!({ "customer_id": "cus_1", "name": "Ada", "email": "ada@example.com", "metadata": { "vip": true } });
    let (status, made) = gateway.post("/customers", SECRET_KEY, &body).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!((&made["name"], &made["phone"]), (&json!("Ada"), &Value::Null));
    assert_eq!(made["created_at"], "2026-06-25T10:00:00.000Z");
    assert_eq!(gateway.get("/customers/cus_1", SECRET_KEY).await, (200, made.clone()));
    assert_eq!(gateway.get("/customers/cus_1", OTHER_SECRET_KEY).await.0, 404);

    let twice = gateway.post("/customers", SECRET_KEY, &body).await;
    assert_eq!(refused(&twice), (400, "IR_12", "Customer with the given `customer_id` already exists"));
    let (_, changed) = gateway.post("/customers/cus_1", SECRET_KEY, &json!({ "phone": "5551234" })).await;
    assert_eq!((&changed["phone"], &changed["name"]), (&json!("5551234"), &json!("Ada")));
    let (_, unnamed) = gateway.post("/customers", SECRET_KEY, &json!({})).await;
    assert!(unnamed["customer_id"].as_str().unwrap().starts_with("cus_"));

    let (_, all) = gateway.get("/customers/list?limit=1", SECRET_KEY).await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    let (_, counted) = gateway.get("/customers/list_with_count", SECRET_KEY).await;
    assert_eq!((counted["data"].as_array().unwrap().len(), &counted["total_count"]), (2, &json!(2)));
    assert_eq!(gateway.get("/customers/list", OTHER_SECRET_KEY).await.1, json!([]));
}

#[tokio::test]
async fn a_deleted_customer_is_forgotten_and_the_id_stays_taken() {
    let gateway = TestGateway::start().await;
    let body = json!({ "customer_id": "cus_1", "name": "Ada Lovelace of Ockham" });
    gateway.post("/customers", SECRET_KEY, &body).await;
    let address = json!({ "address": { "city": "Ockham" } });
    gateway.pay("pay_1", crate::harness::APPROVED, json!({ "customer_id": "cus_1", "billing": address })).await;
    assert_eq!(gateway.read("pay_1").await["name"], "Ada Lovelace of Ockham");
    let gone = gateway.request(Method::DELETE, "/customers/cus_1", SECRET_KEY).send().await.unwrap();
    assert_eq!(
        answer(gone).await,
        (
            200,
            json!({ "customer_id": "cus_1", "customer_deleted": true, "address_deleted": true,
                       "payment_methods_deleted": true })
        )
    );
    let (status, shown) = gateway.get("/customers/cus_1", SECRET_KEY).await;
    assert_eq!((status, &shown["customer_id"], &shown["address"]), (200, &json!("cus_1"), &json!(null)));
    for name in ["name", "email", "phone", "phone_country_code", "description"] {
        assert_eq!(shown[name], "Redacted", "{name}");
    }
    let paid = gateway.read("pay_1").await;
    assert_eq!(
        (&paid["name"], &paid["customer"]["name"], &paid["billing"]),
        (&json!(null), &json!(null), &json!(null))
    );
    assert_eq!((&paid["customer_id"], &paid["amount_received"]), (&json!("cus_1"), &json!(4200)));
    let changed = gateway.post("/customers/cus_1", SECRET_KEY, &json!({ "name": "x" })).await;
    assert_eq!((changed.0, refused(&changed).1), (400, "IR_11"));
    let again = gateway.post("/customers", SECRET_KEY, &body).await;
    assert_eq!((again.0, refused(&again).1), (400, "IR_12"));
    let payment = json!({ "amount": 1, "currency": "EUR", "customer_id": "cus_1" });
    let paying = gateway.post("/payments", SECRET_KEY, &payment).await;
    assert_eq!((paying.0, refused(&paying).1), (400, "IR_11"));
    let row = gateway.store.read(|tx| tx.first("SELECT details FROM customers", &[])).await.unwrap().unwrap();
    assert_eq!(row.get::<String>("details").unwrap(), "{}");
}

#[tokio::test]
async fn a_payment_makes_the_customer_it_names() {
    let gateway = TestGateway::start().await;
    let more = json!({ "customer": { "id": "cus_new", "name": "Grace", "email": "grace@example.com" } });
    let payment = gateway.open_with("pay_1", more).await;
    assert_eq!(payment["customer_id"], "cus_new");
    assert_eq!(payment["customer"]["email"], "grace@example.com");
    assert_eq!(gateway.get("/customers/cus_new", SECRET_KEY).await.1["name"], "Grace");
    let (_, listed) = gateway.get("/payments/list?customer_id=cus_new", SECRET_KEY).await;
    assert_eq!((&listed["size"], &listed["data"][0]["payment_id"]), (&json!(1), &json!("pay_1")));
}

#[tokio::test]
async fn a_payment_says_of_a_known_customer_what_it_was_not_told() {
    let gateway = TestGateway::start().await;
    let ada = json!({ "customer_id": "cus_1", "name": "Ada", "email": "ada@example.com", "phone": "123",
                      "phone_country_code": "+39" });
    gateway.post("/customers", SECRET_KEY, &ada).await;
    let payment = gateway.open_with("pay_1", json!({ "customer_id": "cus_1" })).await;
    let whole = json!({ "id": "cus_1", "name": "Ada", "email": "ada@example.com", "phone": "123",
                        "phone_country_code": "+39", "customer_document_details": null });
    assert_eq!(payment["customer"], whole);
    assert_eq!((&payment["name"], &payment["email"]), (&json!("Ada"), &json!("ada@example.com")));
    let more = json!({ "customer_id": "cus_1", "email": "other@example.com" });
    let payment = gateway.open_with("pay_2", more).await;
    assert_eq!((&payment["name"], &payment["email"]), (&json!("Ada"), &json!("other@example.com")));
    gateway.open("pay_3").await;
    let (_, named) = gateway.post("/payments/pay_3", SECRET_KEY, &json!({ "customer_id": "cus_1" })).await;
    assert_eq!(named["customer"], whole);
}

#[tokio::test]
async fn an_unconfirmed_payment_is_given_to_another_customer_by_its_merchant_alone() {
    let gateway = TestGateway::start().await;
    for (id, name) in [("cus_1", "Ada"), ("cus_2", "Grace")] {
        gateway.post("/customers", SECRET_KEY, &json!({ "customer_id": id, "name": name, "email": null })).await;
    }
    let payment = gateway.open_with("pay_1", json!({ "customer_id": "cus_1", "phone": "123" })).await;
    let said = |payment: &Value| [&payment["customer_id"], &payment["name"], &payment["phone"]].map(Clone::clone);
    assert_eq!(said(&payment), [json!("cus_1"), json!("Ada"), json!("123")]);
    let (status, given) = gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "customer_id": "cus_2" })).await;
    assert_eq!((status, said(&given)), (200, [json!("cus_2"), json!("Grace"), json!(null)]), "nothing of the first");
    let (_, listed) = gateway.get("/payments/list?customer_id=cus_1", SECRET_KEY).await;
    assert_eq!(listed["size"], 0);

    let by_browser = |customer: &str| {
        let card = json!({ "card": crate::harness::card(crate::harness::APPROVED) });
        json!({ "client_secret": payment["client_secret"], "customer_id": customer, "payment_method": "card",
                "payment_method_data": card })
    };
    for other in ["cus_1", "cus_3"] {
        let answer = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &by_browser(other)).await;
        assert_eq!((answer.0, refused(&answer).1), (401, "IR_18"), "{other}");
    }
    assert_eq!(gateway.get("/customers/cus_3", SECRET_KEY).await.0, 404);
    let (status, paid) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &by_browser("cus_2")).await;
    assert_eq!((status, &paid["status"], &paid["customer_id"]), (200, &json!("succeeded"), &json!("cus_2")));
}

#[tokio::test]
async fn a_guest_has_no_id_and_is_no_customer() {
    let gateway = TestGateway::start().await;
    assert_eq!(gateway.open("pay_0").await["customer"], json!(null));
    for (id, more) in [
        ("pay_1", json!({ "email": "ada@example.com", "name": "Ada" })),
        ("pay_2", json!({ "customer": { "email": "ada@example.com", "name": "Ada" } })),
    ] {
        let payment = gateway.open_with(id, more).await;
        let guest = json!({ "id": null, "name": "Ada", "email": "ada@example.com", "phone": null,
                            "phone_country_code": null, "customer_document_details": null });
        assert_eq!((&payment["customer_id"], &payment["customer"]), (&json!(null), &guest), "{id}");
    }
    assert_eq!(gateway.get("/customers/list", SECRET_KEY).await.1, json!([]));
}

#[tokio::test]
async fn a_refused_payment_makes_no_customer() {
    let gateway = TestGateway::start().await;
    gateway.open("pay_1").await;
    let card = crate::harness::card("4242424242424242");
    let mut expired = card.clone();
    expired["card_exp_year"] = json!("20");
    for body in [
        json!({ "payment_id": "pay_1", "amount": 1, "currency": "EUR", "customer_id": "cus_1" }),
        json!({ "amount": 1, "currency": "EUR", "customer_id": "cus_1", "confirm": true,
                "payment_method": "card", "payment_method_data": { "card": expired } }),
        json!({ "amount": 1, "currency": "EUR", "customer": { "id": "a b" } }),
    ] {
        let answer = gateway.post("/payments", SECRET_KEY, &body).await;
        assert!(answer.0 >= 400, "{}", answer.1);
    }
    assert_eq!(gateway.get("/customers/list", SECRET_KEY).await.1, json!([]));
    gateway.post("/payments/pay_1", SECRET_KEY, &json!({ "customer_id": "cus_later" })).await;
    assert_eq!(gateway.get("/customers/cus_later", SECRET_KEY).await.0, 200, "an update may name one too");
}

#[tokio::test]
async fn bad_customers_are_refused() {
    let gateway = TestGateway::start().await;
    for (body, code) in [
        (json!({ "customer_id": "a b" }), (400, "IR_06")),
        (json!({ "customer_id": "c".repeat(65) }), (400, "IR_06")),
        (json!({ "name": "n".repeat(256) }), (400, "IR_06")),
    ] {
        let answer = gateway.post("/customers", SECRET_KEY, &body).await;
        assert_eq!((answer.0, refused(&answer).1), code, "{body}");
    }
    let answer = gateway.get("/customers/list?limit=101", SECRET_KEY).await;
    assert_eq!((answer.0, refused(&answer).1), (422, "IR_06"));
    assert_eq!(gateway.get("/customers/list", SECRET_KEY).await.1, json!([]));
}
