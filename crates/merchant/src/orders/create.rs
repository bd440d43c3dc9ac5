//! `POST /v1/orders`: the shop's server decides a price.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use florin_domain::checkout::Item;
use florin_domain::flow::{Entry, EntryKind};
use florin_domain::ids::{OrderId, SessionId};
use florin_domain::money::{Currency, Money, MoneyError};
use florin_domain::order::{CaptureMethod, Order, OrderStatus};
use florin_store::Tx;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{OrderJson, check};
use crate::extract::{Body, Shop};
use crate::idempotency::OptionalKey;
use crate::storage::{
    Address, Customer, Details, Fresh, KeptAnswer, News, OrderRow, Scope, SessionRow, Source, save_order,
};
use crate::{ApiError, Merchant, by_name};

/// How long an order takes payments, when the shop does not say: a shopper's afternoon.
const DEFAULT_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// OwnGateway opens a payment for 60 to 7,890,000 s; an order that outlives its payments is no use.
const LIFE_SECONDS: std::ops::RangeInclusive<u64> = 60..=7_890_000;

/// A header of twice that length is refused by many a browser and proxy: the shopper would never come back.
const LONGEST_ADDRESS: usize = 2048;

/// What a shop sends to make an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrder {
    pub(super) amount: i64,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) reference: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) capture: Option<CaptureMethod>,
    #[serde(default, deserialize_with = "by_name::optional")]
    pub(super) customer: Option<Customer>,
    #[serde(default, deserialize_with = "by_name::optional")]
    pub(super) billing: Option<Address>,
    #[serde(default, deserialize_with = "by_name::optional")]
    pub(super) shipping: Option<Address>,
    #[serde(default, deserialize_with = "by_name::list")]
    pub(super) items: Vec<Item>,
    #[serde(default)]
    pub(super) result_url: Option<String>,
    #[serde(default)]
    pub(super) expires_in: Option<u64>,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
}

/// `POST /v1/orders`
pub(super) async fn create(
    _: Shop,
    State(merchant): State<Merchant>,
    OptionalKey(key): OptionalKey,
    Body(request): Body<CreateOrder>,
) -> Result<Response, ApiError> {
    let scope = key.map(|key| key.scope(&merchant, "POST /v1/orders", "", &request)).transpose()?;
    let fresh = Fresh::draw(&merchant);
    let row = request.check(&merchant, &fresh)?;
    let session = SessionRow {
        id: SessionId::new(fresh.now, merchant.randomness().bytes()),
        order: row.order.id.clone(),
        created_at: fresh.now,
        expires_at: row.order.expires_at,
    };
    let (response, is_new) = merchant
        .store()
        .write(move |tx| match &scope {
            Some(scope) => insert_once(tx, scope, row.clone(), &session, &fresh),
            None => {
                let (order, is_new) = insert(tx, row.clone(), &session, &fresh)?;
                Ok::<_, ApiError>(((StatusCode::CREATED, Json(order)).into_response(), is_new))
            }
        })
        .await?;
    if is_new {
        merchant.metrics().order_made();
    }
    Ok(response)
}

/// Key, order and answer are one unit: whoever asks again finds all of them, or none.
fn insert_once(
    tx: &mut Tx<'_>,
    scope: &Scope,
    row: OrderRow,
    session: &SessionRow,
    fresh: &Fresh,
) -> Result<(Response, bool), ApiError> {
    if let Some(earlier) = scope.claim(tx, None, fresh.now)? {
        scope.check(&earlier)?;
        return Ok((earlier.answer.ok_or_else(ApiError::request_in_progress)?.again(), false));
    }
    let (order, is_new) = insert(tx, row, session, fresh)?;
    Ok((scope.finish(tx, &KeptAnswer::of(StatusCode::CREATED, &order)?)?.first(), is_new))
}

/// The order, and whether it was made just now.
fn insert(
    tx: &mut Tx<'_>,
    mut row: OrderRow,
    session: &SessionRow,
    fresh: &Fresh,
) -> Result<(OrderJson, bool), ApiError> {
    if !row.insert(tx)? {
        return same_order_again(tx, &row, fresh).map(|order| (order, false));
    }
    session.insert(tx)?;
    let made = [Entry { kind: EntryKind::Created, detail: row.order.amount.to_string() }];
    let news = News { timeline: &made, events: &[], payment: None, source: Source::Shop };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok((fresh.server.viewer.view(tx, &row, None)?, true))
}

