//! Confirming: the one way an order becomes paid.
//!
//! A return URL, a webhook, an answer and a timer all end here, with a payment that was read with
//! the secret key. Safe to call with the same snapshot any number of times, in any order.

use super::{
    Account, Case, EntryKind, OperationKind, OperationOrder, Request, ShopEvent, Snapshot, Step, decline, resolve,
};
use crate::checkout::CollectMode;
use crate::error::{ErrorObject, ErrorType};
use crate::money::Money;
use crate::order::{Attempt, AttemptState, CaptureMethod, Opened, OrderStatus, ReturnReason};
use crate::payment::IntentStatus;
use crate::timestamp::Timestamp;

/// Brings an order and its attempt to where the gateway's own facts say they are.
pub fn agree(case: Case, account: &Account, snapshot: &Snapshot, now: Timestamp) -> Step {
    if is_stale(&case, snapshot) || is_final(&case.attempt.state) {
        return Step::from(case);
    }
    let mut found = snapshot.disagreements(&case.attempt, account);
    if brings_money(snapshot.status) && case.attempt.state != AttemptState::Authorized {
        found.extend(snapshot.changed_since(&case.attempt.as_opened));
    }
    let mut step = Step::from(case);
    if !found.is_empty() {
        review(&mut step, &found.join("; "));
        return step;
    }
    let before = step.case.attempt.state.clone();
    step.case.attempt.seen_at_gateway = snapshot.updated.or(step.case.attempt.seen_at_gateway);
    if snapshot.card.is_some() {
        step.case.attempt.card.clone_from(&snapshot.card);
    }
    follow(&mut step, &before, snapshot, now);
    if step.case.attempt.state != before {
        step.case.attempt.looks = 0;
    }
    count_unannounced(&mut step, &before, now);
    step
}

/// In confirm mode a browser can hand a card over and say nothing to us. It counts all the same.
fn count_unannounced(step: &mut Step, before: &AttemptState, now: Timestamp) {
    let waited = |state: &AttemptState| matches!(state, AttemptState::Opening | AttemptState::Open(_));
    let state = &step.case.attempt.state;
    let order = &mut step.case.order;
    let ended_unused = matches!(state, AttemptState::Canceled | AttemptState::Review);
    if waited(before)
        && !waited(state)
        && !ended_unused
        && order.paid_by.as_ref().is_none_or(|by| *by == step.case.attempt.id)
    {
        order.submitted += 1;
        order.last_submitted_at = Some(now);
    }
}

/// Whether there is money, or surely will be. Only then does it matter what a browser changed beside it: whoever changes
/// something and pays nothing is to keep no order from its shop, and no person busy. A hold was compared when it came,
/// or a person took it as it is.
fn brings_money(status: IntentStatus) -> bool {
    use IntentStatus as S;
    matches!(status, S::Processing | S::RequiresCapture | S::Succeeded | S::PartiallyCaptured)
}

/// Older news than what was applied before.
fn is_stale(case: &Case, snapshot: &Snapshot) -> bool {
    matches!((snapshot.updated, case.attempt.seen_at_gateway), (Some(new), Some(seen)) if new < seen)
}

/// States that no later fact of the gateway changes: from here on, operations and people do.
fn is_final(state: &AttemptState) -> bool {
    matches!(state, AttemptState::Captured | AttemptState::Returned { .. } | AttemptState::Review)
}

fn follow(step: &mut Step, before: &AttemptState, snapshot: &Snapshot, now: Timestamp) {
    use IntentStatus as S;
    match snapshot.status {
        S::RequiresPaymentMethod | S::RequiresConfirmation => unconfirmed(step, snapshot, now),
        S::RequiresCustomerAction => challenged(step, snapshot, now),
        S::Processing => processing(step, now),
        S::RequiresCapture => authorized(step, before, snapshot, now),
        S::Succeeded | S::PartiallyCaptured => captured(step, before, snapshot, now),
        S::Failed => declined(step, snapshot),
        S::Cancelled | S::Expired => canceled(step),
        S::CancelledPostCapture
        | S::RequiresMerchantAction
        | S::PartiallyCapturedAndCapturable
        | S::PartiallyAuthorizedAndRequiresCapture
        | S::PartiallyCapturedAndProcessing
        | S::Conflicted
        | S::Review => review(step, &format!("the payment is {}", snapshot.status)),
    }
}

