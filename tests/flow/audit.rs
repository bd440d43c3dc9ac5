//! The books of merchant server and gateway, compared by SQL from outside: no code of theirs is asked.
//!
//! Only for a world at rest: what is still under way may not agree yet.

use std::path::PathBuf;

use florin_test_postgres::Database;

/// Where both roles keep their data.
pub(crate) enum Books<'a> {
    /// Two files.
    Sqlite { merchant: PathBuf, gateway: PathBuf },
    /// Two schemas of one database.
    Postgres(&'a Database),
}

/// Each finds rows that must not be; named by the rule they break.
const RULES: &[(&str, &str)] = &[
    (
        "an order that was paid has one captured payment that was not given back, every other order none",
        "SELECT o.id FROM merchant.orders o LEFT JOIN merchant.attempts a ON a.order_id = o.id
             LEFT JOIN gateway.payments p ON p.payment_id = a.payment_id
         GROUP BY o.id, o.status
         HAVING SUM(CASE WHEN COALESCE(p.captured, 0) > COALESCE(p.refunded, 0) THEN 1 ELSE 0 END)
             <> CASE WHEN o.status IN ('paid', 'partially_refunded') THEN 1 ELSE 0 END",
    ),
    (
        "what the gateway took and kept of an order is what the order says",
        "SELECT o.id FROM merchant.orders o LEFT JOIN merchant.attempts a ON a.order_id = o.id
             LEFT JOIN gateway.payments p ON p.payment_id = a.payment_id
         GROUP BY o.id, o.captured, o.refunded
         HAVING COALESCE(SUM(p.captured - p.refunded), 0) <> o.captured - o.refunded",
    ),
    (
        "no payment of ours is at the gateway without an attempt",
        "SELECT p.payment_id FROM gateway.payments p
         WHERE NOT EXISTS (SELECT 1 FROM merchant.attempts a WHERE a.payment_id = p.payment_id)",
    ),
    (
        "the ledger owes what was captured and not given back",
        "SELECT p.payment_id FROM gateway.payments p LEFT JOIN gateway.ledger l
             ON l.merchant_id = p.merchant_id AND l.payment_id = p.payment_id AND l.account = 'receivable'
         GROUP BY p.payment_id, p.captured, p.refunded
         HAVING COALESCE(SUM(CASE l.side WHEN 'debit' THEN l.amount ELSE -l.amount END), 0) <> p.captured - p.refunded",
    ),
    (
        "debits equal credits",
        "SELECT currency AS id FROM gateway.ledger GROUP BY currency
         HAVING SUM(CASE side WHEN 'debit' THEN amount ELSE -amount END) <> 0",
    ),
    (
        "an order that was paid told so once, and no other did",
        // Each payload is read once: to look for each order in each would take minutes with thousands of them.
        "WITH told AS MATERIALIZED (
             SELECT substr(rest, 1, strpos(rest, '\"') - 1) AS order_id
             FROM (SELECT substr(payload, strpos(payload, '\"ord_') + 1) AS rest
                   FROM merchant.outbox WHERE kind = 'order.paid') AS payloads
         )
         SELECT o.id FROM merchant.orders o LEFT JOIN told ON told.order_id = o.id
         GROUP BY o.id, o.paid_at
         HAVING COUNT(told.order_id) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE 1 END
         UNION ALL SELECT order_id FROM told WHERE order_id NOT IN (SELECT id FROM merchant.orders)",
    ),
    (
        "every event that an order counts is in the outbox",
        "SELECT 'all' AS id FROM (SELECT COALESCE(SUM(event_sequence), 0) AS told FROM merchant.orders) AS orders,
             (SELECT COUNT(*) AS written FROM merchant.outbox) AS outbox WHERE told <> written",
    ),
    (
        "every line that an order counts is in its timeline",
        "SELECT o.id FROM merchant.orders o LEFT JOIN merchant.timeline t ON t.order_id = o.id
         GROUP BY o.id, o.timeline_length HAVING COUNT(t.seq) <> o.timeline_length",
    ),
    (
        "the timeline says paid once for each order that was",
        "SELECT o.id FROM merchant.orders o LEFT JOIN merchant.timeline t ON t.order_id = o.id AND t.kind = 'paid'
         GROUP BY o.id, o.paid_at HAVING COUNT(t.seq) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "an order has at most one open payment",
        "SELECT order_id FROM merchant.attempts WHERE holds = 1 GROUP BY order_id HAVING COUNT(*) > 1",
    ),
    (
        "no operation is under way and none failed for reasons of ours",
        "SELECT id FROM merchant.operations WHERE wake_at IS NOT NULL OR state NOT IN ('done', 'refused')",
    ),
    (
        "every webhook that was acknowledged was dealt with",
        "SELECT event_id FROM merchant.inbox WHERE wake_at IS NOT NULL",
    ),
];

impl Books<'_> {
    /// What does not agree; empty when everything does.
    pub(crate) fn disagreements(&self) -> Vec<String> {
        let found = RULES.iter().map(|(rule, sql)| (rule, self.column(sql)));
        found.filter(|(_, rows)| !rows.is_empty()).map(|(rule, rows)| format!("{rule}: {}", rows.join(", "))).collect()
    }

    /// The first column of a statement over the schemas `merchant` and `gateway`.
    pub(crate) fn column(&self, sql: &str) -> Vec<String> {
        match self {
            Self::Postgres(database) => database.sql(sql).unwrap().lines().map(str::to_owned).collect(),
            Self::Sqlite { merchant, gateway } => {
                let stranger = rusqlite::Connection::open_in_memory().unwrap();
                for (path, name) in [(merchant, "merchant"), (gateway, "gateway")] {
                    let path = path.to_string_lossy().into_owned();
                    stranger.execute(&format!("ATTACH ?1 AS {name}"), [path]).unwrap();
                }
                // The same function, by SQLite's name for it.
                let mut query = stranger.prepare(&sql.replace("strpos(", "instr(")).unwrap();
                let text = |row: &rusqlite::Row<'_>| {
                    Ok(match row.get_ref(0)? {
                        rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                        other => other.as_str().unwrap_or_default().to_owned(),
                    })
                };
                query.query_map([], text).unwrap().map(Result::unwrap).collect()
            }
        }
    }
}
