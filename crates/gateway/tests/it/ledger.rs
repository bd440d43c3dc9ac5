//! The ledger's invariants, asked of the database itself.

use florin_store::{Store, StoreError, params};
use serde_json::json;

use crate::harness::{APPROVED, SECRET_KEY, TestGateway};

/// Each finds rows that must not be; named by the rule they break.
const RULES: &[(&str, &str)] = &[
    (
        "each event's debits equal its credits",
        "SELECT payment_id FROM ledger GROUP BY merchant_id, payment_id, entry
         HAVING COUNT(*) <> 2 OR MIN(amount) <> MAX(amount) OR MIN(currency) <> MAX(currency)
             OR SUM(CASE side WHEN 'debit' THEN 1 ELSE 0 END) <> 1",
    ),
    (
        "all debits equal all credits, in each currency",
        "SELECT currency AS payment_id FROM ledger GROUP BY currency
         HAVING SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) <> 0",
    ),
    (
        "no account of the merchant's goes below nothing",
        "SELECT payment_id FROM ledger WHERE account IN ('held', 'receivable')
         GROUP BY merchant_id, payment_id, account
         HAVING SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) < 0",
    ),
    (
        "what the ledger holds, the payment holds",
        "SELECT payments.payment_id FROM payments LEFT JOIN (
             SELECT merchant_id, payment_id, SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS held
             FROM ledger WHERE account = 'held' GROUP BY merchant_id, payment_id
         ) AS books ON books.merchant_id = payments.merchant_id AND books.payment_id = payments.payment_id
         WHERE COALESCE(books.held, 0) <> CASE payments.status
             WHEN 'requires_capture' THEN payments.amount
             WHEN 'partially_captured_and_capturable' THEN payments.amount - payments.captured ELSE 0 END",
    ),
    (
        "what was captured and not given back is what the ledger says is owed",
        "SELECT payments.payment_id FROM payments LEFT JOIN (
             SELECT merchant_id, payment_id, SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) AS owed
             FROM ledger WHERE account = 'receivable' GROUP BY merchant_id, payment_id
         ) AS books ON books.merchant_id = payments.merchant_id AND books.payment_id = payments.payment_id
         WHERE COALESCE(books.owed, 0) <> CASE payments.status WHEN 'cancelled_post_capture' THEN 0
             ELSE payments.captured - (
                 SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE refunds.merchant_id = payments.merchant_id
                     AND refunds.payment_id = payments.payment_id AND refunds.status = 'succeeded') END",
    ),
    (
        "what is reserved for refunds is the refunds that did not fail, and never more than was captured",
        "SELECT payment_id FROM payments WHERE refunded > captured OR refunded <> (
             SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE refunds.merchant_id = payments.merchant_id
                 AND refunds.payment_id = payments.payment_id AND refunds.status <> 'failed')",
    ),
];

/// The rules that are broken, with the payments that break them.
pub(crate) async fn broken_rules(store: &Store) -> Result<Vec<(&'static str, String)>, StoreError> {
    store
        .read(|tx| {
            let mut broken = Vec::new();
            for (rule, sql) in RULES {
                for row in tx.all(sql, params![])? {
                    broken.push((*rule, row.get("payment_id")?));
                }
            }
            Ok(broken)
        })
        .await
}

/// Called where nothing can be awaited. A store that was closed in the test has nothing to say.
pub(crate) fn assert_balanced_after_a_test(store: &Store) {
    let asked = std::thread::scope(|scope| {
        let ask = || tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(broken_rules(store));
        scope.spawn(ask).join().unwrap()
    });
    match asked {
        Ok(broken) => assert_eq!(broken, [], "the ledger does not balance"),
        Err(StoreError::Closed) => {}
        Err(error) => panic!("the ledger could not be read: {error}"),
    }
}

async fn events(gateway: &TestGateway) -> Vec<String> {
    let rows = gateway.store.read(|tx| {
        let rows =
            tx.all("SELECT event, amount FROM ledger WHERE side = 'debit' ORDER BY payment_id, entry", params![])?;
        let text = |row: &florin_store::Row| {
            Ok::<_, StoreError>(format!("{} {}", row.get::<String>("event")?, row.get::<i64>("amount")?))
        };
        rows.iter().map(text).collect::<Result<Vec<_>, _>>()
    });
    rows.await.unwrap()
}

#[tokio::test]
async fn every_money_event_is_written_once() {
    let gateway = TestGateway::start().await;
    gateway.pay("pay_1", APPROVED, json!({})).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1200 })).await;
    gateway.pay("pay_2", APPROVED, json!({ "capture_method": "manual" })).await;
    gateway.post("/payments/pay_2/capture", SECRET_KEY, &json!({ "amount_to_capture": 1000 })).await;
    gateway.pay("pay_3", APPROVED, json!({ "capture_method": "manual" })).await;
    gateway.post("/payments/pay_3/cancel", SECRET_KEY, &json!({})).await;
    // Refused calls move nothing.
    gateway.post("/payments/pay_3/capture", SECRET_KEY, &json!({})).await;
    gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 3001 })).await;
    let expected =
        [["authorize 4200", "capture 4200", "refund 1200"], ["authorize 4200", "capture 1000", "release 3200"]];
    let expected: Vec<_> = expected.concat().into_iter().chain(["authorize 4200", "release 4200"]).collect();
    assert_eq!(events(&gateway).await, expected);
}

#[tokio::test]
async fn each_rule_notices_money_that_was_tampered_with() {
    let tampering: &[(&str, &str)] = &[
        ("each event's debits equal its credits", "DELETE FROM ledger WHERE side = 'credit' AND event = 'refund'"),
        ("all debits equal all credits, in each currency", "UPDATE ledger SET amount = 1 WHERE side = 'debit'"),
        (
            "no account of the merchant's goes below nothing",
            "UPDATE ledger SET amount = amount + 10000 WHERE event = 'refund'",
        ),
        ("what the ledger holds, the payment holds", "UPDATE payments SET status = 'requires_capture'"),
        (
            "what was captured and not given back is what the ledger says is owed",
            "UPDATE payments SET captured = captured + 1",
        ),
        (
            "what is reserved for refunds is the refunds that did not fail, and never more than was captured",
            "UPDATE payments SET refunded = refunded + 1",
        ),
    ];
    for (rule, sql) in tampering {
        let gateway = TestGateway::start().await;
        gateway.pay("pay_1", APPROVED, json!({})).await;
        gateway.post("/refunds", SECRET_KEY, &json!({ "payment_id": "pay_1", "amount": 1200 })).await;
        assert_eq!(broken_rules(&gateway.store).await.unwrap(), []);
        gateway.store.write(move |tx| tx.execute(sql, params![])).await.unwrap();
        let broken = broken_rules(&gateway.store).await.unwrap();
        assert!(broken.iter().any(|(name, _)| name == rule), "{rule}: {broken:?}");
        gateway.store.close().await;
    }
}
