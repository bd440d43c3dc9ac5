//! `POST /v1/orders/{id}/capture`, `/void`, `/refunds`: the shop moves money.
//!
//! Key and row are written in one unit, the call is made in a task of its own, and the answer is how
//! the operation ended. A repeated request finds the row, so it never moves money again.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use florin_domain::error::{ErrorBody, ErrorObject, ErrorType};
use florin_domain::flow::operate::{self, OperateError, OperationState};
use florin_domain::flow::{Case, OperationKind, Step};
use florin_domain::ids::{OperationId, OrderId};
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;
use serde::{Deserialize, Serialize};

use super::{RefundJson, check};
use crate::extract::{Body, Nothing, OrderInPath, Shop};
use crate::idempotency::Key;
use crate::storage::{AskedBy, Fresh, IdempotencyRow, KeptAnswer, OperationRow, OrderRow, Record, Scope};
use crate::work::run_operation;
use crate::{ApiError, Merchant};

/// Another process may end the operation: looked at this often while waiting.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// By now the request that began it has been answered, or its client is gone: its answer is how things stand.
const FIRST_ANSWERED_WITHIN: Duration = Duration::from_secs(60);

/// `POST /v1/orders/{id}/capture`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaptureRequest {
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default, rename = "final")]
    is_final: Option<bool>,
}

/// `POST /v1/orders/{id}/refunds`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefundRequest {
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default)]
    reason: Option<String>,
}

/// `POST /v1/orders/{id}/capture`
pub(super) async fn capture(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(order): OrderInPath,
    key: Key,
    Body(request): Body<CaptureRequest>,
) -> Result<Response, ApiError> {
    if request.is_final == Some(false) {
        let message = "this gateway captures a payment once: leave final out, or say true";
        return Err(ApiError::invalid("several_captures_unsupported", "final", message));
    }
    // `final: true` is what leaving it out means: the same request.
    let same = CaptureRequest { amount: request.amount, is_final: None };
    let scope = key.scope(&merchant, "POST /v1/orders/{id}/capture", order.as_str(), &same)?;
    let asked_by = AskedBy::Shop { reason: None };
    carry_out(&merchant, order, scope, asked_by, move |case| operate::capture(case, request.amount)).await
}

/// `POST /v1/orders/{id}/void`
pub(super) async fn void(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(order): OrderInPath,
    key: Key,
    Body(request): Body<Nothing>,
) -> Result<Response, ApiError> {
    let scope = key.scope(&merchant, "POST /v1/orders/{id}/void", order.as_str(), &request)?;
    carry_out(&merchant, order, scope, AskedBy::Shop { reason: None }, operate::void).await
}

/// `POST /v1/orders/{id}/refunds`
pub(super) async fn refund(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(order): OrderInPath,
    key: Key,
    Body(request): Body<RefundRequest>,
) -> Result<Response, ApiError> {
    check::text("reason", request.reason.as_deref())?;
    let scope = key.scope(&merchant, "POST /v1/orders/{id}/refunds", order.as_str(), &request)?;
    let asked_by = AskedBy::Shop { reason: request.reason };
    carry_out(&merchant, order, scope, asked_by, move |case| operate::refund(case, request.amount)).await
}

/// What the unit found or began.
enum Begun {
    New(OperationId),
    Earlier(IdempotencyRow),
}

async fn carry_out(
    merchant: &Merchant,
    order: OrderId,
    scope: Scope,
    asked_by: AskedBy,
    request: impl Fn(Case) -> Result<Step, OperateError> + Send + 'static,
) -> Result<Response, ApiError> {
    let (fresh, id, claimed) = (Fresh::draw(merchant), order.clone(), scope.clone());
    let now = fresh.now;
    let begun = merchant.store().write(move |tx| begin(tx, &id, &claimed, &asked_by, &request, &fresh)).await?;
    match begun {
        Begun::New(operation) => {
            let (server, id) = (merchant.clone(), operation.clone());
            merchant.tasks().spawn(async move {
                if let Err(error) = run_operation(&server, &id).await {
                    tracing::error!(?error, operation.id = %id, "an operation broke off; a worker goes on");
                }
            });
            wait(merchant, &order, &operation).await?;
            finish(merchant, operation, scope).await.map(KeptAnswer::first)
        }
        Begun::Earlier(row) => again(merchant, row, scope, now).await,
    }
}

