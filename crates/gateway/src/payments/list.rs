//! `GET` and `POST /payments/list`: a merchant's payments, the newest first.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use florin_domain::money::Currency;
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx, params};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Payment, PaymentKey, view};
use crate::accounts::{Profile, SecretKey};
use crate::gateway::Gateway;
use crate::wire::filter::{AmountRange, Page, TimeRange};
use crate::wire::payment::PaymentsResponse;
use crate::wire::{ApiError, AppJson};

/// What a search asks of a payment, for the page and for the count.
macro_rules! matching {
    () => {
        "merchant_id = $1 AND ($2 = '' OR payment_id = $2) AND ($3 = '' OR profile_id = $3)
         AND ($4 = '' OR customer_id = $4) AND ($5 = '' OR $5 LIKE '%,' || status || ',%')
         AND ($6 = '' OR $6 LIKE '%,' || currency || ',%') AND created_at >= $7 AND created_at <= $8
         AND amount - extras >= $9 AND amount - extras <= $10"
    };
}

const USUAL: i64 = 10;

/// `GET /payments/list`
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ListQuery {
    customer_id: Option<String>,
    starting_after: Option<String>,
    ending_before: Option<String>,
    limit: Option<i64>,
    created: Option<Timestamp>,
    #[serde(rename = "created.lt")]
    created_lt: Option<Timestamp>,
    #[serde(rename = "created.gt")]
    created_gt: Option<Timestamp>,
    #[serde(rename = "created.lte")]
    created_lte: Option<Timestamp>,
    #[serde(rename = "created.gte")]
    created_gte: Option<Timestamp>,
}

/// `POST /payments/list`; what is not known is passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListFilter {
    payment_id: Option<String>,
    profile_id: Option<String>,
    customer_id: Option<String>,
    limit: Option<i64>,
    offset: Option<i64>,
    amount_filter: Option<AmountRange>,
    time_range: Option<TimeRange>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    currency: Vec<Currency>,
    status: Vec<IntentStatus>,
}

/// What both ways of asking come to. Empty text is no filter; lists are `,a,b,`.
struct Search {
    merchant_id: String,
    payment_id: String,
    profile_id: String,
    customer_id: String,
    statuses: String,
    currencies: String,
    from: i64,
    to: i64,
    least: i64,
    most: i64,
    page: Page,
}

