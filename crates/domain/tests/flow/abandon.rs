//! Rows of `flow::abandon`.

use florin_domain::flow::abandon::{answered, requested};
use florin_domain::flow::{Answer, Refusal, Request, Snapshot, Step};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, at, case, challenged, snapshot, states};

fn hear(answer: Answer<Snapshot>) -> Step {
    answered(case(CaptureMethod::Automatic, challenged()), &account(), answer, at(20))
}

#[test]
fn a_wish_to_abandon_changes_nothing_before_its_answer() {
    for (name, state) in states() {
        let send = match state {
            AttemptState::Open(_) | AttemptState::Challenged { .. } => Some(Request::Cancel),
            AttemptState::Opening => Some(Request::Create),
            _ => None,
        };
        let case = case(CaptureMethod::Automatic, state);
        let step = requested(case.clone());
        assert_eq!((step.case, step.send), (case, send), "{name}");
    }
}

#[test]
fn a_definite_cancel_frees_the_order() {
    let step = hear(Answer::Done(snapshot(IntentStatus::Cancelled)));
    assert_eq!((step.case.attempt.state, step.case.order.status), (AttemptState::Canceled, OrderStatus::Open));
    assert_eq!(step.case.attempt.wake_at, None);
}

#[test]
fn a_cancel_that_meets_a_success_ends_in_a_paid_order() {
    let refused = hear(Answer::Refused(Refusal::WrongState));
    assert_eq!((&refused.case.attempt.state, refused.send), (&challenged(), Some(Request::Read)));
    let step = answered(refused.case, &account(), Answer::Done(snapshot(IntentStatus::Succeeded)), at(21));
    assert_eq!((step.case.attempt.state, step.case.order.status), (AttemptState::Captured, OrderStatus::Paid));
}

#[test]
fn without_a_definite_answer_the_order_stays_held() {
    for answer in [
        Answer::Unknown("reset".to_owned()),
        Answer::Refused(Refusal::NotFound),
        Answer::Refused(Refusal::NotSent),
        Answer::Refused(Refusal::OurKey("401".to_owned())),
        Answer::Refused(Refusal::Ours("IR_06".to_owned())),
    ] {
        let step = hear(answer);
        assert_eq!((step.case.attempt.state, step.case.order.status), (challenged(), OrderStatus::RequiresAction));
        assert_eq!((step.case.attempt.wake_at, step.send), (Some(at(21)), None));
    }
}
