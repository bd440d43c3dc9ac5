//! 3-D Secure: to the bank, back to the shop, with a signature.

use std::time::Duration;

use florin_domain::mode::Mode;
use florin_gateway::Switches;
use florin_signing::SigningKey;
use florin_signing::own_gateway::return_url::{AmountExpected, ReturnRefused, VerifiedReturn, verify};
use florin_signing::sealed::{Audience, SealingKey, open};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::harness::{
    APPROVED, BROWSER_ORIGIN, CHALLENGED, PUBLISHABLE_KEY, RETURN_KEY, RETURN_URL, SECRET_KEY, TestGateway, browser,
    card, refused,
};

#[track_caller]
fn location(response: &Response) -> String {
    assert_eq!(response.status(), 302);
    response.headers()["location"].to_str().unwrap().to_owned()
}

fn verified(url: &str, expect: AmountExpected) -> Result<VerifiedReturn, ReturnRefused> {
    let keys = [SigningKey::new(RETURN_KEY.to_owned()).unwrap()];
    verify(url.split_once('?').unwrap().1, &keys, expect)
}

/// Follows the challenge to the bank's page; answers the page's address.
async fn to_the_bank(gateway: &TestGateway, payment: &Value) -> String {
    let action = &payment["next_action"];
    assert_eq!(action["type"], "redirect_to_url");
    location(&gateway.browse(action["redirect_to_url"].as_str().unwrap()).await)
}

/// Answers the bank and goes back; answers the shop's address.
async fn back_to_the_shop(gateway: &TestGateway, bank: &str, passed: bool) -> String {
    let complete = bank.replace("/authorize/", "/complete/");
    let returns = location(&gateway.browse(&format!("{complete}?confirm={passed}")).await);
    location(&gateway.browse(&returns).await)
}

#[tokio::test]
async fn a_passed_challenge_pays_and_returns_with_a_signature() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    assert_eq!((&asked["status"], &asked["amount_received"]), (&json!("requires_customer_action"), &json!(null)));
    assert_eq!(asked["authentication_type"], "three_ds");
    let start = format!("{}/payments/redirect/pay_1/merchant_1/pay_1_1", gateway.url);
    assert_eq!(asked["next_action"], json!({ "type": "redirect_to_url", "redirect_to_url": start }));

    let bank = to_the_bank(&gateway, &asked).await;
    assert_eq!(bank, format!("{}/dummy-connector/authorize/pay_1_1", gateway.url));
    let back = back_to_the_shop(&gateway, &bank, true).await;

    assert!(back.starts_with(&format!("{RETURN_URL}&status=succeeded&payment_id=pay_1&")), "{back}");
    assert_eq!(
        verified(&back, AmountExpected::Required),
        Ok(VerifiedReturn {
            order: "ord_1".to_owned(),
            status: "succeeded".to_owned(),
            payment_id: "pay_1".to_owned(),
            amount: Some(4200),
        })
    );
    assert_eq!(gateway.read("pay_1").await["status"], "succeeded");
}

#[tokio::test]
async fn a_refused_challenge_declines() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&gateway, &asked).await;
    let back = back_to_the_shop(&gateway, &bank, false).await;
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "failed");
    let payment = gateway.read("pay_1").await;
    assert_eq!((&payment["status"], &payment["error_code"]), (&json!("failed"), &json!("DC_08")));
}

#[tokio::test]
async fn leaving_the_bank_without_an_answer_leaves_the_challenge_open() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&gateway, &asked).await;
    let page = gateway.browse(&bank).await.text().await.unwrap();
    let way_out = page.split('"').find(|part| part.contains("/redirect/response/")).unwrap().to_owned();
    let back = location(&gateway.browse(&way_out).await);
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "requires_customer_action");
    assert_eq!(gateway.read("pay_1").await, asked);
    let back = back_to_the_shop(&gateway, &bank, true).await;
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "succeeded");
}

#[tokio::test]
async fn the_first_answer_counts() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&gateway, &asked).await;
    back_to_the_shop(&gateway, &bank, false).await;
    let back = back_to_the_shop(&gateway, &bank, true).await;
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "failed");
    let again = gateway.browse(&bank).await;
    assert!(location(&again).contains("/redirect/response/"), "the bank has nothing more to ask");
}

#[tokio::test]
async fn a_cancelled_payment_is_not_revived_by_its_challenge() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&gateway, &asked).await;
    assert_eq!(gateway.post("/payments/pay_1/cancel", SECRET_KEY, &json!({})).await.0, 200);
    let back = back_to_the_shop(&gateway, &bank, true).await;
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "cancelled");
}