fn begin(
    tx: &mut Tx<'_>,
    order: &OrderId,
    scope: &Scope,
    asked_by: &AskedBy,
    request: &impl Fn(Case) -> Result<Step, OperateError>,
    fresh: &Fresh,
) -> Result<Begun, ApiError> {
    if let Some(earlier) = scope.claim(tx, Some(fresh.operation()), fresh.now)? {
        return Ok(Begun::Earlier(earlier));
    }
    let row = OrderRow::find(tx, order)?.ok_or_else(|| ApiError::not_found("order"))?;
    let Some(payer) = row.order.paid_by.clone() else {
        return Err(refusal(OperateError::WrongStatus(row.order.status)));
    };
    let mut record = Record::load(tx, &payer)?.ok_or_else(|| ApiError::Internal(format!("{payer} is gone")))?;
    let asked = request(record.case());
    match OperationRow::unfinished(tx, &payer)? {
        Some(OperationState::Pending) => {
            // A capture or void is not what the end of a refund would allow.
            return Err(match asked {
                Err(error @ OperateError::WrongStatus(_)) => refusal(error),
                _ => ApiError::refund_pending(),
            });
        }
        Some(_) => return Err(ApiError::operation_in_progress()),
        None => {}
    }
    let step = asked.map_err(refusal)?;
    if !record.apply_for_the_shop(tx, step, asked_by, fresh)? {
        // Somebody else's was written since we looked.
        return Err(tx.lost_swap().into());
    }
    Ok(Begun::New(fresh.operation().clone()))
}

fn refusal(error: OperateError) -> ApiError {
    match error {
        OperateError::WrongStatus(status) => {
            ApiError::conflict("wrong_status", &format!("the order is {}", status.as_str()))
        }
        OperateError::Nothing => ApiError::invalid("amount_out_of_range", "amount", "amount must be more than nothing"),
        OperateError::TooMuch { most } => {
            ApiError::invalid("amount_too_large", "amount", &format!("amount must be at most {most}"))
        }
    }
}

/// The same request again: the kept answer, or the operation's end, or patience.
async fn again(merchant: &Merchant, row: IdempotencyRow, scope: Scope, now: Timestamp) -> Result<Response, ApiError> {
    scope.check(&row)?;
    if let Some(answer) = row.answer {
        return Ok(answer.again());
    }
    let operation = row.operation.ok_or_else(|| ApiError::Internal("a key without an operation".to_owned()))?;
    let is_old = now.since(row.created_at) >= FIRST_ANSWERED_WITHIN;
    if !is_old && !find(merchant, &operation).await?.state.is_over() {
        return Err(ApiError::request_in_progress());
    }
    finish(merchant, operation, scope).await.map(KeptAnswer::again)
}

/// Waits for the operation to end, or for as long as a gateway may take.
async fn wait(merchant: &Merchant, order: &OrderId, operation: &OperationId) -> Result<(), ApiError> {
    let deadline = tokio::time::Instant::now() + merchant.settings().pay_deadline;
    let mut listener = merchant.changes().listen(order.clone());
    let last_call = merchant.last_call();
    tokio::pin!(last_call);
    loop {
        let row = find(merchant, operation).await?;
        // A pending refund may take days; its end is an event.
        let is_settled = row.state.is_over() || row.state == OperationState::Pending;
        if is_settled || tokio::time::Instant::now() >= deadline {
            return Ok(());
        }
        let look = (tokio::time::Instant::now() + LOOK_EVERY).min(deadline);
        tokio::select! {
            () = listener.changed() => {}
            () = tokio::time::sleep_until(look) => {}
            () = &mut last_call => return Ok(()),
        }
    }
}

async fn find(merchant: &Merchant, operation: &OperationId) -> Result<OperationRow, ApiError> {
    let id = operation.clone();
    let row = merchant.store().read(move |tx| Ok::<_, ApiError>(OperationRow::find(tx, &id)?)).await?;
    row.ok_or_else(|| ApiError::Internal(format!("{operation} is gone")))
}

/// Writes down how the operation ended as the answer to its request, once. A refund is something of its own, which
/// may be under way; a capture or void of which nobody can say anything yet has no answer to keep.
async fn finish(merchant: &Merchant, operation: OperationId, scope: Scope) -> Result<KeptAnswer, ApiError> {
    let sender = merchant.sender();
    merchant
        .store()
        .write(move |tx| {
            let row = OperationRow::find(tx, &operation)?
                .ok_or_else(|| ApiError::Internal(format!("{operation} is gone")))?;
            if row.kind != OperationKind::Refund && !row.state.is_over() {
                return Err(ApiError::operation_unanswered(row.kind.as_str()));
            }
            let answer = match (row.kind, &row.error) {
                (OperationKind::Refund, _) => KeptAnswer::of(StatusCode::CREATED, &RefundJson::of(row)?)?,
                (_, Some(error)) => KeptAnswer::of(StatusCode::CONFLICT, &ErrorBody { error: conflict(error) })?,
                (_, None) => {
                    let order = OrderRow::find(tx, &row.order)?.ok_or_else(|| ApiError::not_found("order"))?;
                    KeptAnswer::of(StatusCode::OK, &sender.viewer.view(tx, &order, None)?)?
                }
            };
            Ok::<_, ApiError>(scope.finish(tx, &answer)?)
        })
        .await
}

/// A 409 is a conflict, whoever said no.
fn conflict(error: &ErrorObject) -> ErrorObject {
    ErrorObject { kind: ErrorType::Conflict, ..error.clone() }
}
