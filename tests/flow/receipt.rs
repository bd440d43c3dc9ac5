//! The built-in pages of an order whose shop has none.

use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, LOCATION};
use serde_json::{Value, json};

use crate::browser::{APPROVED, CHALLENGED};
use crate::world::World;

async fn order(world: &World) -> Value {
    world.order_of(json!({ "amount": 123_456, "currency": "EUR", "reference": "<b>17</b>" })).await
}

async fn page(world: &World, order: &Value, which: &str, language: &'static str) -> (u16, String, String) {
    let url = format!("{}/{which}/{}", world.merchant_url, order["checkout"]["session"].as_str().unwrap());
    let response = world.http.get(url).header(ACCEPT_LANGUAGE, language).send().await.unwrap();
    let status = response.status().as_u16();
    let header =
        |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let told = format!("{}{}", header(CONTENT_SECURITY_POLICY), header(LOCATION));
    (status, told, response.text().await.unwrap())
}

#[tokio::test]
async fn a_receipt_says_how_the_order_stands_and_never_more_of_the_card_than_four_digits() {
    let world = World::start().await;
    let order = order(&world).await;
    let (status, policy, open) = page(&world, &order, "receipt", "en").await;
    assert_eq!(status, 200);
    assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{policy}");
    assert!(open.contains("Not paid yet") && open.contains("/pay/cs_"), "{open}");
    assert!(open.contains("&lt;b&gt;17&lt;/b&gt;") && !open.contains("<b>"), "the shop's words are text: {open}");

    world.pay_with(&order, APPROVED).await;
    let (_, _, paid) = page(&world, &order, "receipt", "en").await;
    assert!(paid.contains("<h2>Paid</h2>") && paid.contains("€1,234.56") && paid.contains("•••• 4242"), "{paid}");
    assert!(!paid.contains(APPROVED));
    let (_, _, german) = page(&world, &order, "receipt", "de-AT, en;q=0.8").await;
    assert!(german.contains("<h2>Bezahlt</h2>") && german.contains("1.234,56\u{a0}€"), "{german}");
}

#[tokio::test]
async fn a_payment_page_of_an_order_that_is_paid_leads_to_its_receipt() {
    let world = World::start().await;
    let order = order(&world).await;
    let (status, policy, open) = page(&world, &order, "pay", "en").await;
    assert_eq!((status, open.matches("<script").count()), (200, 2));
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    world.pay_with(&order, APPROVED).await;
    let (status, next, _) = page(&world, &order, "pay", "en").await;
    assert_eq!((status, next), (303, format!("/receipt/{}", order["checkout"]["session"].as_str().unwrap())));
    let stranger = json!({ "checkout": { "session": "cs_01m7wf75b432y5qgz2ynf36jpcej80c81fyc" } });
    assert_eq!(page(&world, &stranger, "receipt", "en").await.0, 404);
}

#[tokio::test]
async fn every_return_leads_to_one_receipt_that_says_how_the_order_stands_and_hands_out_no_session() {
    let world = World::start().await;
    let order = order(&world).await;
    let id = order["id"].as_str().unwrap();
    let result = world.pay_with(&order, CHALLENGED).await;
    let back = world.at_the_bank(result["action"]["url"].as_str().unwrap(), true).await;
    let receipt = format!("{}/receipt?order={id}", world.merchant_url);
    let forged = format!("{}/checkout/return?order={id}", world.merchant_url);
    assert_eq!(world.follow(&forged).await.1, receipt);
    assert_ne!(world.status_of(&order).await, "paid");
    assert_eq!(world.follow(&back).await.1, receipt);
    assert_eq!(world.status_of(&order).await, "paid");
    let shown = world.http.get(&receipt).header(ACCEPT_LANGUAGE, "en").send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("<h2>Paid</h2>") && shown.contains("€1,234.56"), "{shown}");
    assert!(!shown.contains("cs_") && !shown.contains("••••"), "{shown}");
    let stranger = "/receipt?order=ord_01m7wf75b432y5qgz2ynf36jpcej80c81fyc";
    let followed = world.http.get(format!("{receipt}&fbclid=1")).header(ACCEPT_LANGUAGE, "en").send().await.unwrap();
    assert!(followed.text().await.unwrap().contains("<h2>Paid</h2>"), "a name that others added is no fault");
    for empty in ["/receipt", stranger, "/receipt?order=nothing", "/receipt?order=a&order=b"] {
        let response = world.http.get(format!("{}{empty}", world.merchant_url)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{empty}");
        assert!(!response.text().await.unwrap().contains("<h2>"), "{empty}");
    }
}

#[tokio::test]
async fn every_line_of_a_bill_says_its_amount_also_what_is_taken_off() {
    let world = World::start().await;
    let items = json!([
        { "name": "ink", "quantity": 2, "amount": 5000 }, { "name": "voucher", "quantity": 1, "amount": -800 },
        { "name": "gift", "quantity": 1, "amount": 0 },
    ]);
    let order = world.order_of(json!({ "amount": 4200, "currency": "EUR", "items": items })).await;
    for which in ["pay", "receipt"] {
        let (_, _, english) = page(&world, &order, which, "en").await;
        let (_, _, german) = page(&world, &order, which, "de").await;
        for (page, amounts) in [
            (&english, ["€50.00", "\u{2212}€8.00", "€0.00", "€42.00"]),
            (&german, ["50,00\u{a0}€", "\u{2212}8,00\u{a0}€", "0,00\u{a0}€", "42,00\u{a0}€"]),
        ] {
            for amount in amounts {
                assert!(page.contains(&format!("<dd>{amount}</dd>")), "{amount} in {page}");
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_is_nobodys_is_told_so_on_a_page() {
    let world = World::start().await;
    for session in ["cs_unknown", "cs_01m7wf75b432y5qgz2ynf36jpcej80c81fyc"] {
        let stranger = json!({ "checkout": { "session": session } });
        for which in ["pay", "receipt"] {
            let (status, policy, english) = page(&world, &stranger, which, "en").await;
            assert_eq!((status, policy.starts_with("default-src 'none'")), (404, true), "{which} {session}");
            assert!(english.contains("<p>This payment page does not exist or has ended.</p>"), "{english}");
            let (_, _, german) = page(&world, &stranger, which, "de").await;
            assert!(german.contains("<p>Diese Zahlungsseite gibt es nicht oder nicht mehr.</p>"), "{german}");
        }
    }
}
