//! Rows of `flow::operate`.

mod refund;
mod unwanted;

use florin_domain::flow::open::Limits;
use florin_domain::flow::operate::{
    self, Call, Looked, OperateError, Operated, Operation, OperationState, RefundFact, RefundStatus, is_over,
    took_effect,
};
use florin_domain::flow::{Answer, Case, OperationKind, OperationOrder, Refusal, ShopEvent, Shown};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

use crate::scene::{PRICE, account, at, case, eur, snapshot};

use OperationKind::{Capture, Refund, Void};

fn answered(case: Case, operation: &Operation, answer: Answer<Shown>, now: Timestamp) -> Operated {
    operate::answered(case, &account(), &Limits::default(), operation, answer, now)
}

fn hear(state: AttemptState, kind: OperationKind, answer: Answer<Shown>) -> Operated {
    let capture = if state == AttemptState::Authorized { CaptureMethod::Manual } else { CaptureMethod::Automatic };
    answered(case(capture, state), &tried(kind, PRICE, 1), answer, at(20))
}

fn tried(kind: OperationKind, amount: i64, tries: u32) -> Operation {
    Operation { kind, amount: eur(amount), tries }
}

fn shows(status: IntentStatus) -> Answer<Shown> {
    Answer::Done(Shown::Payment(snapshot(status)))
}

fn refund_fact(status: RefundStatus, amount: i64) -> RefundFact {
    let payment = snapshot(IntentStatus::Succeeded).payment;
    RefundFact { payment, amount, currency: "EUR".to_owned(), status, error_code: Some("RE_01".to_owned()) }
}

fn shows_refund(status: RefundStatus) -> Answer<Shown> {
    Answer::Done(Shown::Refund(refund_fact(status, PRICE)))
}

/// Held, as [`IntentStatus::RequiresCapture`] leaves it.
fn held() -> Case {
    let mut case = case(CaptureMethod::Manual, AttemptState::Authorized);
    case.order.authorized = PRICE;
    case
}

/// Paid, with so much given back and so much on its way back.
fn paid(refunded: i64, refund_pending: i64) -> Case {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Captured);
    (case.order.captured, case.order.refunded, case.order.refund_pending) = (PRICE, refunded, refund_pending);
    case
}