/// The card never got there, or its token was refused.
fn unconfirmed(step: &mut Step, snapshot: &Snapshot, now: Timestamp) {
    let AttemptState::Submitted { token, opened, refused, .. } = &step.case.attempt.state else {
        if let AttemptState::Open(opened) = &step.case.attempt.state {
            let end = opened.expires_at.min(step.case.order.expires_at);
            // Past its end it should have closed by now: asked again, but not without a pause.
            let pause = now.plus(resolve::pause_after(step.case.attempt.looks));
            step.case.attempt.wake_at = Some(if end > now { end } else { pause });
        }
        return;
    };
    if let Some(token) = token {
        // The very same request for the very same payment: it can take effect only once.
        step.send = Some(Request::Confirm { token: token.clone() });
        step.case.attempt.wake_at = Some(now.plus(resolve::pause_after(step.case.attempt.looks)));
        return;
    }
    let expires_at = snapshot.closes_at(&step.case.attempt).unwrap_or(opened.expires_at);
    let opened = Opened { expires_at, ..opened.clone() };
    // Where browsers send cards themselves, nobody tells us why one came to nothing.
    let may_be_the_wish = *refused || step.case.attempt.collect != CollectMode::Token;
    if step.case.attempt.three_ds && may_be_the_wish {
        return fence_for_another(step, now);
    }
    take_another_card(step, opened);
}

/// What was refused may be the wish for 3-D Secure, and a payment keeps its wish: with this one every next
/// card might be refused too. Once it is definitely over, the next payment wishes for nothing.
fn fence_for_another(step: &mut Step, now: Timestamp) {
    step.send = Some(Request::Cancel);
    step.case.attempt.wake_at = Some(now.plus(resolve::pause_after(step.case.attempt.looks)));
    if step.case.order.status.is_undecided() {
        step.case.order.last_error = Some(not_received());
    }
}

/// Nothing was charged: the same payment waits for a card again.
pub(super) fn take_another_card(step: &mut Step, opened: Opened) {
    step.case.attempt.wake_at = Some(opened.expires_at.min(step.case.order.expires_at));
    step.case.attempt.state = AttemptState::Open(opened);
    if !step.case.order.status.is_undecided() {
        return;
    }
    reopen(step);
    give_the_try_back(step);
    step.case.order.last_error = Some(not_received());
}

/// No bank saw a card, so nothing was tried: a gateway in trouble must not use up the shopper's tries.
fn give_the_try_back(step: &mut Step) {
    step.case.order.submitted = step.case.order.submitted.saturating_sub(1);
}

pub(super) fn not_received() -> ErrorObject {
    let words = "Your card was not charged. Please try again.";
    ErrorObject::new(ErrorType::Gateway, "card_not_received", words).retryable()
}

fn challenged(step: &mut Step, snapshot: &Snapshot, now: Timestamp) {
    if !step.case.attempt.state.holds_the_order() {
        return;
    }
    let Some(url) = snapshot.challenge_url.clone() else {
        review(step, "the bank wants to see the shopper, but the gateway gave no address");
        return;
    };
    let state = AttemptState::Challenged { url };
    if step.case.attempt.state != state {
        step.case.attempt.state = state;
        step.case.attempt.looks = 0;
        step.note(EntryKind::ChallengeStarted, snapshot.payment.to_string());
    }
    step.case.attempt.wake_at = Some(now.plus(resolve::pause_in_challenge(step.case.attempt.looks)));
    raise(step, OrderStatus::RequiresAction);
}

fn processing(step: &mut Step, now: Timestamp) {
    if !step.case.attempt.state.holds_the_order() {
        return;
    }
    if step.case.attempt.state != AttemptState::Processing {
        step.case.attempt.state = AttemptState::Processing;
        step.case.attempt.looks = 0;
        step.note(EntryKind::Processing, step.case.attempt.payment.to_string());
    }
    step.case.attempt.wake_at = Some(now.plus(resolve::pause_after(step.case.attempt.looks)));
    raise(step, OrderStatus::Processing);
}

