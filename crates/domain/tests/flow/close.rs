//! Rows of `flow::close`.

use florin_domain::flow::close::{cancel, expire};
use florin_domain::flow::{EntryKind, ShopEvent};
use florin_domain::order::{CaptureMethod, Order, OrderStatus};

use crate::scene::{at, attempt, opened, order};

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