fn returned() -> AttemptState {
    AttemptState::Returned { reason: ReturnReason::Late, refusals: 0 }
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
fn no_definite_answer_is_no_end() {
    let unknown = |why: &str| Answer::Unknown(why.to_owned());
    for (kind, answer, state) in [
        (Capture, unknown("reset"), OperationState::Unknown),
        (Void, unknown("reset"), OperationState::Unknown),
        (Refund, unknown("reset"), OperationState::Unknown),
        (Capture, Answer::Refused(Refusal::WrongState), OperationState::Claimed),
        (Void, Answer::Refused(Refusal::WrongState), OperationState::Claimed),
        (Refund, Answer::Refused(Refusal::Exists), OperationState::Claimed),
        (Refund, Answer::Refused(Refusal::NotFound), OperationState::Claimed),
        (Void, Answer::Refused(Refusal::NotSent), OperationState::Claimed),
        (Refund, Answer::Refused(Refusal::NotSent), OperationState::Claimed),
        (Refund, shows(IntentStatus::Succeeded), OperationState::Claimed),
        (Void, shows_refund(RefundStatus::Succeeded), OperationState::Claimed),
    ] {
        let operated = hear(returned(), kind, answer.clone());
        assert_eq!((operated.state, operated.wake_at), (state, Some(at(21))), "{kind:?} {answer:?}");
        assert!(operated.step.events.is_empty() && operated.error.is_none());
    }
    for (kind, answer) in [(Capture, shows(IntentStatus::Processing)), (Void, shows(IntentStatus::RequiresCapture))] {
        assert_eq!(hear(AttemptState::Authorized, kind, answer).state, OperationState::Claimed);
    }
}

#[test]
fn a_day_without_a_definite_answer_calls_a_person_once() {
    let alerts: Vec<u32> = (1..=300)
        .filter(|tries| {
            let answer = Answer::Unknown("reset".to_owned());
            answered(paid(0, PRICE), &tried(Refund, PRICE, *tries), answer, at(20)).step.alert.is_some()
        })
        .collect();
    assert_eq!(alerts, [100]);
}

#[test]
fn a_hold_is_captured_in_part_and_no_other_amount_is_believed() {
    let asked = operate::capture(held(), Some(3000)).unwrap();
    assert_eq!(asked.operation, Some(OperationOrder::now(Capture, eur(3000))));
    for (received, status, order) in [
        (3000, IntentStatus::PartiallyCaptured, OrderStatus::Paid),
        (3000, IntentStatus::Succeeded, OrderStatus::Paid),
        (2999, IntentStatus::PartiallyCaptured, OrderStatus::Review),
        (PRICE, IntentStatus::Succeeded, OrderStatus::Review),
        (0, IntentStatus::PartiallyCaptured, OrderStatus::Review),
    ] {
        let mut shown = snapshot(status);
        shown.amount_received = received;
        let answer = Answer::Done(Shown::Payment(shown));
        let operated = answered(asked.case.clone(), &tried(Capture, 3000, 1), answer, at(20));
        assert_eq!(operated.step.case.order.status, order, "{received} {status}");
        assert_eq!(operated.step.case.order.captured, if order == OrderStatus::Paid { 3000 } else { 0 });
    }
    assert_eq!(operate::capture(held(), Some(PRICE + 1)), Err(OperateError::TooMuch { most: PRICE }));
    assert_eq!(operate::capture(held(), Some(0)), Err(OperateError::Nothing));
    assert_eq!(operate::capture(paid(0, 0), None), Err(OperateError::WrongStatus(OrderStatus::Paid)));
    assert_eq!(operate::void(paid(0, 0)), Err(OperateError::WrongStatus(OrderStatus::Paid)));
    assert_eq!(operate::void(held()).unwrap().operation, Some(OperationOrder::now(Void, eur(PRICE))));
}

#[test]
fn only_a_first_try_is_sent_without_a_look() {
    let capture = tried(Capture, PRICE, 1);
    assert_eq!(operate::call(&held(), &capture), Call::Send);
    let again = Operation { tries: 2, ..capture };
    assert_eq!(operate::call(&held(), &again), Call::Look);
    let sends = |case: &Case, operation, look| operate::after_look(case, operation, look) == Looked::Send;
    assert!(sends(&held(), &again, shows(IntentStatus::RequiresCapture)));
    assert!(!sends(&held(), &again, shows(IntentStatus::Succeeded)));
    assert!(!sends(&held(), &again, Answer::Refused(Refusal::NotFound)));
    assert!(!sends(&held(), &again, Answer::Unknown("reset".to_owned())));
    let mut some_received = snapshot(IntentStatus::PartiallyCapturedAndCapturable);
    some_received.amount_received = 1;
    assert!(!sends(&held(), &again, Answer::Done(Shown::Payment(some_received))));

    let refund = tried(Refund, PRICE, 2);
    assert_eq!(operate::call(&paid(0, PRICE), &refund), Call::Look);
    assert!(sends(&paid(0, PRICE), &refund, Answer::Refused(Refusal::NotFound)));
    assert!(!sends(&paid(0, PRICE), &refund, shows_refund(RefundStatus::Pending)));
}

#[test]
fn a_refused_look_says_nothing_about_what_was_sent() {
    for (case, kind) in [(held(), Capture), (held(), Void), (paid(0, PRICE), Refund)] {
        for refusal in [Refusal::OurKey("401".to_owned()), Refusal::WrongState, Refusal::NotSent, Refusal::Exists] {
            let again = tried(kind, PRICE, 2);
            let Looked::Answer(answer) = operate::after_look(&case, &again, Answer::Refused(refusal)) else {
                panic!("{kind:?} was sent again");
            };
            let operated = answered(case.clone(), &again, answer, at(20));
            assert_eq!((operated.state, operated.step.case), (OperationState::Unknown, case.clone()), "{kind:?}");
        }
    }
}

#[test]
fn a_capture_stops_when_its_attempt_went_to_review_or_is_not_wanted() {
    for (state, follows) in [(AttemptState::Review, None), (returned(), Some(OperationOrder::now(Void, eur(PRICE))))] {
        let stopped = case(CaptureMethod::Manual, state);
        let first = tried(Capture, PRICE, 1);
        assert_eq!(operate::call(&stopped, &first), Call::Withdraw);
        let withdrawn = operate::withdrawn(stopped.clone(), &first);
        let again = Operation { tries: 2, ..first };
        let look = shows(IntentStatus::RequiresCapture);
        assert_eq!(operate::after_look(&stopped, &again, look.clone()), Looked::Answer(look.clone()));
        for operated in [withdrawn, answered(stopped.clone(), &again, look, at(20))] {
            assert_eq!((operated.state, operated.wake_at), (OperationState::Refused, None));
            assert_eq!((operated.step.operation, &operated.step.case), (follows, &stopped));
        }
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
        (Capture, S::PartiallyCaptured, true, true),
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
fn a_shop_is_told_who_refused_its_capture_and_else_what_came_first() {
    let refused = "the gateway refused the capture: the payment is failed, its code is";
    for (kind, status, code, unified, words) in [
        (Capture, IntentStatus::Failed, Some("51"), Some("UE_1000"), format!("{refused} 51")),
        (Capture, IntentStatus::Failed, None, Some("UE_1000"), format!("{refused} UE_1000")),
        (Capture, IntentStatus::Failed, None, None, format!("{refused} none")),
        (
            Capture,
            IntentStatus::Cancelled,
            None,
            None,
            "something else happened first: the payment is cancelled".into(),
        ),
        (Void, IntentStatus::Failed, None, None, "something else happened first: the payment is failed".into()),
    ] {
        let mut shown = snapshot(status);
        (shown.error_code, shown.unified_code) = (code.map(str::to_owned), unified.map(str::to_owned));
        let operated = hear(AttemptState::Authorized, kind, Answer::Done(Shown::Payment(shown)));
        assert_eq!(operated.error.map(|error| error.message), Some(words), "{kind:?} {status}");
    }
}

#[test]
fn an_operation_refused_for_our_own_fault_calls_a_person() {
    for kind in [Capture, Void, Refund] {
        let operated = hear(AttemptState::Authorized, kind, Answer::Refused(Refusal::OurKey("401".to_owned())));
        assert_eq!((operated.state, operated.wake_at), (OperationState::Refused, None));
        assert!(operated.step.alert.is_some_and(|alert| alert.contains(kind.as_str())));
        assert_eq!(operated.step.case.attempt.state, AttemptState::Authorized);
    }
}

#[test]
fn a_capture_of_another_amount_ends_in_review() {
    let mut short = snapshot(IntentStatus::Succeeded);
    short.amount_received = PRICE - 1;
    let operated = hear(AttemptState::Authorized, Capture, Answer::Done(Shown::Payment(short)));
    assert_eq!(operated.step.case.order.status, OrderStatus::Review);
    assert!(operated.step.alert.is_some());
}

#[test]
fn an_operation_without_a_definite_answer_is_tried_again_less_and_less_often() {
    for (tries, seconds) in [(1, 1), (2, 5), (3, 30), (4, 120), (5, 900), (99, 900)] {
        let case = case(CaptureMethod::Automatic, returned());
        let operated = answered(case, &tried(Void, PRICE, tries), Answer::Unknown("reset".to_owned()), at(20));
        assert_eq!(operated.wake_at, Some(at(20 + seconds)), "try {tries}");
    }
}

#[test]
fn order_and_attempt_must_both_be_as_an_operation_needs_them() {
    let mut refunded_elsewhere = paid(0, 0);
    refunded_elsewhere.attempt.state = returned();
    let mut canceled = paid(0, 0);
    canceled.order.status = OrderStatus::Canceled;
    for case in [refunded_elsewhere, canceled] {
        let status = case.order.status;
        assert_eq!(operate::refund(case, None), Err(OperateError::WrongStatus(status)));
    }
    let mut let_go = held();
    let_go.attempt.state = AttemptState::Canceled;
    let mut in_review = held();
    in_review.order.status = OrderStatus::Review;
    for case in [let_go, in_review] {
        let status = case.order.status;
        assert_eq!(operate::capture(case.clone(), None), Err(OperateError::WrongStatus(status)));
        assert_eq!(operate::void(case), Err(OperateError::WrongStatus(status)));
    }
}
