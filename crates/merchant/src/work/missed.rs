//! Events that never came: the gateway is asked what became of its newer payments.
//!
//! Most of what can happen to a payment we ask about anyway, by timers of its own. This finds the rest: a
//! card that a browser confirmed and told nobody of, a hold that ended, a payment that came back to life.

use std::time::Duration;

use florin_domain::flow::Answer;
use florin_domain::order::AttemptState;
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;
use florin_store::Tx;

use crate::gateways::Listed;
use crate::storage::{AttemptRow, is_round_due, put_in_inbox, take_round};
use crate::{ApiError, Merchant};

/// A row of the inbox that no event brought.
pub(super) const FOUND: &str = "found_by_sweep";

/// How often, and how far back.
struct Round {
    name: &'static str,
    every: Duration,
    back: Duration,
}

/// What is new is looked at often, what is a day old now and then: by then its session is over.
const ROUNDS: [Round; 2] = [
    Round { name: "missed, newest", every: Duration::from_secs(5 * 60), back: Duration::from_secs(30 * 60) },
    Round { name: "missed, of a day", every: Duration::from_secs(60 * 60), back: Duration::from_secs(26 * 60 * 60) },
];

/// Pages of one round; more is more than a day's work of the largest shop.
const MOST_PAGES: u32 = 2000;

/// One round; says whether anything was found.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let mut found = false;
    if !merchant.is_time_to_ask(merchant.clock().now()) {
        return Ok(false);
    }
    for round in &ROUNDS {
        let (name, every, now) = (round.name, round.every, merchant.clock().now());
        let due = merchant.store().read(move |tx| Ok::<_, ApiError>(is_round_due(tx, name, now)?)).await?;
        if due && merchant.store().write(move |tx| Ok::<_, ApiError>(take_round(tx, name, every, now)?)).await? {
            found |= look(merchant, now.minus(round.back)).await?;
        }
    }
    Ok(found)
}

/// Asks for every payment made since, page by page.
async fn look(merchant: &Merchant, since: Timestamp) -> Result<bool, ApiError> {
    let (mut after, mut found): (Option<String>, u64) = (None, 0);
    for _ in 0..MOST_PAGES {
        let page = match merchant.gateway().list(since, after.as_deref()).await {
            Answer::Done(page) => page,
            Answer::Refused(refusal) => {
                tracing::warn!(?refusal, "the gateway does not list its payments");
                break;
            }
            // The next round asks again.
            Answer::Unknown(_) => break,
        };
        found += compare(merchant, page.payments).await?;
        // The same page again would be a gateway that does not understand us.
        if page.last.is_none() || page.last == after {
            break;
        }
        after = page.last;
    }
    if found > 0 {
        tracing::warn!(found, "payments had news that no event told of");
        merchant.wake_workers();
    }
    Ok(found > 0)
}

/// Puts into the inbox what stands otherwise than we have it.
async fn compare(merchant: &Merchant, page: Vec<Listed>) -> Result<u64, ApiError> {
    let (account, now) = (merchant.gateway().identity().name.clone(), merchant.clock().now());
    let known = account.clone();
    let news = merchant
        .store()
        .read(move |tx| {
            let mut news = Vec::new();
            for listed in &page {
                let row = AttemptRow::find_by_payment(tx, &known, &listed.payment)?;
                if row.is_some_and(|row| is_news(&row.attempt.state, listed.status)) {
                    news.push(listed.clone());
                }
            }
            Ok::<_, ApiError>(news)
        })
        .await?;
    if news.is_empty() {
        return Ok(0);
    }
    merchant
        .store()
        .write(move |tx: &mut Tx<'_>| {
            let mut found = 0;
            for listed in &news {
                let updated = listed.updated.map_or(0, Timestamp::as_millis);
                // Once for each change: what stays odd after a read is not read for ever.
                let name = format!("{}:{}:{updated}", listed.payment, listed.status);
                found += u64::from(put_in_inbox(tx, &account, &name, FOUND, &listed.payment, now)?);
            }
            Ok::<_, ApiError>(found)
        })
        .await
}

/// Whether a payment in this status is more than our row knows and its own timers are about to find.
fn is_news(state: &AttemptState, status: IntentStatus) -> bool {
    use AttemptState as A;
    use IntentStatus as S;
    let unconfirmed = matches!(status, S::RequiresPaymentMethod | S::RequiresConfirmation);
    let without_money = matches!(status, S::Failed | S::Cancelled | S::Expired) || unconfirmed;
    match state {
        A::Opening | A::Open(_) => !unconfirmed,
        // Its own timer asks, within seconds at first.
        A::Submitted { .. } => false,
        A::Challenged { .. } => status != S::RequiresCustomerAction,
        A::Processing => status != S::Processing,
        A::Authorized => status != S::RequiresCapture,
        A::Declined { .. } | A::Canceled => !without_money,
        A::Captured | A::Returned { .. } | A::Review => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_that_nobody_told_of_is_news_and_what_is_known_is_not() {
        let declined = AttemptState::Declined {
            error: florin_domain::error::ErrorObject::new(florin_domain::error::ErrorType::Declined, "c", "m"),
        };
        for (state, status, news) in [
            (AttemptState::Opening, IntentStatus::RequiresPaymentMethod, false),
            (AttemptState::Opening, IntentStatus::Succeeded, true),
            (AttemptState::Authorized, IntentStatus::RequiresCapture, false),
            (AttemptState::Authorized, IntentStatus::Cancelled, true),
            (AttemptState::Canceled, IntentStatus::Expired, false),
            (AttemptState::Canceled, IntentStatus::Succeeded, true),
            (declined.clone(), IntentStatus::Failed, false),
            (declined, IntentStatus::Succeeded, true),
            (AttemptState::Captured, IntentStatus::Succeeded, false),
            (AttemptState::Processing, IntentStatus::Succeeded, true),
        ] {
            assert_eq!(is_news(&state, status), news, "{state:?} {status}");
        }
    }
}
