//! Resolving: what to do about an attempt that nobody answered for.
//!
//! *Unknown* is never shown as failed. It is resolved by reading, and by nothing else.

use std::time::Duration;

use super::{Account, Answer, Case, EntryKind, Refusal, Request, Snapshot, Step, confirm};
use crate::order::AttemptState;
use crate::timestamp::Timestamp;

/// The create has 22 s to answer (connect 2 s, answer 20 s); then the row is looked at.
pub const FIRST_LOOK_AFTER_OPENING: Duration = Duration::from_secs(30);

/// A confirm has 22 s to answer; its process may have died meanwhile.
pub const FIRST_LOOK_AFTER_SUBMIT: Duration = Duration::from_secs(25);

/// How long a claimed look may take before another worker may look.
pub const LEASE: Duration = Duration::from_secs(30);

/// After this long without a definite answer a person has to look.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A server that was down for a day has asked nobody yet.
const LOOKS_BEFORE_GIVING_UP: u32 = 10;

/// A hold stays until the shop captures it; only a cancel that was under way before can end it.
const LOOKS_AT_A_HOLD: u32 = 2;

/// The pause before look number `looks` (from 0) at a payment in doubt.
pub fn pause_after(looks: u32) -> Duration {
    Duration::from_secs(match looks {
        0 => 1,
        1 => 3,
        2 => 10,
        3 => 30,
        4..10 => 60,
        _ => 15 * 60,
    })
}

/// The pause while the shopper is at the bank: the return and the webhook are quicker than any poll.
pub fn pause_in_challenge(looks: u32) -> Duration {
    Duration::from_secs(if looks < 10 { 60 } else { 15 * 60 })
}

/// Whether looking at its payment can tell news: money is undecided, or held while a cancel may be under way.
fn may_change_unasked(state: &AttemptState) -> bool {
    state.holds_the_order() || *state == AttemptState::Authorized
}

/// A call ended and nobody can say what it did.
pub fn lost(case: Case, why: &str, now: Timestamp) -> Step {
    let mut step = Step::from(case);
    match &mut step.case.attempt.state {
        AttemptState::Submitted { answer_lost, .. } => {
            if !*answer_lost {
                *answer_lost = true;
                step.case.attempt.looks = 0;
                step.note(EntryKind::AnswerLost, why);
            }
        }
        state if may_change_unasked(state) => {}
        _ => return step,
    }
    step.case.attempt.wake_at = Some(now.plus(pause_after(step.case.attempt.looks)));
    step
}

/// Its time has come: claims the look and says what to ask. The claim is stored before the call.
pub fn due(case: Case, now: Timestamp) -> Step {
    let mut step = Step::from(case);
    let attempt = &mut step.case.attempt;
    attempt.looks += 1;
    attempt.wake_at = Some(now.plus(LEASE));
    if !may_change_unasked(&attempt.state) {
        attempt.wake_at = None;
        return step;
    }
    if attempt.state == AttemptState::Authorized && attempt.looks >= LOOKS_AT_A_HOLD {
        attempt.wake_at = None;
    }
    let in_doubt_since = step.case.order.last_submitted_at.unwrap_or(attempt.created_at).max(attempt.created_at);
    let too_long = now.since(in_doubt_since) >= GIVE_UP_AFTER && attempt.looks > LOOKS_BEFORE_GIVING_UP;
    let ended = step.case.order.is_over(now) || !step.case.order.status.is_undecided();
    step.send = Some(match &step.case.attempt.state {
        // Never submitted, or left at the bank, and its time is over: from now on it must definitely never pay.
        AttemptState::Open(opened) if ended || now >= opened.expires_at => Request::Cancel,
        AttemptState::Challenged { .. } if ended || too_long => Request::Cancel,
        AttemptState::Submitted { .. } | AttemptState::Processing if too_long => {
            confirm::review(&mut step, "no definite answer for a day");
            return step;
        }
        _ => Request::Read,
    });
    step
}

/// The gateway answered a look.
pub fn answered(case: Case, account: &Account, answer: Answer<Snapshot>, now: Timestamp) -> Step {
    match answer {
        Answer::Done(snapshot) if case.attempt.state == AttemptState::Opening => {
            super::open::answered(case, account, Answer::Done(snapshot), now)
        }
        Answer::Done(snapshot) => confirm::agree(case, account, &snapshot, now),
        Answer::Refused(Refusal::NotFound) if case.attempt.state == AttemptState::Opening => never_arrived(case),
        // The look was a cancel, or has sent the confirm again.
        Answer::Refused(refusal @ (Refusal::WrongState | Refusal::Exists | Refusal::TokenRejected)) => {
            super::pay::answered(case, account, Answer::Refused(refusal), now)
        }
        Answer::Refused(Refusal::OurKey(why) | Refusal::Ours(why)) => {
            let is_new = case.attempt.looks <= 1;
            let mut step = lost(case, &format!("a read was refused: {why}"), now);
            // With a key that is not accepted nothing would be known any more. Said at the first looks, not at each.
            step.alert = is_new.then(|| format!("the gateway refuses our reads: {why}"));
            step
        }
        Answer::Refused(refusal) => lost(case, &format!("a read was refused: {refusal:?}"), now),
        Answer::Unknown(why) => lost(case, &why, now),
    }
}

/// The create never reached the gateway, and by now no connection of ours carries it any more.
fn never_arrived(case: Case) -> Step {
    let mut step = Step::from(case);
    step.case.attempt.state = AttemptState::Canceled;
    step.case.attempt.wake_at = None;
    step
}
