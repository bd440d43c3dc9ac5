//! `POST /refunds/list`: a merchant's refunds, the newest first.

use axum::Json;
use axum::extract::State;
use florin_domain::money::Currency;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::record;
use crate::accounts::{Profile, SecretKey};
use crate::gateway::Gateway;
use crate::wire::filter::{AmountRange, Page, TimeRange};
use crate::wire::refund::RefundResponse;
use crate::wire::{ApiError, AppJson};

const USUAL: i64 = 10;

/// `POST /refunds/list`; what is not known is passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct RefundFilter {
    payment_id: Option<String>,
    refund_id: Option<String>,
    profile_id: Option<String>,
    limit: Option<i64>,
    offset: Option<i64>,
    time_range: Option<TimeRange>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    amount_filter: Option<AmountRange>,
    currency: Vec<Currency>,
    refund_status: Vec<RefundStatus>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefundStatus {
    Succeeded,
    Failed,
    Pending,
    Review,
}

impl RefundStatus {
    fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Pending => "pending",
            Self::Review => "review",
        }
    }
}

/// `POST /refunds/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(filter): AppJson<RefundFilter>,
) -> Result<Json<Value>, ApiError> {
    let page = Page::read(filter.limit, filter.offset, USUAL)?;
    let found = gateway.store.read(move |tx| {
        let all = matching(tx, &merchant.id, &filter)?;
        let total = all.len();
        Ok::<_, StoreError>((page.of(all).collect::<Vec<_>>(), total))
    });
    let (data, total) = found.await?;
    Ok(Json(json!({ "count": data.len(), "total_count": total, "data": data })))
}

fn matching(tx: &mut Tx<'_>, merchant_id: &str, filter: &RefundFilter) -> Result<Vec<RefundResponse>, StoreError> {
    let (from, to) = TimeRange::bounds(filter.time_range.as_ref(), filter.start_time, filter.end_time);
    let (least, most) = AmountRange::bounds(filter.amount_filter.as_ref());
    let rows = tx.all(
        "SELECT refunds.*, payments.profile_id FROM refunds
         JOIN payments ON payments.merchant_id = refunds.merchant_id AND payments.payment_id = refunds.payment_id
         WHERE refunds.merchant_id = $1 AND ($2 = '' OR refunds.payment_id = $2) AND ($3 = '' OR refund_id = $3)
             AND refunds.created_at >= $4 AND refunds.created_at <= $5 AND refunds.amount >= $6
             AND refunds.amount <= $7 AND ($8 = '' OR payments.profile_id = $8)
         ORDER BY refunds.created_at DESC, refund_id DESC",
        params![
            merchant_id,
            filter.payment_id.as_deref().unwrap_or_default(),
            filter.refund_id.as_deref().unwrap_or_default(),
            from,
            to,
            least,
            most,
            filter.profile_id.as_deref().unwrap_or_default(),
        ],
    )?;
    let mut refunds = Vec::with_capacity(rows.len());
    for row in &rows {
        let profile_id: String = row.get("profile_id")?;
        let profile = Profile::find(tx, merchant_id, Some(&profile_id))?;
        let profile = profile.ok_or_else(|| StoreError::Corrupt("a refund without its profile".to_owned()))?;
        let refund = record::read(row, &profile)?;
        let currency_fits = filter.currency.is_empty() || filter.currency.contains(&refund.currency);
        let statuses = &filter.refund_status;
        let status_fits = statuses.is_empty() || statuses.iter().any(|status| status.as_str() == refund.status);
        if currency_fits && status_fits {
            refunds.push(refund);
        }
    }
    Ok(refunds)
}
