//! Rows of `flow::close`.

use florin_domain::flow::close::{cancel, expire};
use florin_domain::flow::open::Limits;
use florin_domain::flow::operate::{self, Operation};
use florin_domain::flow::{Answer, EntryKind, OperationKind, Request, ShopEvent, Shown, Step, answered};
use florin_domain::order::{AttemptState, CaptureMethod, Order, OrderStatus};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, at, attempt, case, heard, opened, order, snapshot};

fn in_status(status: OrderStatus) -> Order {
    let mut order = order(CaptureMethod::Automatic);
    order.status = status;
    order
}

#[test]
fn only_an_open_order_ends_unpaid() {
    for status in OrderStatus::ALL {
        let open = status == OrderStatus::Open;
        assert_eq!(cancel(in_status(status), None, "").is_some(), open, "{}", status.as_str());
        assert_eq!(expire(in_status(status), None, at(3600)).is_some(), open, "{}", status.as_str());
    }
}

#[test]
fn a_canceled_order_says_why() {
    let closed = cancel(in_status(OrderStatus::Open), None, "too many attempts").unwrap();
    assert_eq!((closed.order.status, closed.event), (OrderStatus::Canceled, ShopEvent::Canceled));
    assert_eq!((closed.entry.kind, closed.entry.detail.as_str()), (EntryKind::Canceled, "too many attempts"));
}

#[test]
fn an_order_expires_at_its_end_and_not_before() {
    assert_eq!(expire(in_status(OrderStatus::Open), None, at(3599)), None);
    let closed = expire(in_status(OrderStatus::Open), None, at(3600)).unwrap();
    assert_eq!((closed.order.status, closed.event), (OrderStatus::Expired, ShopEvent::Expired));
}

#[test]
fn an_order_that_an_attempt_holds_does_not_end() {
    let holder = attempt(&order(CaptureMethod::Automatic), opened());
    assert_eq!(cancel(in_status(OrderStatus::Open), Some(&holder), ""), None);
    assert_eq!(expire(in_status(OrderStatus::Open), Some(&holder), at(3600)), None);
}

/// What the gateway's status makes of an order's try number `submitted`.
fn tried(submitted: u32, status: IntentStatus, limits: &Limits) -> Step {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Processing);
    case.order.submitted = submitted;
    answered(case, &account(), limits, &Request::Read, Answer::Done(snapshot(status)), at(20))
}

#[test]
fn the_last_try_that_comes_to_nothing_ends_its_order() {
    use IntentStatus as S;
    let limits = Limits::default();
    for (submitted, status, expected) in [
        (19, S::Failed, OrderStatus::Open),
        (20, S::Failed, OrderStatus::Canceled),
        (20, S::Cancelled, OrderStatus::Canceled),
        (21, S::Failed, OrderStatus::Canceled),
        (20, S::Succeeded, OrderStatus::Paid),
        (20, S::Processing, OrderStatus::Processing),
        (20, S::RequiresCustomerAction, OrderStatus::RequiresAction),
        (20, S::Conflicted, OrderStatus::Review),
    ] {
        let step = tried(submitted, status, &limits);
        assert_eq!(step.case.order.status, expected, "{submitted}, {status}");
        let canceled = expected == OrderStatus::Canceled;
        assert_eq!(step.events.contains(&ShopEvent::Canceled), canceled, "{submitted}, {status}");
        assert_eq!(step.timeline.last().is_some_and(|entry| entry.kind == EntryKind::Canceled), canceled);
        // A load generator tries without end.
        assert_ne!(tried(submitted, status, &Limits::lifted()).case.order.status, OrderStatus::Canceled);
    }
}

#[test]
fn only_the_attempt_that_held_the_order_ends_it() {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Canceled);
    case.order.submitted = 20;
    let answer = Answer::Done(snapshot(IntentStatus::Cancelled));
    assert_eq!(heard(case, &Request::Cancel, answer, at(20)).case.order.status, OrderStatus::Open);
}

/// A hold where the order wants the money at once is captured; the bank may refuse that too.
#[test]
fn a_capture_that_the_bank_refuses_ends_the_order_with_its_last_try() {
    for (submitted, expected) in [(19, OrderStatus::Open), (20, OrderStatus::Canceled)] {
        let mut case = case(CaptureMethod::Automatic, AttemptState::Processing);
        case.order.submitted = submitted;
        let capture = Operation { kind: OperationKind::Capture, amount: case.attempt.amount, tries: 1 };
        let answer = Answer::Done(Shown::Payment(snapshot(IntentStatus::Failed)));
        let operated = operate::answered(case, &account(), &Limits::default(), &capture, answer, at(20));
        assert_eq!(operated.step.case.order.status, expected);
    }
}
