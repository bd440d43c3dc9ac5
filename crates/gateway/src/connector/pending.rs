//! What the pretended processor says later: of a payment that is processing, of a refund that is pending.
//!
//! Due on the sandbox's clock. Each is told once: the answer and its row go in one unit.

use std::time::Duration;

use florin_domain::payment::{PaymentEvent, PaymentState};
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};

use crate::gateway::Gateway;
use crate::payments::{Payment, PaymentKey, change};
use crate::refunds;
use crate::wire::ApiError;

/// Long enough to be seen, short enough to be waited for.
const ANSWERS_AFTER: Duration = Duration::from_secs(10);

/// How long to rest when the database does not answer.
const REST: Duration = Duration::from_secs(1);

/// At most so many in one go.
const BATCH: u32 = 100;

/// Whom an answer is about.
#[derive(Debug, Clone)]
struct Due {
    merchant_id: String,
    object: String,
    object_id: String,
}

/// Remembers that a payment which is processing will be answered.
pub(crate) fn expect_payment(tx: &mut Tx<'_>, payment: &Payment, now: Timestamp) -> Result<(), StoreError> {
    match payment.state {
        PaymentState::Processing { .. } => {
            let after = payment.conduct().hangs_for_ms.map_or(ANSWERS_AFTER, Duration::from_millis);
            expect(tx, &payment.merchant_id, "payment", &payment.id, now.plus(after))
        }
        _ => Ok(()),
    }
}

/// Remembers that a pending refund will be answered.
pub(crate) fn expect_refund(tx: &mut Tx<'_>, merchant: &str, refund: &str, now: Timestamp) -> Result<(), StoreError> {
    expect(tx, merchant, "refund", refund, now.plus(ANSWERS_AFTER))
}

fn expect(tx: &mut Tx<'_>, merchant: &str, object: &str, id: &str, due_at: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO pending_answers (merchant_id, object_id, object, due_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        params![merchant, id, object, due_at],
    )?;
    Ok(())
}

/// Answers what is due until dropped.
pub(crate) async fn run(gateway: Gateway) {
    loop {
        // Listening before looking: nothing that comes between the two is slept through.
        let bell = gateway.sandbox.pending_bell().notified();
        match answer_all(&gateway).await {
            Ok(Some(due)) => tokio::select! {
                () = bell => {}
                () = gateway.clock.sleep_until(due) => {}
            },
            Ok(None) => bell.await,
            Err(error) => {
                tracing::error!(%error, "pending answers wait for the database");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Gives every answer that is due; says when the next will be.
async fn answer_all(gateway: &Gateway) -> Result<Option<Timestamp>, ApiError> {
    loop {
        let now = gateway.clock.now();
        let due = gateway.store.read(move |tx| due(tx, now)).await?;
        if due.is_empty() {
            return Ok(gateway.store.read(next_due).await?);
        }
        for due in due {
            match due.object.as_str() {
                "payment" => answer_payment(gateway, &due).await?,
                _ => refunds::answer(gateway, &due.merchant_id, &due.object_id).await?,
            }
            gateway.store.write(move |tx| forget(tx, &due)).await?;
        }
    }
}

/// Told before a crash and not yet forgotten: then the state refuses, and that is right.
async fn answer_payment(gateway: &Gateway, due: &Due) -> Result<(), ApiError> {
    let key = PaymentKey { merchant_id: due.merchant_id.clone(), payment_id: due.object_id.clone() };
    let answered = change(gateway, key, |payment, _, now| {
        let next = payment.state.apply(PaymentEvent::Answered);
        payment.state = next.map_err(|error| ApiError::Precondition(error.to_string()))?;
        payment.captured_at = matches!(payment.state, PaymentState::Captured { .. }).then_some(now);
        Ok(())
    });
    match answered.await {
        Ok(_) | Err(ApiError::Precondition(_) | ApiError::NotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn due(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Due>, StoreError> {
    let rows = tx.all(
        "SELECT merchant_id, object, object_id FROM pending_answers WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
        params![now, BATCH],
    )?;
    rows.iter()
        .map(|row| {
            Ok(Due {
                merchant_id: row.get("merchant_id")?,
                object: row.get("object")?,
                object_id: row.get("object_id")?,
            })
        })
        .collect()
}

fn next_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, StoreError> {
    let row = tx.first("SELECT MIN(due_at) AS due_at FROM pending_answers", params![])?;
    row.map_or(Ok(None), |row| row.get("due_at"))
}

fn forget(tx: &mut Tx<'_>, due: &Due) -> Result<(), StoreError> {
    tx.execute(
        "DELETE FROM pending_answers WHERE merchant_id = $1 AND object = $2 AND object_id = $3",
        params![&due.merchant_id, &due.object, &due.object_id],
    )?;
    Ok(())
}