/// Money is held.
fn authorized(step: &mut Step, before: &AttemptState, snapshot: &Snapshot, now: Timestamp) {
    if *before == AttemptState::Authorized || too_late_for_an_order_in_review(step) {
        return;
    }
    if let Some(reason) = unwanted(step) {
        give_back(step, OperationKind::Void, step.case.attempt.amount, reason);
        return;
    }
    match step.case.attempt.capture {
        // Another attempt may hold the order by now; a hold is let go of at no cost.
        CaptureMethod::Automatic if !before.holds_the_order() => {
            give_back(step, OperationKind::Void, step.case.attempt.amount, ReturnReason::NotWanted);
        }
        // The publishable confirm may have asked for a hold; the order wants the money.
        CaptureMethod::Automatic => {
            step.case.attempt.state = AttemptState::Processing;
            step.case.attempt.wake_at = Some(now.plus(resolve::pause_after(step.case.attempt.looks)));
            raise(step, OrderStatus::Processing);
            step.operation = Some(OperationOrder::now(OperationKind::Capture, step.case.attempt.amount));
            step.note(EntryKind::CaptureOrdered, "held where the order wants the money at once");
        }
        CaptureMethod::Manual => {
            become_authorized(step, snapshot.amount_capturable, now);
        }
    }
}

/// This attempt's hold is the order's.
pub(super) fn become_authorized(step: &mut Step, capturable: i64, now: Timestamp) {
    step.case.attempt.state = AttemptState::Authorized;
    // A cancel of ours may still be under way: looked at again when it has come to its end.
    step.case.attempt.wake_at = Some(now.plus(resolve::LEASE));
    step.case.order.status = OrderStatus::Authorized;
    // Whatever the gateway would let us take: the shopper agreed to no more.
    step.case.order.authorized = capturable.min(step.case.attempt.amount.minor_units());
    step.case.order.paid_by = Some(step.case.attempt.id.clone());
    step.case.order.last_error = None;
    step.note(EntryKind::Authorized, step.case.attempt.amount.to_string());
    step.events.push(ShopEvent::Authorized);
}

/// Money is there.
fn captured(step: &mut Step, before: &AttemptState, snapshot: &Snapshot, now: Timestamp) {
    let wanted = to_be_received(&step.case.attempt, before);
    let in_part = snapshot.status == IntentStatus::PartiallyCaptured;
    if snapshot.amount_received != wanted || in_part && wanted == step.case.attempt.amount.minor_units() {
        let what = format!("received: we asked for {wanted}, the gateway took {}", snapshot.amount_received);
        review(step, &what);
        return;
    }
    if too_late_for_an_order_in_review(step) {
        return;
    }
    let was_authorized = *before == AttemptState::Authorized;
    if !was_authorized && step.case.attempt.capture == CaptureMethod::Manual {
        give_back(step, OperationKind::Refund, step.case.attempt.amount, ReturnReason::NotWanted);
        if before.holds_the_order() {
            reopen(step);
        }
        return;
    }
    if let Some(reason) = unwanted(step) {
        give_back(step, OperationKind::Refund, step.case.attempt.amount, reason);
        return;
    }
    become_paid(step, snapshot.amount_received, now);
}

/// This attempt's money is the order's: the only place where an order becomes paid.
pub(super) fn become_paid(step: &mut Step, received: i64, now: Timestamp) {
    step.case.attempt.state = AttemptState::Captured;
    step.case.attempt.wake_at = None;
    let order = &mut step.case.order;
    order.status = OrderStatus::Paid;
    order.authorized = 0;
    order.captured = received;
    order.paid_by = Some(step.case.attempt.id.clone());
    order.paid_at = Some(now);
    order.last_error = None;
    let taken = Money::new(received, order.amount.currency());
    step.note(EntryKind::Paid, taken.map_or_else(|_| received.to_string(), |money| money.to_string()));
    step.events.push(ShopEvent::Paid);
}

/// What a capture must bring, in minor units: what the shop asked to capture of a hold, else all of it.
fn to_be_received(attempt: &Attempt, before: &AttemptState) -> i64 {
    let asked = attempt.to_capture.filter(|_| *before == AttemptState::Authorized);
    asked.unwrap_or(attempt.amount).minor_units()
}