#[tokio::test]
async fn fetching_ahead_answers_nothing() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let complete = format!("{}/dummy-connector/complete/pay_1_1?confirm=true", gateway.url);
    gateway.client.head(&complete).send().await.unwrap();
    gateway.client.get(&complete).header("sec-purpose", "prefetch;prerender").send().await.unwrap();
    assert_eq!(gateway.read("pay_1").await, asked);
    for query in ["", "?confirm=", "?confirm=yes"] {
        let response = gateway.browse(&format!("/dummy-connector/complete/pay_1_1{query}")).await;
        assert_eq!(response.status(), 400, "{query:?}");
    }
    assert_eq!(gateway.read("pay_1").await, asked);
}

#[tokio::test]
async fn a_merchant_may_ask_for_a_challenge_and_the_card_still_decides() {
    let gateway = TestGateway::start().await;
    let ask = || json!({ "authentication_type": "three_ds" });
    for (id, number, capture, status) in [
        ("pay_1", APPROVED, "automatic", "succeeded"),
        ("pay_2", APPROVED, "manual", "requires_capture"),
        ("pay_3", "4000000000009987", "automatic", "failed"),
    ] {
        let mut more = ask();
        more["capture_method"] = json!(capture);
        let asked = gateway.pay(id, number, more).await;
        assert_eq!(asked["status"], "requires_customer_action");
        let bank = to_the_bank(&gateway, &asked).await;
        back_to_the_shop(&gateway, &bank, true).await;
        assert_eq!(gateway.read(id).await["status"], status);
    }
}

#[tokio::test]
async fn a_challenge_needs_the_browser_and_the_shoppers_address() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let token = gateway.token(&payment, CHALLENGED).await;
    let without_address = json!({ "payment_token": token });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &without_address).await;
    assert_eq!(refused(&answer), (400, "IR_04", "Missing required param: browser_info.ip_address"));
    let without_browser = json!({ "payment_method": "card", "payment_method_data": { "card": card(CHALLENGED) } });
    let answer = gateway.post("/payments/pay_1/confirm", SECRET_KEY, &without_browser).await;
    assert_eq!(refused(&answer), (400, "IR_04", "Missing required param: browser_info"));
    assert_eq!(gateway.read("pay_1").await, payment, "refused is refused: nothing changed");
    assert_eq!(gateway.confirm("pay_1", &token).await.1["status"], "requires_customer_action");

    let lenient =
        TestGateway::start_with(None, Switches { three_ds_needs_browser: false, ..Switches::default() }).await;
    lenient.open("pay_1").await;
    let (status, asked) = lenient.post("/payments/pay_1/confirm", SECRET_KEY, &without_browser).await;
    assert_eq!((status, &asked["status"]), (200, &json!("requires_customer_action")));
}

#[tokio::test]
async fn a_browsers_own_confirm_can_be_challenged() {
    let gateway = TestGateway::start().await;
    let payment = gateway.open("pay_1").await;
    let body = json!({
        "client_secret": payment["client_secret"],
            "payment_method": "card", "payment_method_data": { "card": card(CHALLENGED) },
        "browser_info": browser(),
    });
    let (status, asked) = gateway.post("/payments/pay_1/confirm", PUBLISHABLE_KEY, &body).await;
    assert_eq!(status, 200);
    let bank = to_the_bank(&gateway, &asked).await;
    let back = back_to_the_shop(&gateway, &bank, true).await;
    assert_eq!(verified(&back, AmountExpected::Required).unwrap().status, "succeeded");
}

#[tokio::test]
async fn the_profile_decides_whether_returns_are_signed_and_carry_the_amount() {
    let unsigned = TestGateway::start_with(None, Switches { sign_returns: false, ..Switches::default() }).await;
    let asked = unsigned.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&unsigned, &asked).await;
    let back = back_to_the_shop(&unsigned, &bank, true).await;
    assert!(back.ends_with("&amount=4200&manual_retry_allowed=false") && !back.contains("signature"), "{back}");

    let switches = Switches { return_with_http_post: true, ..Switches::default() };
    let posting = TestGateway::start_with(None, switches).await;
    let asked = posting.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&posting, &asked).await;
    let back = back_to_the_shop(&posting, &bank, true).await;
    assert!(!back.contains("amount="));
    assert_eq!(verified(&back, AmountExpected::Forbidden).unwrap().amount, None);
}

