//! Money to move: claimed, called, settled. A repeated call is one the gateway recognises.

use florin_domain::flow::operate::{self, Operated};
use florin_domain::flow::{Answer, OperationKind, Request, resolve};
use florin_store::Tx;

use super::{AT_ONCE, each};
use crate::conversation::converse;
use crate::storage::{Applied, Fresh, OperationRow, Record, Source};
use crate::{ApiError, Merchant};

/// One round; says whether anything was done.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let rows = merchant
        .store()
        .write(move |tx| Ok::<_, ApiError>(OperationRow::claim(tx, now, now.plus(resolve::LEASE), AT_ONCE)?))
        .await?;
    each(rows, |row| work(merchant.clone(), row)).await
}

async fn work(merchant: Merchant, row: OperationRow) -> Result<(), ApiError> {
    let id = row.attempt.clone();
    let record = merchant.store().read(move |tx| load(tx, &id)).await?;
    let attempt = &record.attempt.attempt;
    let answer = call(&merchant, &record, &row).await;
    let (fresh, account) = (Fresh::draw(&merchant), merchant.gateway().identity().clone());
    let id = attempt.id.clone();
    let applied = merchant
        .store()
        .write(move |tx| {
            let mut record = load(tx, &row.attempt)?;
            let Operated { state, wake_at, step } =
                operate::answered(record.case(), &account, row.kind, row.tries, answer.clone(), fresh.now);
            if !row.settle(tx, state, wake_at)? {
                return Ok(None);
            }
            Ok::<Option<Applied>, ApiError>(Some(record.apply(tx, step, Source::Sweep, &fresh)?))
        })
        .await?;
    let Some(applied) = applied else { return Ok(()) };
    merchant.after_commit(&record.order.order.id, applied.alert.as_deref());
    converse(&merchant, &id, Source::Sweep, applied.send).await
}

/// Sends a first time; before sending again, a read shows whether anything is left to send.
async fn call(
    merchant: &Merchant,
    record: &Record,
    row: &OperationRow,
) -> Answer<Option<florin_domain::flow::Snapshot>> {
    let attempt = &record.attempt.attempt;
    if row.tries > 1 && row.kind != OperationKind::Refund {
        match merchant.gateway().carry_out(record, &Request::Read).await {
            Answer::Done(snapshot) if operate::is_over(row.kind, &snapshot) => {
                return Answer::Done(Some(snapshot));
            }
            Answer::Done(_) => {}
            Answer::Refused(refusal) => return Answer::Refused(refusal),
            Answer::Unknown(why) => return Answer::Unknown(why),
        }
    }
    let refund_id = row.id.as_str().replacen("op_", "ref_", 1);
    merchant.gateway().operate(attempt, row.kind, row.amount, &refund_id).await
}

fn load(tx: &mut Tx<'_>, attempt: &florin_domain::ids::AttemptId) -> Result<Record, ApiError> {
    Record::load(tx, attempt)?.ok_or_else(|| ApiError::Internal(format!("attempt {attempt} is gone")))
}
