//! `POST /v1/orders`: the shop's server decides a price.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use florin_domain::checkout::Item;
use florin_domain::flow::{Entry, EntryKind};
use florin_domain::ids::{OrderId, SessionId};
use florin_domain::money::{Currency, Money, MoneyError};
use florin_domain::order::{CaptureMethod, Order, OrderStatus};
use florin_store::Tx;
use serde::{Deserialize, Serialize};
use url::Url;

use super::OrderJson;
use crate::extract::{Body, Shop};
use crate::storage::{Address, Customer, Details, Fresh, News, OrderRow, SessionRow, Source, save_order};
use crate::{ApiError, Merchant};

/// How long an order takes payments, when the shop does not say: a shopper's afternoon.
const DEFAULT_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// OwnGateway opens a payment for 60 to 7,890,000 s; an order that outlives its payments is no use.
const LIFE_SECONDS: std::ops::RangeInclusive<u64> = 60..=7_890_000;

/// Longest free text; keeps a row, and what the gateway takes of it, small.
const LONGEST_TEXT: usize = 500;

/// What a shop sends to make an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateOrder {
    amount: i64,
    currency: String,
    #[serde(default)]
    reference: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    capture: Option<CaptureMethod>,
    #[serde(default)]
    customer: Option<Customer>,
    #[serde(default)]
    billing: Option<Address>,
    #[serde(default)]
    shipping: Option<Address>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    result_url: Option<String>,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// `POST /v1/orders`
pub(super) async fn create(
    _: Shop,
    State(merchant): State<Merchant>,
    Body(request): Body<CreateOrder>,
) -> Result<(StatusCode, Json<OrderJson>), ApiError> {
    let fresh = Fresh::draw(&merchant);
    let row = request.check(&merchant, &fresh)?;
    let session = SessionRow {
        id: SessionId::new(fresh.now, merchant.randomness().bytes()),
        order: row.order.id.clone(),
        created_at: fresh.now,
        expires_at: row.order.expires_at,
    };
    let order = merchant.store().write(move |tx| insert(tx, row.clone(), &session, &fresh)).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

fn insert(tx: &mut Tx<'_>, mut row: OrderRow, session: &SessionRow, fresh: &Fresh) -> Result<OrderJson, ApiError> {
    if !row.insert(tx)? {
        return same_order_again(tx, &row, fresh);
    }
    session.insert(tx)?;
    let made = [Entry { kind: EntryKind::Created, detail: row.order.amount.to_string() }];
    let news = News { timeline: &made, events: &[], payment: None, source: Source::Shop };
    save_order(tx, &mut row, &news, None, fresh)?;
    Ok(fresh.server.viewer.view(tx, &row, None)?)
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
        let amount = self.price()?;
        let life = self.expires_in.map_or(Ok(DEFAULT_LIFE), check_life)?;
        check_texts(&self)?;
        check_items(&self)?;
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
            version: 1,
        })
    }

    fn price(&self) -> Result<Money, ApiError> {
        let currency = Currency::parse(&self.currency).map_err(|_| {
            ApiError::invalid("unknown_currency", "currency", "currency must be a known code such as EUR")
        })?;
        if self.amount == 0 {
            return Err(ApiError::invalid("amount_out_of_range", "amount", "amount must be more than nothing"));
        }
        Money::new(self.amount, currency).map_err(|error| {
            let message = match error {
                MoneyError::TooLarge => "amount must be at most 999999999 minor units",
                MoneyError::Negative | MoneyError::CurrencyMismatch => "amount must be more than nothing",
            };
            ApiError::invalid("amount_out_of_range", "amount", message)
        })
    }
}

fn check_life(seconds: u64) -> Result<Duration, ApiError> {
    if LIFE_SECONDS.contains(&seconds) {
        return Ok(Duration::from_secs(seconds));
    }
    Err(ApiError::invalid("expires_in_out_of_range", "expires_in", "expires_in must be 60 to 7890000 seconds"))
}

fn check_texts(request: &CreateOrder) -> Result<(), ApiError> {
    let texts = [("reference", &request.reference), ("description", &request.description)];
    for (field, text) in texts {
        if let Some(text) = text
            && (text.is_empty() || text.len() > LONGEST_TEXT || text.chars().any(char::is_control))
        {
            let message = format!("{field} must be 1 to {LONGEST_TEXT} bytes without control characters");
            return Err(ApiError::invalid("invalid_text", field, &message));
        }
    }
    let too_much = request.metadata.len() > 50
        || request.metadata.iter().any(|(key, value)| key.len() > 100 || value.len() > LONGEST_TEXT);
    if too_much {
        let message = "metadata holds at most 50 pairs, keys of 100 and values of 500 bytes";
        return Err(ApiError::invalid("metadata_too_large", "metadata", message));
    }
    Ok(())
}

fn check_items(request: &CreateOrder) -> Result<(), ApiError> {
    if request.items.len() > 100 {
        return Err(ApiError::invalid("too_many_items", "items", "items holds at most 100 lines"));
    }
    let sum = request.items.iter().try_fold(0_i64, |sum, item| sum.checked_add(item.amount));
    if !request.items.is_empty() && sum != Some(request.amount) {
        let message = "the items' amounts must add up to the order's amount";
        return Err(ApiError::invalid("items_do_not_add_up", "items", message));
    }
    Ok(())
}

fn check_result_url(merchant: &Merchant, address: &str) -> Result<(), ApiError> {
    let allowed = Url::parse(address).is_ok_and(|url| {
        let origin = url.origin().ascii_serialization();
        url.username().is_empty() && url.password().is_none() && merchant.settings().result_origins.contains(&origin)
    });
    if allowed {
        return Ok(());
    }
    let message = "result_url must be on one of the origins this server is configured with";
    Err(ApiError::invalid("result_url_not_allowed", "result_url", message))
}