/// A person is deciding about this order already, and has to know of this money too.
fn too_late_for_an_order_in_review(step: &mut Step) -> bool {
    let in_review = step.case.order.status == OrderStatus::Review;
    if in_review {
        review(step, "money came for an order that is in review");
    }
    in_review
}

/// Why this money is not a sale, if it is not.
fn unwanted(step: &Step) -> Option<ReturnReason> {
    let order = &step.case.order;
    match order.status {
        OrderStatus::Canceled | OrderStatus::Expired | OrderStatus::Voided => Some(ReturnReason::Late),
        _ => match &order.paid_by {
            Some(attempt) if *attempt != step.case.attempt.id => Some(ReturnReason::Duplicate),
            // The shop changed the price after this payment had ended, and it came back to life.
            _ if step.case.attempt.amount != order.amount => Some(ReturnReason::NotWanted),
            _ => None,
        },
    }
}

pub(super) fn give_back(step: &mut Step, kind: OperationKind, amount: Money, reason: ReturnReason) {
    step.case.attempt.state = AttemptState::Returned { reason, refusals: 0 };
    step.case.attempt.wake_at = None;
    step.operation = Some(OperationOrder::now(kind, amount));
    let what = format!("{amount} of {} goes back: {}", step.case.attempt.payment, reason.as_str());
    step.note(EntryKind::ReturnOrdered, &what);
    step.alert = Some(what);
}

fn declined(step: &mut Step, snapshot: &Snapshot) {
    if !step.case.attempt.state.holds_the_order() {
        return;
    }
    let error = decline::of(snapshot, step.case.attempt.three_ds);
    step.note(EntryKind::Declined, snapshot.error_message.clone().unwrap_or_default());
    step.case.attempt.state = AttemptState::Declined { error: error.clone() };
    step.case.attempt.wake_at = None;
    if !step.case.order.status.is_undecided() {
        return;
    }
    reopen(step);
    step.case.order.declined += 1;
    step.case.order.last_error = Some(error);
    step.events.push(ShopEvent::PaymentFailed);
}

fn canceled(step: &mut Step) {
    if !step.case.attempt.state.holds_the_order() && step.case.attempt.state != AttemptState::Authorized {
        return;
    }
    if step.case.attempt.state == AttemptState::Authorized && step.case.order.status == OrderStatus::Authorized {
        step.case.order.status = OrderStatus::Voided;
        step.case.order.authorized = 0;
        step.events.push(ShopEvent::Voided);
    }
    // What a submitted payment leaves before its end, it leaves where it was fenced for want of a card.
    let was_fenced_for_another =
        matches!(step.case.attempt.state, AttemptState::Submitted { .. }) && step.case.order.last_error.is_some();
    if was_fenced_for_another && step.case.order.status.is_undecided() {
        give_the_try_back(step);
    }
    step.case.attempt.state = AttemptState::Canceled;
    step.case.attempt.wake_at = None;
    reopen(step);
    step.note(EntryKind::PaymentCanceled, step.case.attempt.payment.to_string());
}

/// The order takes another attempt, unless something else has decided it.
fn reopen(step: &mut Step) {
    if step.case.order.status.is_undecided() {
        step.case.order.status = OrderStatus::Open;
    }
}

/// An undecided order shows how its open attempt stands.
fn raise(step: &mut Step, status: OrderStatus) {
    if step.case.order.status.is_undecided() {
        step.case.order.status = status;
    }
}

/// Facts disagree: nothing is believed, a person decides.
pub(super) fn review(step: &mut Step, what: &str) {
    step.case.attempt.state = AttemptState::Review;
    step.case.attempt.wake_at = None;
    // A hold of another attempt is good all the same: the order stays as that one left it.
    let is_own_hold = step.case.order.status == OrderStatus::Authorized
        && step.case.order.paid_by.as_ref() == Some(&step.case.attempt.id);
    if step.case.order.status.is_undecided() || is_own_hold {
        step.case.order.status = OrderStatus::Review;
        step.events.push(ShopEvent::Review);
    }
    step.note(EntryKind::Review, what);
    step.alert = Some(format!("{}: {what}", step.case.attempt.payment));
}
