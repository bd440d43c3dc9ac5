//! Abandoning: the shopper gives up a challenge, or the shop an order. The fence decides, not the wish.

use super::{Account, Answer, Case, Refusal, Request, Snapshot, Step, confirm, resolve};
use crate::order::AttemptState;
use crate::timestamp::Timestamp;

/// Asks for the fence, where there is something to fence. Nothing changes before its answer.
pub fn requested(case: Case) -> Step {
    let mut step = Step::from(case);
    step.send = match step.case.attempt.state {
        AttemptState::Challenged { .. } | AttemptState::Open(_) => Some(Request::Cancel),
        // Nobody knows whether it is there. The very same request brings it to where it can be fenced.
        AttemptState::Opening => Some(Request::Create),
        _ => None,
    };
    step
}

/// The gateway answered the cancel. If the cancel met a success, the order is paid.
pub fn answered(case: Case, account: &Account, answer: Answer<Snapshot>, now: Timestamp) -> Step {
    match answer {
        Answer::Done(snapshot) => confirm::agree(case, account, &snapshot, now),
        Answer::Refused(Refusal::WrongState | Refusal::Exists | Refusal::TokenRejected) => {
            let mut step = Step::from(case);
            step.send = Some(Request::Read);
            step
        }
        Answer::Refused(Refusal::NotFound) => resolve::lost(case, "the gateway knows no such payment", now),
        Answer::Refused(Refusal::NotSent) => resolve::lost(case, "the gateway can't be reached", now),
        Answer::Refused(Refusal::OurKey(why) | Refusal::Ours(why)) | Answer::Unknown(why) => {
            resolve::lost(case, &why, now)
        }
    }
}
