//! Rows of `flow::operate`.

use florin_domain::flow::operate::{Operated, OperationState, answered, is_over, took_effect};
use florin_domain::flow::{Answer, OperationKind, OperationOrder, Refusal, ShopEvent, Snapshot};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;

use crate::scene::{PRICE, account, at, case, eur, snapshot};

use OperationKind::{Capture, Refund, Void};

fn hear(state: AttemptState, kind: OperationKind, answer: Answer<Option<Snapshot>>) -> Operated {
    let capture = if state == AttemptState::Authorized { CaptureMethod::Manual } else { CaptureMethod::Automatic };
    answered(case(capture, state), &account(), kind, 1, answer, at(20))
}

fn shows(status: IntentStatus) -> Answer<Option<Snapshot>> {
    Answer::Done(Some(snapshot(status)))
}

fn returned() -> AttemptState {
    AttemptState::Returned { reason: ReturnReason::Late }
}

#[test]
fn a_capture_pays_the_order() {
    for state in [AttemptState::Authorized, AttemptState::Processing] {
        let operated = hear(state, Capture, shows(IntentStatus::Succeeded));
        assert_eq!((operated.state, operated.wake_at), (OperationState::Done, None));
        assert_eq!((operated.step.case.order.status, operated.step.events), (OrderStatus::Paid, vec![ShopEvent::Paid]));
    }
}

#[test]
fn a_void_releases_the_order() {
    let operated = hear(AttemptState::Authorized, Void, shows(IntentStatus::Cancelled));
    assert_eq!((operated.state, operated.step.case.order.status), (OperationState::Done, OrderStatus::Voided));
}

#[test]
fn money_that_went_back_is_told_to_the_shop() {
    for (kind, answer) in [
        (Void, shows(IntentStatus::Cancelled)),
        (Refund, Answer::Done(None)),
        (Refund, Answer::Refused(Refusal::Exists)),
    ] {
        let operated = hear(returned(), kind, answer);
        assert_eq!(operated.state, OperationState::Done);
        assert_eq!(operated.step.events, [ShopEvent::PaymentReturned(ReturnReason::Late)]);
        assert_eq!(operated.step.operation, None);
    }
}

#[test]
fn no_definite_answer_is_no_end() {
    for kind in [Capture, Void, Refund] {
        for answer in [
            Answer::Unknown("reset".to_owned()),
            Answer::Refused(Refusal::WrongState),
            Answer::Refused(Refusal::NotFound),
            Answer::Refused(Refusal::NotSent),
        ] {
            let operated = hear(returned(), kind, answer);
            assert_eq!((operated.state, operated.wake_at), (OperationState::Claimed, Some(at(21))));
            assert!(operated.step.events.is_empty());
        }
    }
    for (kind, answer) in [
        (Capture, shows(IntentStatus::Processing)),
        (Void, shows(IntentStatus::RequiresCapture)),
        (Capture, Answer::Done(None)),
    ] {
        assert_eq!(hear(AttemptState::Authorized, kind, answer).state, OperationState::Claimed);
    }
}

#[test]
fn what_can_never_take_effect_is_not_tried_for_ever() {
    use IntentStatus as S;
    for (kind, status, effect, over) in [
        (Capture, S::RequiresCapture, false, false),
        (Capture, S::Processing, false, false),
        (Capture, S::Succeeded, true, true),
        (Capture, S::Cancelled, false, true),
        (Capture, S::Failed, false, true),
        (Void, S::RequiresCapture, false, false),
        (Void, S::Cancelled, true, true),
        (Void, S::Succeeded, false, true),
        (Refund, S::Succeeded, false, false),
    ] {
        let snapshot = snapshot(status);
        assert_eq!((took_effect(kind, &snapshot), is_over(kind, &snapshot)), (effect, over), "{kind:?}, {status}");
    }
}

#[test]
fn a_capture_that_met_a_cancel_gives_the_order_free() {
    let operated = hear(AttemptState::Processing, Capture, shows(IntentStatus::Cancelled));
    assert_eq!((operated.state, operated.wake_at), (OperationState::Refused, None));
    assert_eq!(operated.step.case.attempt.state, AttemptState::Canceled);
    assert_eq!(operated.step.case.order.status, OrderStatus::Open);
}

#[test]
fn a_capture_that_met_a_lost_hold_calls_a_person() {
    let operated = hear(AttemptState::Authorized, Capture, shows(IntentStatus::Failed));
    assert_eq!((operated.state, operated.step.case.order.status), (OperationState::Refused, OrderStatus::Review));
    assert!(operated.step.alert.is_some());
}

#[test]
fn unwanted_money_that_was_captured_meanwhile_is_refunded() {
    for (kind, state) in [(Capture, OperationState::Done), (Void, OperationState::Refused)] {
        let operated = hear(returned(), kind, shows(IntentStatus::Succeeded));
        assert_eq!((operated.state, operated.step.events.len()), (state, 0));
        assert_eq!(operated.step.operation, Some(OperationOrder { kind: Refund, amount: eur(PRICE) }));
    }
}

#[test]
fn an_operation_refused_for_our_own_fault_calls_a_person() {
    for kind in [Capture, Void, Refund] {
        let operated = hear(AttemptState::Authorized, kind, Answer::Refused(Refusal::Ours("401".to_owned())));
        assert_eq!((operated.state, operated.wake_at), (OperationState::Refused, None));
        assert!(operated.step.alert.is_some_and(|alert| alert.contains(kind.as_str())));
        assert_eq!(operated.step.case.attempt.state, AttemptState::Authorized);
    }
}

#[test]
fn a_hold_whose_capture_was_refused_is_let_go_when_it_is_not_wanted() {
    let operated = hear(returned(), Capture, Answer::Refused(Refusal::Ours("403".to_owned())));
    assert_eq!(operated.step.operation, Some(OperationOrder { kind: Void, amount: eur(PRICE) }));
}

#[test]
fn a_capture_of_another_amount_ends_in_review() {
    let mut short = snapshot(IntentStatus::Succeeded);
    short.amount_received = PRICE - 1;
    let operated = hear(AttemptState::Authorized, Capture, Answer::Done(Some(short)));
    assert_eq!(operated.step.case.order.status, OrderStatus::Review);
    assert!(operated.step.alert.is_some());
}
