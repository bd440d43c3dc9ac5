//! `GET /receipt/{session}`: how the order stands, with everything a shopper may want to keep.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use florin_domain::checkout::ResultStatus;
use florin_domain::ids::{OrderId, SessionId};
use florin_domain::order::{CardSummary, OrderStatus, outcome};
use florin_domain::timestamp::Timestamp;
use florin_store::{StoreError, Tx};
use serde::Deserialize;

use super::absent::of_a_session;
use super::bill::{bill, line};
use super::document::{Document, escape};
use super::words::Words;
use crate::checkout::order_of;
use crate::extract::{Search, SessionInPath};
use crate::returned::with_order;
use crate::storage::{AttemptRow, OrderRow};
use crate::{ApiError, Merchant};

/// While a bank is at it, the page asks for itself this often.
const ASK_AGAIN_SECONDS: u32 = 5;

/// `GET /receipt/{session}`
pub(super) async fn receipt(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    session: Result<SessionInPath, ApiError>,
) -> Result<Response, ApiError> {
    of_a_session(merchant, &headers, session, page).await
}

async fn page(merchant: Merchant, session: SessionId, words: &'static Words) -> Result<Response, ApiError> {
    let handle = session.clone();
    let (row, attempt) = merchant
        .store()
        .read(move |tx| {
            let row = order_of(tx, &handle)?;
            let attempt = attempt_of(tx, &row)?;
            Ok::<_, ApiError>((row, attempt))
        })
        .await?;
    let status = status_of(&merchant, &row, attempt.as_ref());
    let card = attempt.as_ref().and_then(|row| row.attempt.card.as_ref());
    let body = format!(
        "<main class=\"receipt\">{}{}{}</main>",
        verdict(&row, status, words),
        bill(&merchant, &row, words),
        particulars(&row, card, &session, status, words),
    );
    Ok(Document { words, title: words.receipt_title, body, frame: None, again_in: again_in(status) }.answer())
}

/// `GET /receipt?order=ord_…`: where a browser comes back to from the bank. Whoever has only an order's id is told
/// how it stands and what it costs, nothing of the card, and is given no session.
pub(super) async fn by_order(
    State(merchant): State<Merchant>,
    headers: HeaderMap,
    named: Result<Search<Named>, ApiError>,
) -> Result<Response, ApiError> {
    let words = Words::of(&headers);
    let order = named.ok().and_then(|Search(named)| named.order);
    let Some(id) = order.and_then(|id| OrderId::parse(&id).ok()) else {
        return Ok(without_an_order(&merchant, words));
    };
    let found = merchant.store().read(move |tx| {
        let Some(row) = OrderRow::find(tx, &id)? else { return Ok(None) };
        let attempt = attempt_of(tx, &row)?;
        Ok::<_, ApiError>(Some((row, attempt)))
    });
    let Some((row, attempt)) = found.await? else { return Ok(without_an_order(&merchant, words)) };
    let status = status_of(&merchant, &row, attempt.as_ref());
    let body =
        format!("<main class=\"receipt\">{}{}</main>", verdict(&row, status, words), bill(&merchant, &row, words));
    Ok(Document { words, title: words.receipt_title, body, frame: None, again_in: again_in(status) }.answer())
}

/// What the address says to us; what others on the way have added is theirs.
#[derive(Deserialize)]
pub(super) struct Named {
    order: Option<String>,
}

/// Says nothing it does not know.
fn without_an_order(merchant: &Merchant, words: &'static Words) -> Response {
    let body = format!(
        "<main class=\"receipt\"><section class=\"bill\"><h1>{}</h1><p>{}</p></section></main>",
        escape(&merchant.settings().merchant_name),
        words.thanks,
    );
    Document { words, title: words.receipt_title, body, frame: None, again_in: None }.answer()
}

/// The attempt that paid, else the newest.
fn attempt_of(tx: &mut Tx<'_>, row: &OrderRow) -> Result<Option<AttemptRow>, StoreError> {
    match &row.order.paid_by {
        Some(payer) => AttemptRow::find(tx, payer),
        None => AttemptRow::newest(tx, &row.order.id),
    }
}

fn status_of(merchant: &Merchant, row: &OrderRow, attempt: Option<&AttemptRow>) -> ResultStatus {
    let newest = attempt.map(|row| &row.attempt);
    outcome(&row.order, row.reference.as_deref(), newest, merchant.clock().now()).status
}

fn again_in(status: ResultStatus) -> Option<u32> {
    let undecided = matches!(status, ResultStatus::Processing | ResultStatus::RequiresAction | ResultStatus::Unknown);
    undecided.then_some(ASK_AGAIN_SECONDS)
}

/// Where a shopper goes after paying: the shop's own page, else the receipt.
pub(super) fn address_of_the_result(row: &OrderRow, session: &SessionId) -> String {
    let shops = row.details.result_url.as_deref().and_then(|address| address.parse().ok());
    shops.map_or_else(|| format!("/receipt/{session}"), |url| with_order(url, &row.order.id))
}

fn verdict(row: &OrderRow, status: ResultStatus, words: &Words) -> String {
    let is_refunded = row.order.status == OrderStatus::Refunded;
    let (heading, sentence) = words.outcome(status, is_refunded);
    let tone = match status {
        ResultStatus::Paid | ResultStatus::Authorized => "good",
        ResultStatus::Processing | ResultStatus::RequiresAction | ResultStatus::Unknown => "waiting",
        _ => "plain",
    };
    format!("<section class=\"verdict {tone}\" role=\"status\"><h2>{heading}</h2><p>{sentence}</p></section>")
}

fn particulars(
    row: &OrderRow,
    card: Option<&CardSummary>,
    session: &SessionId,
    status: ResultStatus,
    words: &Words,
) -> String {
    let mut html = "<section class=\"particulars\"><dl>".to_owned();
    if let Some(reference) = &row.reference {
        line(&mut html, "fact", words.reference, reference);
    }
    line(&mut html, "fact long", words.order, row.order.id.as_str());
    if let Some(at) = row.order.paid_at {
        line(&mut html, "fact", words.paid_on, &to_the_minute(at));
    }
    if let Some(last4) = card.and_then(|card| card.last4.as_deref()) {
        let brand = card.and_then(|card| card.brand.as_deref()).unwrap_or_default();
        line(&mut html, "fact", words.card, format!("{brand} •••• {last4}").trim());
    }
    html.push_str("</dl>");
    let is_open = matches!(status, ResultStatus::Open | ResultStatus::Declined);
    let link = match (is_open, &row.details.result_url) {
        (true, _) => Some((format!("/pay/{session}"), words.pay_now)),
        (false, Some(_)) => Some((address_of_the_result(row, session), words.back)),
        (false, None) => None,
    };
    if let Some((address, label)) = link {
        html.push_str(&format!("<p><a href=\"{}\">{label}</a></p>", escape(&address)));
    }
    html.push_str("</section>");
    html
}

/// `2026-06-25 10:00 UTC`
fn to_the_minute(at: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = text.split_once('T').unwrap_or((&text, ""));
    format!("{day} {} UTC", time.get(..5).unwrap_or(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_when_to_the_minute() {
        let at = Timestamp::parse("2026-06-25T10:07:59.123Z").unwrap();
        assert_eq!(to_the_minute(at), "2026-06-25 10:07 UTC");
    }
}
