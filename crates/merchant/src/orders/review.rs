//! `POST /v1/orders/{id}/review`: a person ends what facts could not.
//!
//! The payment is read just before, so that the decision is about how it stands now. Whatever money
//! has to move is ordered in the same unit.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use florin_domain::flow::review::{self, Decision, ReviewError, Verdict};
use florin_domain::flow::{Account, Answer, Refusal, Request, ShopEvent, Snapshot, Step};
use florin_domain::ids::{AttemptId, OrderId};
use florin_store::Tx;
use tracing::Instrument;

use super::cancel::{fence_the_order, in_the_way};
use super::{OrderJson, check};
use crate::conversation::load;
use crate::extract::{Body, OrderInPath, Shop};
use crate::gateways::Urgency;
use crate::idempotency::OptionalKey;
use crate::storage::{AttemptRow, Fresh, KeptAnswer, OperationRow, OrderRow, Record, Scope, Source};
use crate::{ApiError, Merchant};

/// An attempt in review, with its payment as read just now; none where the gateway knows none.
#[derive(Clone)]
struct Reviewed {
    attempt: AttemptId,
    snapshot: Option<Snapshot>,
    fresh: Fresh,
}

/// Whether this request decided, or one before it with the same key.
enum Decided {
    Now(KeptAnswer, Vec<ShopEvent>),
    Before(KeptAnswer),
}

/// `POST /v1/orders/{id}/review`
pub(super) async fn decide(
    _: Shop,
    State(merchant): State<Merchant>,
    OrderInPath(id): OrderInPath,
    OptionalKey(key): OptionalKey,
    Body(request): Body<Verdict>,
) -> Result<Response, ApiError> {
    check::text("note", Some(&request.note))?;
    let scope =
        key.map(|key| key.scope(&merchant, "POST /v1/orders/{id}/review", id.as_str(), &request)).transpose()?;
    if let Some(answer) = answered_before(&merchant, scope.clone()).await? {
        return Ok(answer);
    }
    let attempts = match in_review(&merchant, &id).await {
        Ok(attempts) => attempts,
        // The same request may have decided it in the meantime.
        Err(error) => return answered_before(&merchant, scope).await?.ok_or(error),
    };
    let mut reviewed = Vec::with_capacity(attempts.len());
    for attempt in attempts {
        let snapshot = look(&merchant, &attempt, request.decision).await?;
        reviewed.push(Reviewed { attempt: attempt.attempt.id, snapshot, fresh: Fresh::draw(&merchant) });
    }
    // The first with money is the sale, if any is.
    reviewed.sort_by_key(|one| !one.snapshot.as_ref().is_some_and(review::has_money));
    let account = merchant.gateway().identity().clone();
    // Asked before anything is fenced: a decision that can't be carried out changes nothing.
    let (wished, asked, ours) = (reviewed.clone(), request.clone(), account.clone());
    merchant
        .store()
        .read(move |tx| wished.iter().try_for_each(|one| step_of(tx, one, &ours, &asked).map(|_| ())))
        .await?;
    if request.decision == Decision::Return {
        // What else is open would otherwise be paid after the order has ended.
        fence_the_order(&merchant, &id, |_| true).await?;
    }
    let order = id.clone();
    let answer =
        merchant.store().write(move |tx| carry_out(tx, &order, &reviewed, &account, &request, scope.as_ref())).await?;
    Ok(match answer {
        Decided::Now(answer, events) => {
            merchant.metrics().happened(&events);
            merchant.after_commit(&id, None);
            answer.first()
        }
        Decided::Before(answer) => answer.again(),
    })
}

async fn answered_before(merchant: &Merchant, scope: Option<Scope>) -> Result<Option<Response>, ApiError> {
    let Some(scope) = scope else { return Ok(None) };
    let find = scope.clone();
    let Some(earlier) = merchant.store().read(move |tx| Ok::<_, ApiError>(find.find(tx)?)).await? else {
        return Ok(None);
    };
    scope.check(&earlier)?;
    Ok(earlier.answer.map(KeptAnswer::again))
}

async fn in_review(merchant: &Merchant, id: &OrderId) -> Result<Vec<AttemptRow>, ApiError> {
    let id = id.clone();
    merchant
        .store()
        .read(move |tx| {
            let row = OrderRow::find(tx, &id)?.ok_or_else(|| ApiError::not_found("order"))?;
            let attempts = AttemptRow::in_review(tx, &id)?;
            if attempts.is_empty() {
                return Err(not_in_review(&row));
            }
            Ok(attempts)
        })
        .await
}

fn not_in_review(row: &OrderRow) -> ApiError {
    ApiError::conflict("wrong_status", &format!("nothing is in review: the order is {}", row.order.status.as_str()))
}

