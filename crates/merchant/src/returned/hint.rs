//! What a return says, if it is believed: an order and a payment. Every cause of disbelief is one to the browser.

use std::slice;

use florin_domain::ids::{OrderId, PaymentId};
use florin_domain::mode::Mode;
use florin_domain::timestamp::Timestamp;
use florin_signing::own_gateway::return_url;
use florin_signing::sealed;

use crate::settings::GatewayAccount;
use crate::{ReturnScheme, Settings};

/// Whom a return must be for.
pub(super) struct Audience<'a> {
    pub(super) mode: Mode,
    pub(super) account: &'a GatewayAccount,
    /// Where browsers reach us, without trailing slash.
    pub(super) public_url: &'a str,
}

/// What a believed return names.
pub(super) struct Hint {
    pub(super) order: OrderId,
    pub(super) payment: PaymentId,
    /// Which of the sealing keys opened it, where it was sealed.
    pub(super) opened_by: Option<usize>,
}

/// The return, if it is believed. `named` is the order of the address, which nobody has vouched for.
pub(super) fn read(query: &str, named: Option<&OrderId>, audience: &Audience<'_>, now: Timestamp) -> Option<Hint> {
    let (order, payment, opened_by) = match &audience.account.returns {
        ReturnScheme::Signed { keys, amount } => match return_url::verify(query, keys, *amount) {
            Ok(hint) => (hint.order, hint.payment_id, None),
            Err(refusal) => return disbelieved(&refusal),
        },
        ReturnScheme::Sealed { keys } => {
            let address = Settings::return_address(audience.public_url, named?);
            let sealed_for = sealed::Audience {
                mode: audience.mode,
                merchant_id: &audience.account.merchant_id,
                profile_id: &audience.account.profile_id,
                return_address: &address,
            };
            match sealed::open(query, keys, &sealed_for, now) {
                Ok(claims) => {
                    let opens = |key| sealed::open(query, slice::from_ref(key), &sealed_for, now).is_ok();
                    (claims.order, claims.payment, keys.iter().position(opens))
                }
                Err(refusal) => return disbelieved(&refusal),
            }
        }
        ReturnScheme::None => return None,
    };
    let (order, payment) = (OrderId::parse(&order).ok()?, PaymentId::parse(&payment).ok()?);
    (named == Some(&order)).then_some(Hint { order, payment, opened_by })
}

fn disbelieved(refusal: &dyn std::fmt::Display) -> Option<Hint> {
    tracing::info!(%refusal, "a return was not believed");
    None
}
