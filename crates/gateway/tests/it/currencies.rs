//! Every currency, as OwnGateway counts its decimals.

use florin_domain::money::{Currency, LARGEST_MINOR_UNITS};
use serde_json::json;

use crate::harness::{APPROVED, SECRET_KEY, TestGateway};

fn all() -> Vec<Currency> {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|one| letters().flat_map(move |two| letters().map(move |three| [one, two, three])));
    codes.filter_map(|code| Currency::parse(std::str::from_utf8(&code).unwrap()).ok()).collect()
}

#[tokio::test]
async fn all_160_currencies_are_taken_and_given_back_to_the_minor_unit() {
    let gateway = TestGateway::start().await;
    let currencies = all();
    assert_eq!(currencies.len(), 160);
    // Amounts that differ everywhere, from a fixed seed: 16807 is a primitive root of 2³¹ − 1.
    let mut random = 42_i64;
    for currency in currencies {
        random = random * 16807 % 2_147_483_647;
        let middle = 1 + random % LARGEST_MINOR_UNITS;
        for amount in [1, middle, LARGEST_MINOR_UNITS] {
            let body = json!({ "amount": amount, "currency": currency.code() });
            let (status, payment) = gateway.post("/payments", SECRET_KEY, &body).await;
            assert_eq!(status, 200, "{payment}");
            let read = gateway.read(payment["payment_id"].as_str().unwrap()).await;
            for name in ["amount", "net_amount", "amount_capturable"] {
                assert_eq!(read[name], amount, "{name} of {amount} {currency:?}");
            }
            assert_eq!(read["currency"], currency.code());
        }
        let id = format!("pay_{}", currency.code());
        let paid = gateway.pay(&id, APPROVED, json!({ "amount": middle, "currency": currency.code() })).await;
        assert_eq!((&paid["status"], &paid["amount_received"]), (&json!("succeeded"), &json!(middle)));
        let refund = json!({ "payment_id": id, "amount": middle });
        let (_, refund) = gateway.post("/refunds", SECRET_KEY, &refund).await;
        assert_eq!((&refund["currency"], &refund["amount"]), (&json!(currency.code()), &json!(middle)));
    }
}

#[tokio::test]
async fn what_is_no_currency_and_what_is_no_amount_is_refused() {
    let gateway = TestGateway::start().await;
    for (amount, currency) in [(1, "XYZ"), (1, "eur"), (1, ""), (-1, "EUR"), (LARGEST_MINOR_UNITS + 1, "EUR")] {
        let body = json!({ "payment_id": "pay_1", "amount": amount, "currency": currency });
        let (status, _) = gateway.post("/payments", SECRET_KEY, &body).await;
        assert!(matches!(status, 400 | 422), "{amount} {currency}");
        assert_eq!(gateway.get("/payments/pay_1", SECRET_KEY).await.0, 404, "{amount} {currency}");
    }
}
