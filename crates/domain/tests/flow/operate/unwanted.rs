//! Money that was not wanted: it goes back, however often that takes.

use florin_domain::flow::operate::{OperationState, RefundStatus};
use florin_domain::flow::{Answer, OperationKind, OperationOrder, Refusal, ShopEvent};
use florin_domain::order::{AttemptState, CaptureMethod, ReturnReason};
use florin_domain::payment::IntentStatus;

use super::{answered, hear, returned, shows, shows_refund, tried};
use crate::scene::{PRICE, at, case, eur};

use OperationKind::{Capture, Refund, Void};

#[test]
fn money_that_went_back_is_told_to_the_shop() {
    for (kind, answer) in [(Void, shows(IntentStatus::Cancelled)), (Refund, shows_refund(RefundStatus::Succeeded))] {
        let operated = hear(returned(), kind, answer);
        assert_eq!(operated.state, OperationState::Done);
        assert_eq!(operated.step.events, [ShopEvent::PaymentReturned(ReturnReason::Late)]);
        assert_eq!(operated.step.operation, None);
    }
}

#[test]
fn money_that_did_not_go_back_is_not_told_as_returned() {
    for answer in [shows_refund(RefundStatus::Failed), Answer::Refused(Refusal::WrongState)] {
        let operated = hear(returned(), Refund, answer);
        assert_eq!((operated.state, operated.step.events.as_slice()), (OperationState::Refused, [].as_slice()));
        assert!(operated.step.alert.is_some(), "somebody else has to give it back");
    }
    let operated = hear(returned(), Refund, shows_refund(RefundStatus::Pending));
    assert_eq!((operated.state, operated.step.events.as_slice()), (OperationState::Pending, [].as_slice()));
}

#[test]
fn money_that_was_refused_to_go_back_is_asked_for_again_for_a_week_then_a_person_is_told() {
    for (kind, refusal) in [
        (Refund, shows_refund(RefundStatus::Failed)),
        (Refund, Answer::Refused(Refusal::WrongState)),
        (Void, Answer::Refused(Refusal::OurKey("403".to_owned()))),
    ] {
        let (mut state, mut now, mut pauses) = (returned(), at(0), Vec::new());
        let last = loop {
            let case = case(CaptureMethod::Automatic, state);
            let operated = answered(case, &tried(kind, PRICE, 1), refusal.clone(), now);
            assert_eq!((operated.state, operated.wake_at), (OperationState::Refused, None));
            let Some(next) = operated.step.operation else { break operated.step };
            assert_eq!((next.kind, next.amount), (kind, eur(PRICE)));
            let due = next.not_before.unwrap();
            pauses.push(due.since(now).as_secs() / 3600);
            (now, state) = (due, operated.step.case.attempt.state);
        };
        assert_eq!(pauses, [1, 6, 24, 24, 24, 24, 24, 24, 24]);
        assert!(last.alert.unwrap().contains("see at the gateway whether it went back"));
    }
}

#[test]
fn money_that_was_refused_once_can_still_go_back() {
    let state = AttemptState::Returned { reason: ReturnReason::Late, refusals: 3 };
    let operated = hear(state, Refund, shows_refund(RefundStatus::Succeeded));
    assert_eq!(operated.step.events, [ShopEvent::PaymentReturned(ReturnReason::Late)]);
}

#[test]
fn unwanted_money_that_was_captured_meanwhile_is_refunded() {
    for (kind, state) in [(Capture, OperationState::Done), (Void, OperationState::Refused)] {
        let operated = hear(returned(), kind, shows(IntentStatus::Succeeded));
        assert_eq!((operated.state, operated.step.events.len()), (state, 0));
        assert_eq!(operated.step.operation, Some(OperationOrder::now(Refund, eur(PRICE))));
    }
}

#[test]
fn a_hold_whose_capture_was_refused_is_let_go_when_it_is_not_wanted() {
    let operated = hear(returned(), Capture, Answer::Refused(Refusal::OurKey("403".to_owned())));
    assert_eq!(operated.step.operation, Some(OperationOrder::now(Void, eur(PRICE))));
}
