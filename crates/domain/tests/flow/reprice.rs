//! Rows of `flow::reprice`.

use florin_domain::flow::confirm::agree;
use florin_domain::flow::reprice::{RepriceError, requested};
use florin_domain::flow::{OperationKind, OperationOrder};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;

use crate::scene::{PRICE, account, at, attempt, case, declined, eur, order, snapshot, states};

#[test]
fn the_price_changes_only_while_no_payment_is_open() {
    for (name, state) in states() {
        let order = order(CaptureMethod::Automatic);
        let attempt = attempt(&order, state);
        let holder = Some(&attempt).filter(|attempt| attempt.state.holds_the_order());
        match requested(order, holder, eur(5000), at(20)) {
            Ok((order, entry)) => {
                assert!(holder.is_none(), "{name}");
                assert_eq!((order.amount, order.status), (eur(5000), OrderStatus::Open));
                assert!(entry.detail.contains("50.00"), "{}", entry.detail);
            }
            Err(error) => assert_eq!((error, holder.is_some()), (RepriceError::PaymentOpen, true), "{name}"),
        }
    }
}

#[test]
fn an_order_that_takes_no_payment_keeps_its_price() {
    for status in OrderStatus::ALL {
        let mut order = order(CaptureMethod::Automatic);
        order.status = status;
        let expected = match status {
            OrderStatus::Open => None,
            OrderStatus::Processing | OrderStatus::RequiresAction => Some(RepriceError::PaymentOpen),
            _ => Some(RepriceError::OrderClosed),
        };
        assert_eq!(requested(order, None, eur(1), at(20)).err(), expected, "{status:?}");
    }
    let late = requested(order(CaptureMethod::Automatic), None, eur(1), at(3600));
    assert_eq!(late, Err(RepriceError::OrderClosed));
}

#[test]
fn money_of_the_old_price_pays_nothing() {
    for (status, kind) in
        [(IntentStatus::Succeeded, OperationKind::Refund), (IntentStatus::RequiresCapture, OperationKind::Void)]
    {
        let mut case = case(CaptureMethod::Automatic, declined());
        case.order.amount = eur(PRICE + 800);
        let step = agree(case, &account(), &snapshot(status), at(20));
        assert_eq!(step.case.order.status, OrderStatus::Open);
        assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::NotWanted, refusals: 0 });
        assert_eq!(step.operation, Some(OperationOrder::now(kind, eur(PRICE))));
    }
}