#[tokio::test]
async fn a_payments_own_return_url_goes_before_the_profiles() {
    let gateway = TestGateway::start().await;
    let more = json!({ "return_url": "https://shop.example/back?order=ord_9" });
    gateway.pay("pay_1", APPROVED, more).await;
    let response = gateway.browse("/payments/pay_1/merchant_1/redirect/response/fauxpay").await;
    let back = location(&response);
    assert!(back.starts_with("https://shop.example/back?order=ord_9&status=succeeded&"), "{back}");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["return_url"], "https://shop.example/back?order=ord_9");
    assert_eq!(body["return_url_with_query_params"], json!(back));
    assert_eq!(body["params"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn the_banks_page_is_plain_and_closed() {
    let gateway = TestGateway::start().await;
    let asked = gateway.pay("pay_1", CHALLENGED, json!({})).await;
    let bank = to_the_bank(&gateway, &asked).await;
    let response = gateway.browse(&bank).await;
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert_eq!(
        headers["content-security-policy"].to_str().unwrap(),
        format!(
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {BROWSER_ORIGIN}"
        )
    );
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert_eq!(headers["cache-control"], "no-store");
    let page = response.text().await.unwrap();
    for text in ["42.00 EUR", "Carta &lt;Fiorentina&gt;", "•••• 0446", "Approve", "Refuse", "Back to the shop"]
    {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<script") && !page.contains("_secret_"));
    let style = gateway.browse("/dummy-connector/bank.css").await;
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

#[tokio::test]
async fn strangers_addresses_are_not_found() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", CHALLENGED, json!({})).await;
    for path in [
        "/dummy-connector/authorize/pay_none_1",
        "/dummy-connector/complete/pay_1_2?confirm=true",
        "/payments/redirect/pay_1/merchant_1/pay_1_2",
        "/payments/redirect/pay_1/merchant_2/pay_1_1",
        "/payments/pay_1/merchant_2/redirect/response/fauxpay",
        "/payments/pay_1/merchant_1/redirect/response/other",
    ] {
        assert_eq!(gateway.browse(path).await.status(), 404, "{path}");
        let posted = gateway.request(Method::PUT, path, "").send().await.unwrap();
        assert_eq!(posted.status(), 405, "{path}");
    }
}

const SEALING_KEY: &str = "k4.local.AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

#[tokio::test]
async fn a_profile_that_seals_says_nothing_in_the_open_and_everything_to_its_key() {
    let gateway = TestGateway::start().await;
    let profile = "/account/merchant_1/business_profile/pro_1";
    let unsound = [json!({ "return_scheme": "sealed" }), json!({ "return_sealing_key": "k4.local.AA" })];
    for switch in unsound.into_iter().chain([json!({ "return_scheme": "none" })]) {
        let answer = gateway.post(profile, SECRET_KEY, &switch).await;
        assert_eq!(refused(&answer).0, 422, "{}", answer.1);
    }
    let switch = json!({ "return_scheme": "sealed", "return_sealing_key": SEALING_KEY });
    let (status, shown) = gateway.post(profile, SECRET_KEY, &switch).await;
    assert_eq!((status, &shown["return_sealing_key"], &shown["return_scheme"]), (200, &json!("set"), &json!("sealed")));

    let asked = gateway.pay("pay_1", CHALLENGED, json!({ "metadata": { "order": "ord_1" } })).await;
    let bank = to_the_bank(&gateway, &asked).await;
    let back = back_to_the_shop(&gateway, &bank, true).await;
    let sealed = back.strip_prefix(&format!("{RETURN_URL}&florin=v4.local.")).unwrap_or_else(|| panic!("{back}"));
    assert!(!sealed.contains('&') && !back.contains("pay_1"), "{back}");

    let keys = [SealingKey::parse(SEALING_KEY).unwrap()];
    let query = back.split_once('?').unwrap().1;
    let audience =
        Audience { mode: Mode::Test, merchant_id: "merchant_1", profile_id: "pro_1", return_address: RETURN_URL };
    let claims = open(query, &keys, &audience, gateway.clock.now()).unwrap();
    let said = (claims.payment.as_str(), claims.order.as_str(), claims.attempt.as_str(), claims.status.as_str());
    assert_eq!(said, ("pay_1", "ord_1", "pay_1_1", "succeeded"));
    assert_eq!((claims.amount, claims.currency.as_str()), (4200, "EUR"));
    assert_eq!(claims.expires.since(claims.issued), Duration::from_secs(900));
    for other in [
        Audience { mode: Mode::Live, ..audience },
        Audience { merchant_id: "merchant_2", ..audience },
        Audience { profile_id: "pro_2", ..audience },
        Audience { return_address: "http://127.0.0.1:9/checkout/return?order=ord_2", ..audience },
        Audience { return_address: "http://127.0.0.2:9/checkout/return?order=ord_1", ..audience },
    ] {
        assert!(open(query, &keys, &other, gateway.clock.now()).is_err(), "{other:?}");
    }

    let (_, shown) = gateway.post(profile, SECRET_KEY, &json!({ "return_scheme": "signed" })).await;
    assert_eq!(shown["return_scheme"], "signed");
    let again = gateway.browse("/payments/pay_1/merchant_1/redirect/response/fauxpay").await;
    let back = again.headers()["location"].to_str().unwrap();
    assert_eq!(verified(back, AmountExpected::Required).unwrap().status, "succeeded");
}
