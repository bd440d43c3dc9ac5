//! Refunds that the shop asks for: reserved, then counted or let go of.

use florin_domain::flow::OperationKind::Refund;
use florin_domain::flow::operate::{self, OperateError, OperationState, RefundFact, RefundStatus};
use florin_domain::flow::{Answer, Case, OperationOrder, ShopEvent, Shown};
use florin_domain::order::OrderStatus;

use super::{answered, held, paid, refund_fact, tried};
use crate::scene::{PRICE, at, eur};

#[test]
fn another_refund_than_the_one_asked_for_proves_nothing() {
    let lies: [fn(&mut RefundFact); 3] = [
        |fact| fact.amount -= 1,
        |fact| fact.currency = "USD".to_owned(),
        |fact| fact.payment = florin_domain::ids::PaymentId::parse("pay_2").unwrap(),
    ];
    for lie in lies {
        let mut fact = refund_fact(RefundStatus::Succeeded, PRICE);
        lie(&mut fact);
        let case = paid(0, PRICE);
        let answer = Answer::Done(Shown::Refund(fact));
        let operated = answered(case.clone(), &tried(Refund, PRICE, 1), answer, at(20));
        assert_eq!((operated.state, operated.step.case), (OperationState::Unknown, case));
        assert!(operated.step.alert.is_some());
    }
}

#[test]
fn a_refund_reserves_what_it_gives_back() {
    let step = operate::refund(paid(1000, 200), Some(3000)).unwrap();
    assert_eq!(step.operation, Some(OperationOrder::now(Refund, eur(3000))));
    assert_eq!((step.case.order.refunded, step.case.order.refund_pending), (1000, 3200));
    assert_eq!(operate::refund(paid(1000, 200), None).unwrap().case.order.refund_pending, 3200, "all that is left");
    assert_eq!(operate::refund(paid(1000, 200), Some(3001)), Err(OperateError::TooMuch { most: 3000 }));
    assert_eq!(operate::refund(paid(1000, 3200), None), Err(OperateError::TooMuch { most: 0 }));
    for nothing in [0, -1, i64::MIN] {
        assert_eq!(operate::refund(paid(0, 0), Some(nothing)), Err(OperateError::Nothing));
    }
    assert_eq!(operate::refund(held(), None), Err(OperateError::WrongStatus(OrderStatus::Authorized)));
}

#[test]
fn a_refund_that_succeeds_is_counted_and_one_that_fails_is_let_go_of() {
    let hear = |case: Case, amount: i64, status| {
        let answer = Answer::Done(Shown::Refund(refund_fact(status, amount)));
        answered(case, &tried(Refund, amount, 1), answer, at(20))
    };
    for (case, amount, status) in [
        (paid(0, 1000), 1000, OrderStatus::PartiallyRefunded),
        (paid(3200, 1000), 1000, OrderStatus::Refunded),
        (paid(0, PRICE), PRICE, OrderStatus::Refunded),
    ] {
        let before = case.order.refunded;
        let operated = hear(case, amount, RefundStatus::Succeeded);
        let order = operated.step.case.order;
        assert_eq!((order.status, order.refunded, order.refund_pending), (status, before + amount, 0));
        assert_eq!((operated.state, operated.step.events), (OperationState::Done, vec![ShopEvent::RefundSucceeded]));
    }
    let operated = hear(paid(500, 1000), 1000, RefundStatus::Failed);
    let order = operated.step.case.order;
    assert_eq!((order.status, order.refunded, order.refund_pending), (OrderStatus::Paid, 500, 0));
    assert_eq!((operated.state, operated.step.events), (OperationState::Refused, vec![ShopEvent::RefundFailed]));
    assert_eq!(operated.error.unwrap().code, "refund_failed");
}