/// `GET /payments/list`
pub(crate) async fn list(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<Value>, ApiError> {
    let Query(query) = query.map_err(|_| ApiError::InvalidData("the query does not parse".to_owned()))?;
    let mut search = Search::all(merchant.id, Page::read(query.limit, None, USUAL)?);
    search.customer_id = query.customer_id.unwrap_or_default();
    if let Some(at) = query.created {
        (search.from, search.to) = (at.as_millis(), at.as_millis());
    }
    let after = |at: Timestamp| at.as_millis().saturating_add(1);
    let before = |at: Timestamp| at.as_millis().saturating_sub(1);
    for from in [query.created_gte.map(Timestamp::as_millis), query.created_gt.map(after)] {
        search.from = search.from.max(from.unwrap_or(i64::MIN));
    }
    for to in [query.created_lte.map(Timestamp::as_millis), query.created_lt.map(before)] {
        search.to = search.to.min(to.unwrap_or(i64::MAX));
    }
    let (newer, older) = (query.ending_before, query.starting_after);
    let public_url = gateway.settings.public_url.clone();
    let found = gateway.store.read(move |tx| {
        let newer = newer.as_deref().map(|id| place(tx, &search.merchant_id, id)).transpose()?;
        let older = older.as_deref().map(|id| place(tx, &search.merchant_id, id)).transpose()?;
        search.page(tx, newer.as_ref(), older.as_ref(), &public_url)
    });
    let data = found.await?;
    Ok(Json(json!({ "size": data.len(), "data": data })))
}

/// `POST /payments/list`
pub(crate) async fn list_by_filter(
    State(gateway): State<Gateway>,
    SecretKey(merchant): SecretKey,
    AppJson(filter): AppJson<ListFilter>,
) -> Result<Json<Value>, ApiError> {
    let mut search = Search::all(merchant.id, Page::read(filter.limit, filter.offset, USUAL)?);
    search.payment_id = filter.payment_id.unwrap_or_default();
    search.profile_id = filter.profile_id.unwrap_or_default();
    search.customer_id = filter.customer_id.unwrap_or_default();
    search.statuses = one_of(filter.status.iter().map(|status| status.as_str()));
    search.currencies = one_of(filter.currency.iter().map(|currency| currency.code()));
    (search.from, search.to) = TimeRange::bounds(filter.time_range.as_ref(), filter.start_time, filter.end_time);
    (search.least, search.most) = AmountRange::bounds(filter.amount_filter.as_ref());
    let public_url = gateway.settings.public_url.clone();
    let found = gateway.store.read(move |tx| {
        let total = search.count(tx)?;
        Ok::<_, ApiError>((search.page(tx, None, None, &public_url)?, total))
    });
    let (data, total) = found.await?;
    Ok(Json(json!({ "count": data.len(), "total_count": total, "data": data })))
}

impl Search {
    fn all(merchant_id: String, page: Page) -> Self {
        Self {
            merchant_id,
            payment_id: String::new(),
            profile_id: String::new(),
            customer_id: String::new(),
            statuses: String::new(),
            currencies: String::new(),
            from: i64::MIN,
            to: i64::MAX,
            least: i64::MIN,
            most: i64::MAX,
            page,
        }
    }

    /// What `matching!` asks for, `$1` to `$10`.
    fn asked(&self) -> Vec<florin_store::Value> {
        params![
            &self.merchant_id,
            &self.payment_id,
            &self.profile_id,
            &self.customer_id,
            &self.statuses,
            &self.currencies,
            self.from,
            self.to,
            self.least,
            self.most,
        ]
        .to_vec()
    }

    /// Those newer than one place and older than the other, the newest first.
    fn page(
        &self,
        tx: &mut Tx<'_>,
        newer_than: Option<&Place>,
        older_than: Option<&Place>,
        public_url: &str,
    ) -> Result<Vec<PaymentsResponse>, ApiError> {
        let floor = newer_than.cloned().unwrap_or(Place { at: i64::MIN, id: String::new() });
        let ceiling = older_than.cloned().unwrap_or(Place { at: i64::MAX, id: String::new() });
        let Page { limit, offset } = self.page;
        let page = params![limit, offset, floor.at, &floor.id, ceiling.at, &ceiling.id].to_vec();
        let rows = tx.all(
            concat!(
                "SELECT * FROM payments WHERE ",
                matching!(),
                " AND (created_at > $13 OR (created_at = $13 AND payment_id > $14))
                 AND (created_at < $15 OR (created_at = $15 AND payment_id < $16))
                 ORDER BY created_at DESC, payment_id DESC LIMIT $11 OFFSET $12"
            ),
            &[self.asked(), page].concat(),
        )?;
        rows.iter().map(|row| show(tx, &Payment::read(row)?, public_url)).collect()
    }

    fn count(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let row = tx.first(concat!("SELECT COUNT(*) AS payments FROM payments WHERE ", matching!()), &self.asked())?;
        row.map_or(Ok(0), |row| row.get("payments"))
    }
}

/// Where a payment stands in the list.
#[derive(Clone)]
struct Place {
    at: i64,
    id: String,
}

fn place(tx: &mut Tx<'_>, merchant_id: &str, id: &str) -> Result<Place, ApiError> {
    let key = PaymentKey { merchant_id: merchant_id.to_owned(), payment_id: id.to_owned() };
    let payment = Payment::find(tx, &key)?.ok_or(ApiError::NotFound("payment"))?;
    Ok(Place { at: payment.created_at.as_millis(), id: payment.id })
}

fn show(tx: &mut Tx<'_>, payment: &Payment, public_url: &str) -> Result<PaymentsResponse, ApiError> {
    let profile = Profile::find(tx, &payment.merchant_id, Some(&payment.profile_id))?;
    let profile = profile.ok_or_else(|| ApiError::Internal("a payment without its profile".to_owned()))?;
    Ok(view(tx, payment, &profile, public_url)?)
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let joined = names.collect::<Vec<_>>().join(",");
    if joined.is_empty() { joined } else { format!(",{joined},") }
}
