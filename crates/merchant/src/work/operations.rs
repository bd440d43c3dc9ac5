//! Money to move: claimed, called, settled. A repeated call is one the gateway recognises.

use florin_domain::flow::operate::{self, Call, Looked, Operated};
use florin_domain::flow::{Answer, Shown};
use florin_domain::ids::OperationId;

use super::{AT_ONCE, each};
use crate::conversation::{converse, load};
use crate::storage::{Applied, Fresh, OperationRow, Record, Source};
use crate::{ApiError, Merchant};

/// One round; says whether anything was done.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let rows = merchant
        .store()
        .write(move |tx| Ok::<_, ApiError>(OperationRow::claim(tx, now, now.plus(operate::LEASE), AT_ONCE)?))
        .await?;
    each(rows, |row| work(merchant.clone(), row)).await
}

/// Carries this one out now, unless a worker has it already.
pub(crate) async fn run_operation(merchant: &Merchant, id: &OperationId) -> Result<(), ApiError> {
    let (now, id) = (merchant.clock().now(), id.clone());
    let row = merchant
        .store()
        .write(move |tx| Ok::<_, ApiError>(OperationRow::claim_one(tx, &id, now, now.plus(operate::LEASE))?))
        .await?;
    match row {
        Some(row) => work(merchant.clone(), row).await,
        None => Ok(()),
    }
}

async fn work(merchant: Merchant, row: OperationRow) -> Result<(), ApiError> {
    let id = row.attempt.clone();
    let record = merchant.store().read(move |tx| load(tx, &id)).await?;
    let attempt = record.attempt.attempt.id.clone();
    let answer = call(&merchant, &record, &row).await?;
    let (fresh, account) = (Fresh::draw(&merchant), merchant.gateway().identity().clone());
    let applied = merchant
        .store()
        .write(move |tx| {
            let mut record = load(tx, &row.attempt)?;
            let (case, operation) = (record.case(), row.operation());
            let Operated { state, wake_at, error, step } = match answer.clone() {
                Some(answer) => operate::answered(case, &account, &fresh.limits, &operation, answer, fresh.now),
                None => operate::withdrawn(case, &operation),
            };
            if !row.settle(tx, state, wake_at, error.as_ref())? {
                return Ok(None);
            }
            Ok::<Option<Applied>, ApiError>(Some(record.apply(tx, step, Source::Sweep, &fresh)?))
        })
        .await?;
    let Some(applied) = applied else { return Ok(()) };
    merchant.metrics().happened(&applied.events);
    merchant.after_commit(&record.order.order.id, applied.alert.as_deref());
    converse(&merchant, &attempt, Source::Sweep, applied.send).await
}

/// Sends a first time; before sending again, a read shows whether anything is left to send. `None`
/// when nothing was sent, and nothing may be any more.
async fn call(merchant: &Merchant, record: &Record, row: &OperationRow) -> Result<Option<Answer<Shown>>, ApiError> {
    let (case, operation, refund) = (record.case(), row.operation(), row.refund_id()?);
    let gateway = merchant.gateway();
    match operate::call(&case, &operation) {
        Call::Withdraw => return Ok(None),
        Call::Send => {}
        Call::Look => {
            let look = gateway.look(&case.attempt, operation.kind, &refund).await;
            if let Looked::Answer(answer) = operate::after_look(&case, &operation, look) {
                return Ok(Some(answer));
            }
        }
    }
    Ok(Some(gateway.operate(&case.attempt, operation.kind, operation.amount, &refund).await))
}
