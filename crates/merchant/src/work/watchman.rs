//! Watches for somebody who tries out stolen cards, so that people hear of it when it begins.

use std::time::Duration;

use florin_domain::timestamp::Timestamp;

use crate::storage::is_under_attack;
use crate::{ApiError, Merchant};

/// How often. What is limited is counted with every attempt.
const EVERY: Duration = Duration::from_secs(10);

/// What was seen last.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Watched {
    at: Option<Timestamp>,
    under_attack: bool,
}

/// One round; it never leaves anything to do.
pub(super) async fn round(merchant: &Merchant) -> Result<bool, ApiError> {
    let now = merchant.clock().now();
    let before = merchant.watched();
    if before.at.is_some_and(|at| now.since(at) < EVERY) {
        return Ok(false);
    }
    let (account, limits) = (merchant.settings().account.name.clone(), merchant.settings().limits);
    let name = account.clone();
    let under_attack = merchant.store().read(move |tx| Ok::<_, ApiError>(is_under_attack(tx, &name, &limits)?)).await?;
    if under_attack != before.under_attack {
        tell(&account, under_attack);
    }
    merchant.metrics().attack(under_attack);
    merchant.watch(Watched { at: Some(now), under_attack });
    Ok(false)
}

fn tell(account: &str, under_attack: bool) {
    if under_attack {
        tracing::error!(account, "alert: too many of the newest payments are declined; young sessions have to wait");
    } else {
        tracing::warn!(account, "declines are back to what is usual");
    }
}
