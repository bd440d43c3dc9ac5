//! Money that was not wanted and that the gateway refused to give back: asked for again, then a person's.
//!
//! An account without funds today has some tomorrow, and a key is put right within days. Each try is an
//! operation of its own, for the gateway knows a refund that failed by its id.

use std::time::Duration;

use super::Operation;
use crate::flow::{OperationOrder, Step};
use crate::order::AttemptState;
use crate::timestamp::Timestamp;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// The pause after refusal number `refusals` (from 1); none when it has been asked for over a week.
fn pause(refusals: u32) -> Option<Duration> {
    match refusals {
        ..=1 => Some(HOUR),
        2 => Some(6 * HOUR),
        3..=9 => Some(24 * HOUR),
        _ => None,
    }
}

/// Orders the next try; answers what people are told of it.
pub(super) fn ask_again(step: &mut Step, operation: &Operation, now: Timestamp) -> &'static str {
    let AttemptState::Returned { refusals, .. } = &mut step.case.attempt.state else { return "" };
    *refusals += 1;
    let Some(pause) = pause(*refusals) else {
        return "; it is not asked for again: see at the gateway whether it went back, and else give it back there";
    };
    let Operation { kind, amount, .. } = *operation;
    step.operation = Some(OperationOrder { kind, amount, not_before: Some(now.plus(pause)) });
    "; it is asked for again later, unless it is given back at the gateway"
}