/// The reference is the natural key: an equal request is answered with the order it made.
fn same_order_again(tx: &mut Tx<'_>, row: &OrderRow, fresh: &Fresh) -> Result<OrderJson, ApiError> {
    let earlier = match &row.reference {
        Some(reference) => OrderRow::find_by_reference(tx, reference)?,
        None => None,
    };
    match earlier {
        Some(earlier) if earlier.fingerprint == row.fingerprint => Ok(fresh.server.viewer.view(tx, &earlier, None)?),
        Some(earlier) => Err(ApiError::conflict(
            "reference_taken",
            &format!("this reference belongs to {} with other contents", earlier.order.id),
        )),
        None => Err(ApiError::Internal("a fresh order id was taken".to_owned())),
    }
}

impl CreateOrder {
    /// What is wrong with it, or the order it makes.
    fn check(self, merchant: &Merchant, fresh: &Fresh) -> Result<OrderRow, ApiError> {
        let fingerprint = serde_json::to_string(&self).map_err(|error| ApiError::Internal(error.to_string()))?;
        let currency = Currency::parse(&self.currency).map_err(|_| {
            ApiError::invalid("unknown_currency", "currency", "currency must be a known code such as EUR")
        })?;
        let amount = price(self.amount, currency)?;
        let life = self.expires_in.map_or(Ok(DEFAULT_LIFE), check_life)?;
        check::texts(&self)?;
        check::items(&self.items, self.amount)?;
        if let Some(address) = &self.result_url {
            check_result_url(merchant, address)?;
        }
        let order = Order {
            id: OrderId::new(fresh.now, merchant.randomness().bytes()),
            amount,
            capture: self.capture.unwrap_or(CaptureMethod::Automatic),
            status: OrderStatus::Open,
            authorized: 0,
            captured: 0,
            refunded: 0,
            refund_pending: 0,
            paid_by: None,
            paid_at: None,
            created_at: fresh.now,
            expires_at: fresh.now.plus(life),
            submitted: 0,
            declined: 0,
            last_submitted_at: None,
            last_error: None,
        };
        let details = Details {
            description: self.description,
            items: self.items,
            customer: self.customer,
            billing: self.billing,
            shipping: self.shipping,
            result_url: self.result_url,
            metadata: self.metadata,
        };
        Ok(OrderRow {
            order,
            reference: self.reference,
            fingerprint,
            details,
            timeline_length: 0,
            event_sequence: 0,
            closing_until: None,
            version: 1,
        })
    }
}

/// What an order may cost.
pub(super) fn price(amount: i64, currency: Currency) -> Result<Money, ApiError> {
    if amount == 0 {
        return Err(ApiError::invalid("amount_out_of_range", "amount", "amount must be more than nothing"));
    }
    Money::new(amount, currency).map_err(|error| {
        let message = match error {
            MoneyError::TooLarge => "amount must be at most 999999999 minor units",
            MoneyError::Negative | MoneyError::CurrencyMismatch => "amount must be more than nothing",
        };
        ApiError::invalid("amount_out_of_range", "amount", message)
    })
}

fn check_life(seconds: u64) -> Result<Duration, ApiError> {
    if LIFE_SECONDS.contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    Err(ApiError::invalid("expires_in_out_of_range", "expires_in", "expires_in must be 60 to 7890000 seconds"))
}

fn check_result_url(merchant: &Merchant, address: &str) -> Result<(), ApiError> {
    if address.len() > LONGEST_ADDRESS {
        let message = "result_url must be at most 2048 bytes";
        return Err(ApiError::invalid("result_url_not_allowed", "result_url", message));
    }
    let allowed = Url::parse(address).is_ok_and(|url| {
        // Other schemes can have an origin, too, and no page.
        if !matches!(url.scheme(), "http" | "https") {
            return false;
        }
        let origin = url.origin().ascii_serialization();
        url.username().is_empty() && url.password().is_none() && merchant.settings().result_origins.contains(&origin)
    });
    if allowed {
        return Ok(());
    }
    let message = match merchant.settings().result_origins.join(", ") {
        none if none.is_empty() => "this server is configured with no origin that a result_url may have".to_owned(),
        origins => format!("result_url must be on one of the origins this server is configured with: {origins}"),
    };
    Err(ApiError::invalid("result_url_not_allowed", "result_url", &message))
}
