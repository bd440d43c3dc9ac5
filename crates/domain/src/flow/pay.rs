//! Paying: the claim is durable before the card's token leaves for the gateway.

use super::{Account, Answer, Case, EntryKind, Refusal, Request, Snapshot, Step, confirm, resolve};
use crate::checkout::CollectMode;
use crate::ids::TokenId;
use crate::order::{AttemptState, Opened, OrderStatus};
use crate::timestamp::Timestamp;

/// Why a payment can't begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayError {
    /// In token mode there is nothing to pay with.
    #[error("token is missing")]
    TokenMissing,
    /// In confirm mode the browser has confirmed; a token has no meaning.
    #[error("this gateway takes no token")]
    TokenUnexpected,
    /// The attempt will never pay.
    #[error("the attempt is closed")]
    AttemptClosed,
}

/// What a request to pay comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Paying {
    /// Submitted before, or the order takes no card any more: its result is the answer.
    Already(Case),
    /// Store, then send.
    Step(Step),
    /// The shop is ending the order: no claim keeps it from that, but what was charged is found by the read to send.
    Look(Step),
}

/// The shopper pays. `closing`: the shop is ending the order, or changing its price.
///
/// # Errors
/// See [`PayError`]; nothing changes then.
pub fn requested(case: Case, token: Option<TokenId>, closing: bool, now: Timestamp) -> Result<Paying, PayError> {
    let opened = match &case.attempt.state {
        AttemptState::Open(opened) => opened.clone(),
        AttemptState::Opening | AttemptState::Canceled => return Err(PayError::AttemptClosed),
        _ => return Ok(Paying::Already(case)),
    };
    let send = match (case.attempt.collect, &token) {
        (CollectMode::Token, Some(token)) => Request::Confirm { token: token.clone() },
        (CollectMode::Token, None) => return Err(PayError::TokenMissing),
        (CollectMode::Confirm | CollectMode::Hosted, None) => Request::Read,
        (CollectMode::Confirm | CollectMode::Hosted, Some(_)) => {
            return Err(PayError::TokenUnexpected);
        }
    };
    let undecided = case.order.status.is_undecided();
    if token.is_some() && (!undecided || closing || case.order.is_over(now)) {
        // The card is still ours to hold back. In confirm mode it may be charged: that has to be followed.
        return Ok(Paying::Already(case));
    }
    if closing {
        let mut step = Step::from(case);
        step.send = Some(send);
        return Ok(Paying::Look(step));
    }
    let mut step = submitted(case, opened, token, now);
    step.note(EntryKind::Submitted, step.case.attempt.payment.to_string());
    step.send = Some(send);
    Ok(Paying::Step(step))
}

/// A browser that confirms by itself comes back and has said nothing of its card, which may have been refused, or
/// charged. Nobody else is given this payment before a read has told. Where no bank saw a card, it was no try either.
pub(super) fn doubted(case: Case, now: Timestamp) -> Step {
    let AttemptState::Open(opened) = &case.attempt.state else { return Step::from(case) };
    let opened = opened.clone();
    let mut step = submitted(case, opened, None, now);
    step.note(EntryKind::Submitted, format!("{}, or refused to a browser that came back", step.case.attempt.payment));
    step.send = Some(Request::Read);
    step
}

fn submitted(case: Case, opened: Opened, token: Option<TokenId>, now: Timestamp) -> Step {
    let mut step = Step::from(case);
    step.case.attempt.state = AttemptState::Submitted { opened, token, answer_lost: false, refused: false };
    step.case.attempt.looks = 0;
    step.case.attempt.wake_at = Some(now.plus(resolve::FIRST_LOOK_AFTER_SUBMIT));
    if step.case.order.status.is_undecided() {
        step.case.order.status = OrderStatus::Processing;
        step.case.order.submitted += 1;
        step.case.order.last_submitted_at = Some(now);
        step.case.order.last_error = None;
    }
    step
}

/// The gateway answered the confirm, or a read that stands for it.
pub fn answered(case: Case, account: &Account, answer: Answer<Snapshot>, now: Timestamp) -> Step {
    match answer {
        Answer::Done(snapshot) => confirm::agree(case, account, &snapshot, now),
        Answer::Refused(Refusal::NotSent) => not_sent(case, now),
        Answer::Refused(Refusal::TokenRejected) => forget_token(case, false),
        // It was confirmed before, or stands otherwise than we believe: only a read can say.
        Answer::Refused(Refusal::WrongState | Refusal::Exists) => {
            let mut step = Step::from(case);
            step.send = Some(Request::Read);
            step
        }
        Answer::Refused(Refusal::NotFound) => resolve::lost(case, "the gateway knows no such payment", now),
        // As definite as a rejected token. Kept, the token would be sent again, and refused again, for a day.
        Answer::Refused(Refusal::OurKey(why)) => told_to_people(forget_token(case, false), &why),
        Answer::Refused(Refusal::Ours(why)) => told_to_people(forget_token(case, true), &why),
        Answer::Unknown(why) => resolve::lost(case, &why, now),
    }
}

fn told_to_people(mut step: Step, why: &str) -> Step {
    step.alert = Some(format!("the gateway refuses our requests: {why}"));
    step
}

/// This request charged nothing. A read says how the payment stands; unconfirmed, it waits for another card, unless the
/// gateway will not have this payment confirmed as it is.
fn forget_token(case: Case, as_it_is: bool) -> Step {
    let mut step = Step::from(case);
    if let AttemptState::Submitted { token, refused, .. } = &mut step.case.attempt.state {
        *token = None;
        *refused = as_it_is;
        step.send = Some(Request::Read);
    }
    step
}

/// The card never left. Only the first try can say so: after a lost answer nothing is certain.
fn not_sent(case: Case, now: Timestamp) -> Step {
    let AttemptState::Submitted { opened, answer_lost: false, .. } = &case.attempt.state else {
        return resolve::lost(case, "the gateway can't be reached", now);
    };
    let opened = opened.clone();
    let mut step = Step::from(case);
    if step.case.attempt.collect == CollectMode::Token {
        confirm::take_another_card(&mut step, opened);
        return step;
    }
    // In confirm mode the browser sent the card; only our read did not get through.
    resolve::lost(step.case, "the gateway can't be reached", now)
}
