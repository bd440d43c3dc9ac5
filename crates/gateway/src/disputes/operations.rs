//! `/disputes`: read, list, accept; and what moves a dispute on.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use florin_domain::money::{Currency, Money};
use florin_domain::payment::PaymentState;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};
use serde::Deserialize;
use serde_json::Value;

use super::record::{Dispute, Stage, Status};
use crate::accounts::{Profile, SecretKey};
use crate::gateway::{Fresh, Gateway};
use crate::ledger;
use crate::payments::{Payment, PaymentKey, load};
use crate::webhooks;
use crate::wire::ApiError;
use crate::wire::filter::Page;

const USUAL: i64 = 10;

/// What the test card's bank says.
const REASON: &str = "fraudulent";

/// `GET /disputes/list`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListQuery {
    limit: Option<i64>,
    offset: Option<i64>,
    dispute_id: Option<String>,
    payment_id: Option<String>,
    dispute_status: Option<Status>,
    dispute_stage: Option<Stage>,
    received_time: Option<Timestamp>,
    #[serde(rename = "received_time.lt")]
    received_lt: Option<Timestamp>,
    #[serde(rename = "received_time.gt")]
    received_gt: Option<Timestamp>,
    #[serde(rename = "received_time.lte")]
    received_lte: Option<Timestamp>,
    #[serde(rename = "received_time.gte")]
    received_gte: Option<Timestamp>,
}

impl ListQuery {
    fn fits(&self, dispute: &Dispute) -> bool {
        let at = dispute.created_at;
        self.dispute_id.as_ref().is_none_or(|id| *id == dispute.id)
            && self.payment_id.as_ref().is_none_or(|id| *id == dispute.payment_id)
            && self.dispute_status.is_none_or(|status| status == dispute.status)
            && self.dispute_stage.is_none_or(|stage| stage == dispute.stage)
            && self.received_time.is_none_or(|time| time == at)
            && self.received_lt.is_none_or(|time| at < time)
            && self.received_gt.is_none_or(|time| at > time)
            && self.received_lte.is_none_or(|time| at <= time)
            && self.received_gte.is_none_or(|time| at >= time)
    }
}

/// `GET /disputes/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    let page = Page::read(query.limit, query.offset, USUAL)?;
    let found = gateway.store.read(move |tx| {
        let all = Dispute::all(tx, &merchant.id)?;
        let found = all.into_iter().filter(|dispute| query.fits(dispute));
        page.of(found).map(|dispute| shown(tx, &dispute)).collect::<Result<Vec<_>, ApiError>>()
    });
    Ok(Json(found.await?))
}

/// `GET /disputes/{dispute_id}`
pub(crate) async fn retrieve(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = gateway.store.read(move |tx| {
        let dispute = Dispute::find(tx, &merchant.id, &id)?;
        shown(tx, &dispute)
    });
    Ok(Json(found.await?))
}

/// `POST /disputes/accept/{dispute_id}`: the merchant lets the money go.
pub(crate) async fn accept(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let fresh = gateway.fresh();
    let accepted = gateway.store.write(move |tx| {
        let dispute = Dispute::find(tx, &merchant.id, &id)?;
        if dispute.stage != Stage::Dispute || dispute.status != Status::Opened {
            let words = format!("This dispute cannot be accepted because it has status {}", dispute.status.as_str());
            return Err(ApiError::Precondition(words));
        }
        turn(tx, &dispute, dispute.clone(), None, Status::Accepted, &fresh)
    });
    let answer = accepted.await?;
    gateway.outbox_bell.notify_one();
    Ok(Json(answer))
}

/// What the sandbox was told of a dispute.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DisputeOrder {
    payment_id: String,
    merchant_id: String,
    #[serde(rename = "dispute_stage")]
    stage: Option<Stage>,
    #[serde(rename = "dispute_status")]
    status: Option<Status>,
    reason: Option<String>,
}

