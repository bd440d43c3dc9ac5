//! Payments: one file an operation. The rules are `florin_domain::payment`; here they meet rows,
//! callers and the wire.

mod attempts;
mod cancel;
mod cancel_post_capture;
mod capture;
mod change;
mod confirm;
mod create;
mod details;
mod expire;
mod list;
mod record;
mod retrieve;
mod submit;
mod trail;
mod update;

pub(crate) use cancel::cancel;
pub(crate) use cancel_post_capture::cancel_post_capture;
pub(crate) use capture::capture;
pub(crate) use change::{change, find_payment, find_with_profile, load, payment_of_secret, view};
pub(crate) use confirm::confirm;
pub(crate) use create::create;
pub(crate) use details::Details;
pub(crate) use expire::{expire_due, next_expiry};
pub(crate) use list::{list, list_by_filter};
pub(crate) use record::{Payment, PaymentKey};
pub(crate) use retrieve::retrieve;
pub(crate) use update::update;

use florin_domain::payment::TransitionError;

use crate::wire::ApiError;

/// OwnGateway's words for a step that a payment's status forbids.
fn forbidden(act: &'static str) -> impl Fn(TransitionError) -> ApiError {
    move |error| match error {
        TransitionError::NotAllowed { status } => {
            ApiError::Precondition(format!("You cannot {act} this payment because it has status {status}"))
        }
        other => ApiError::InvalidData(other.to_string()),
    }
}
