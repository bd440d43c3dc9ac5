//! Rows of `flow::close`.

use florin_domain::flow::close::{cancel, expire, used_up};
use florin_domain::flow::confirm::agree;
use florin_domain::flow::open::Limits;
use florin_domain::flow::{EntryKind, ShopEvent, Step};
use florin_domain::order::{AttemptState, CaptureMethod, Order, OrderStatus};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, at, attempt, case, opened, order, snapshot};

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
    let step = agree(case.clone(), &account(), &snapshot(status), at(20));
    used_up(&case, Some(&case.attempt), step, limits)
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
    let step = agree(case.clone(), &account(), &snapshot(IntentStatus::Cancelled), at(20));
    assert_eq!(used_up(&case, None, step, &Limits::default()).case.order.status, OrderStatus::Open);
}

#[test]
fn an_order_that_a_person_opens_again_ends_unless_another_attempt_holds_it() {
    let mut before = case(CaptureMethod::Automatic, AttemptState::Review);
    (before.order.submitted, before.order.status) = (20, OrderStatus::Review);
    let mut after = before.clone();
    (after.order.status, after.attempt.state) = (OrderStatus::Open, AttemptState::Canceled);
    let decided = Step { case: after, ..agree(before.clone(), &account(), &snapshot(IntentStatus::Cancelled), at(20)) };
    let status = |holder| used_up(&before, holder, decided.clone(), &Limits::default()).case.order.status;
    assert_eq!(status(None), OrderStatus::Canceled);
    let other = attempt(&before.order, opened());
    assert_eq!(status(Some(&other)), OrderStatus::Open);
}