/// Opens the dispute of a captured payment, or moves it on.
pub(crate) async fn open_or_move(gateway: &Gateway, order: DisputeOrder) -> Result<Value, ApiError> {
    let (fresh, id) = (gateway.fresh(), gateway.id("dp_"));
    let moved = gateway.store.write(move |tx| {
        let key = PaymentKey { merchant_id: order.merchant_id.clone(), payment_id: order.payment_id.clone() };
        let (payment, profile) = load(tx, &key)?;
        match Dispute::of_payment(tx, &key.merchant_id, &key.payment_id)? {
            Some(dispute) if dispute.has_ended(order.stage) => {
                let words = format!("This dispute has ended with status {}", dispute.status.as_str());
                Err(ApiError::Precondition(words))
            }
            Some(dispute) => {
                let status = order.status.unwrap_or(Status::Opened);
                turn(tx, &dispute, dispute.clone(), order.stage, status, &fresh)
            }
            None => {
                if !matches!(payment.state, PaymentState::Captured { .. }) || payment.state.captured() == 0 {
                    let words = format!("You cannot dispute this payment because it has status {}", payment.state);
                    return Err(ApiError::Precondition(words));
                }
                let reason = order.reason.as_deref().unwrap_or(REASON);
                let mut dispute = Dispute::open(&payment, id.clone(), reason, fresh.now);
                dispute.stage = order.stage.unwrap_or(dispute.stage);
                dispute.status = order.status.unwrap_or(dispute.status);
                write(tx, None, &dispute, &payment, &profile, &fresh)
            }
        }
    });
    let answer = moved.await?;
    gateway.outbox_bell.notify_one();
    Ok(answer)
}

/// Opens the dispute of a payment whose card's bank always opens one.
pub(crate) fn follow(tx: &mut Tx<'_>, payment: &Payment, profile: &Profile, fresh: &Fresh) -> Result<(), StoreError> {
    let PaymentState::Captured { .. } = payment.state else { return Ok(()) };
    // A card that was only set up has nothing to dispute.
    let has_cost = payment.conduct().disputes && payment.state.captured() > 0;
    if !has_cost || Dispute::of_payment(tx, &payment.merchant_id, &payment.id)?.is_some() {
        return Ok(());
    }
    let dispute = Dispute::open(payment, format!("dp_{}", fresh.of_dispute.as_str()), REASON, fresh.now);
    dispute.insert(tx)?;
    let shown = dispute.show(payment, profile);
    webhooks::tell_dispute(tx, &payment.merchant_id, (&dispute.id, "dispute_opened"), &shown, profile, fresh)
}

/// Moves a dispute on, in a unit, with what else of it has changed since `before`.
pub(super) fn turn(
    tx: &mut Tx<'_>,
    before: &Dispute,
    mut dispute: Dispute,
    stage: Option<Stage>,
    status: Status,
    fresh: &Fresh,
) -> Result<Value, ApiError> {
    let key = PaymentKey { merchant_id: before.merchant_id.clone(), payment_id: before.payment_id.clone() };
    let (payment, profile) = load(tx, &key)?;
    dispute.stage = stage.unwrap_or(dispute.stage);
    dispute.status = status;
    dispute.updated_at = dispute.updated_at.max(fresh.now);
    write(tx, Some(before), &dispute, &payment, &profile, fresh)
}

fn write(
    tx: &mut Tx<'_>,
    before: Option<&Dispute>,
    dispute: &Dispute,
    payment: &Payment,
    profile: &Profile,
    fresh: &Fresh,
) -> Result<Value, ApiError> {
    match before {
        Some(before) => dispute.update(tx, before)?,
        None => dispute.insert(tx)?,
    }
    if dispute.status.costs_the_merchant() {
        let amount = Currency::parse(&dispute.currency).map_err(|error| ApiError::Internal(error.to_string()));
        let amount = Money::new(dispute.amount, amount?).map_err(|error| ApiError::Internal(error.to_string()))?;
        ledger::charged_back(tx, payment, amount, fresh.now)?;
    }
    let shown = dispute.show(payment, profile);
    let what = (dispute.id.as_str(), dispute.status.as_str());
    webhooks::tell_dispute(tx, &dispute.merchant_id, what, &shown, profile, fresh)?;
    Ok(shown)
}

fn shown(tx: &mut Tx<'_>, dispute: &Dispute) -> Result<Value, ApiError> {
    let key = PaymentKey { merchant_id: dispute.merchant_id.clone(), payment_id: dispute.payment_id.clone() };
    let (payment, profile) = load(tx, &key)?;
    Ok(dispute.show(&payment, &profile))
}
