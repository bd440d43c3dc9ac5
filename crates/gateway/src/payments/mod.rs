//! Payments: one file an operation. The rules are `florin_domain::payment`; here they meet rows,
//! callers and the wire.

mod attempts;
mod cancel;
mod cancel_post_capture;
mod capture;
mod change;
mod columns;
mod confirm;
mod create;
mod details;
mod expire;
mod extend_authorization;
mod incremental_authorization;
mod list;
mod of_browsers;
mod record;
mod retrieve;
mod review;
mod submit;
mod trail;
mod update;
mod update_metadata;

pub(crate) use cancel::cancel;
pub(crate) use cancel_post_capture::cancel_post_capture;
pub(crate) use capture::capture;
pub(crate) use change::{change, find_payment, find_with_profile, load, payment_of_secret, view};
pub(crate) use confirm::confirm;
pub(crate) use create::create;
pub(crate) use details::{Details, Increment};
pub(crate) use expire::{expire_due, next_expiry};
pub(crate) use extend_authorization::extend as extend_authorization;
pub(crate) use incremental_authorization::increase as incremental_authorization;
pub(crate) use list::{list, list_by_filter};
pub(crate) use of_browsers::{calculate_tax, complete_authorize, eligibility, not_for_cards, session_tokens};
pub(crate) use record::{Payment, PaymentKey};
pub(crate) use retrieve::retrieve;
pub(crate) use review::{approve, reject};
pub(crate) use update::update;
pub(crate) use update_metadata::update_metadata;

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