/// The payment as it stands. One that is to be sent back and is undecided is canceled first.
async fn look(merchant: &Merchant, row: &AttemptRow, decision: Decision) -> Result<Option<Snapshot>, ApiError> {
    let seen = read(merchant, row).await?;
    // Somebody else's payment is not canceled; the decision is refused for it.
    let may_cancel = |snapshot: &Snapshot| {
        review::is_undecided(snapshot) && review::is_ours(snapshot, &row.attempt, merchant.gateway().identity())
    };
    if decision == Decision::Accept || !seen.as_ref().is_some_and(may_cancel) {
        return Ok(seen);
    }
    let (server, id) = (merchant.clone(), row.attempt.id.clone());
    // In a task of its own: whoever asked may go away, what was begun goes on.
    let cancel = async move {
        let record = server.store().read(move |tx| load(tx, &id)).await?;
        // Whatever it is answered, the next read tells what came of it.
        let _ = server.gateway().carry_out(&record, &Request::Cancel, Urgency::AtOnce).await;
        Ok::<_, ApiError>(())
    };
    let task = merchant.tasks().spawn(cancel.in_current_span());
    task.await.map_err(|error| ApiError::Internal(format!("a cancel ended early: {error}")))??;
    read(merchant, row).await
}

async fn read(merchant: &Merchant, row: &AttemptRow) -> Result<Option<Snapshot>, ApiError> {
    match merchant.gateway().read(&row.attempt, Urgency::AtOnce).await {
        Answer::Done(snapshot) => Ok(Some(snapshot)),
        Answer::Refused(Refusal::NotFound) => Ok(None),
        Answer::Refused(_) | Answer::Unknown(_) => {
            Err(ApiError::gateway_silent("the gateway did not say how the payment stands; decide again"))
        }
    }
}

fn carry_out(
    tx: &mut Tx<'_>,
    id: &OrderId,
    reviewed: &[Reviewed],
    account: &Account,
    request: &Verdict,
    scope: Option<&Scope>,
) -> Result<Decided, ApiError> {
    let Some(now) = reviewed.first().map(|one| one.fresh.now) else { return Err(ApiError::not_found("order")) };
    if let Some(scope) = scope
        && let Some(earlier) = scope.claim(tx, None, now)?
    {
        scope.check(&earlier)?;
        return earlier.answer.map(Decided::Before).ok_or_else(ApiError::request_in_progress);
    }
    if request.decision == Decision::Return
        && let Some(holder) = AttemptRow::holding(tx, id)?
    {
        return Err(in_the_way(&holder.attempt.state));
    }
    let mut decided = None;
    for one in reviewed {
        if let Some(events) = decide_one(tx, one, account, request)? {
            decided.get_or_insert_with(Vec::new).extend(events);
        }
    }
    let row = OrderRow::find(tx, id)?.ok_or_else(|| ApiError::not_found("order"))?;
    let Some(events) = decided else { return Err(not_in_review(&row)) };
    let Some(fresh) = reviewed.first().map(|one| &one.fresh) else { return Err(not_in_review(&row)) };
    let view: OrderJson = fresh.server.viewer.view(tx, &row, None)?;
    let answer = KeptAnswer::of(StatusCode::OK, &view)?;
    let answer = match scope {
        Some(scope) => scope.finish(tx, &answer)?,
        None => answer,
    };
    Ok(Decided::Now(answer, events))
}

/// What the shop hears of it; `None` when somebody else has decided it since.
fn decide_one(
    tx: &mut Tx<'_>,
    one: &Reviewed,
    account: &Account,
    request: &Verdict,
) -> Result<Option<Vec<ShopEvent>>, ApiError> {
    let Some((mut record, step)) = step_of(tx, one, account, request)? else { return Ok(None) };
    Ok(Some(record.apply(tx, step, Source::Operator, &one.fresh)?.events))
}

/// What the decision comes to for one attempt; `None` when it is not in review any more.
fn step_of(
    tx: &mut Tx<'_>,
    one: &Reviewed,
    account: &Account,
    request: &Verdict,
) -> Result<Option<(Record, Step)>, ApiError> {
    let record = load(tx, &one.attempt)?;
    if OperationRow::unfinished(tx, &one.attempt)?.is_some() {
        return Err(ApiError::operation_in_progress());
    }
    let (case, snapshot, fresh) = (record.case(), one.snapshot.as_ref(), &one.fresh);
    let holder = AttemptRow::holding(tx, &case.order.id)?.map(|row| row.attempt);
    match review::decided(case, holder.as_ref(), account, &fresh.limits, snapshot, request, fresh.now) {
        Ok(step) => Ok(Some((record, step))),
        Err(ReviewError::NotInReview) => Ok(None),
        Err(error @ ReviewError::Undecided(_)) => Err(ApiError::conflict("payment_undecided", &error.to_string())),
        Err(error @ (ReviewError::Strange(_) | ReviewError::Differs(_))) => {
            Err(ApiError::conflict("payment_differs", &error.to_string()))
        }
    }
}
