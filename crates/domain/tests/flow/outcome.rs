//! Rows of `order::outcome`: what a page is told.

use florin_domain::checkout::{Action, CheckoutResult, ResultStatus};
use florin_domain::error::{Advice, ErrorObject, ErrorType};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus, outcome, outcome_of_abandon, outcome_of_attempt};

use crate::scene::{answer_lost, at, case, challenged, declined, order, states};

fn told(state: AttemptState, order_status: OrderStatus, now: i64) -> CheckoutResult {
    let mut case = case(CaptureMethod::Automatic, state);
    case.order.status = order_status;
    outcome(&case.order, Some("basket 7"), Some(&case.attempt), at(now))
}

#[test]
fn a_decided_order_tells_the_same_whatever_its_attempts_say() {
    use OrderStatus as O;
    use ResultStatus as R;
    for (order_status, expected, ok) in [
        (O::Paid, R::Paid, true),
        (O::PartiallyRefunded, R::Paid, true),
        (O::Refunded, R::Paid, true),
        (O::Authorized, R::Authorized, true),
        (O::Voided, R::Canceled, false),
        (O::Canceled, R::Canceled, false),
        (O::Expired, R::Expired, false),
        (O::Review, R::Processing, false),
    ] {
        for (name, state) in states() {
            for now in [20, 3600] {
                let result = told(state.clone(), order_status, now);
                assert_eq!((result.status, result.ok), (expected, ok), "{order_status:?}, {name}");
                assert_eq!((result.action, result.error), (None, None), "{order_status:?}, {name}");
            }
        }
    }
}

#[test]
fn whoever_asks_about_a_declined_attempt_hears_of_it_also_where_the_order_ended_with_it() {
    for (name, state) in states() {
        for status in OrderStatus::ALL {
            let mut case = case(CaptureMethod::Automatic, state.clone());
            case.order.status = status;
            if let AttemptState::Declined { error } = &mut case.attempt.state {
                *error = error.clone().retryable();
            }
            let plain = outcome(&case.order, None, Some(&case.attempt), at(20));
            let asked = outcome_of_attempt(plain.clone(), &case.order, &case.attempt);
            if status == OrderStatus::Canceled && name == "declined" {
                assert_eq!((asked.status, asked.ok), (ResultStatus::Declined, false));
                let error = asked.error.unwrap();
                let told = (error.code.as_str(), error.retryable, error.advice);
                assert_eq!(told, ("card_declined", false, Advice::None), "there is nothing left to try");
            } else {
                assert_eq!(asked, plain, "{name}, {status:?}");
            }
        }
    }
}

#[test]
fn an_undecided_order_tells_how_its_attempt_stands() {
    use ResultStatus as R;
    let expected = [
        ("opening", R::Open, R::Expired),
        ("open", R::Open, R::Expired),
        ("submitted, token", R::Processing, R::Processing),
        ("submitted, no token", R::Processing, R::Processing),
        ("unknown", R::Unknown, R::Unknown),
        ("challenged", R::RequiresAction, R::RequiresAction),
        ("processing", R::Processing, R::Processing),
        ("authorized", R::Processing, R::Processing),
        ("captured", R::Processing, R::Processing),
        ("declined", R::Declined, R::Expired),
        ("canceled", R::Open, R::Expired),
        ("returned", R::Open, R::Expired),
        ("review", R::Processing, R::Processing),
    ];
    for ((name, state), (expected_name, before, after)) in states().into_iter().zip(expected) {
        assert_eq!(name, expected_name);
        for order_status in OrderStatus::ALL.into_iter().filter(|status| status.is_undecided()) {
            let seen = [20, 3600].map(|now| told(state.clone(), order_status, now));
            assert_eq!((seen[0].status, seen[1].status), (before, after), "{name}");
            assert!(!seen[0].ok && !seen[1].ok, "{name}: thanks for nothing");
        }
    }
}

#[test]
fn an_order_nobody_tried_to_pay_is_open_until_it_ends() {
    let order = order(CaptureMethod::Automatic);
    let seen = [20, 3600].map(|now| outcome(&order, None, None, at(now)));
    assert_eq!((seen[0].status, seen[1].status), (ResultStatus::Open, ResultStatus::Expired));
    assert_eq!((&seen[0].attempt, &seen[0].order.reference), (&None, &None));
}

#[test]
fn a_challenge_names_the_banks_page() {
    let result = told(challenged(), OrderStatus::RequiresAction, 20);
    assert_eq!(result.action, Some(Action::Redirect { url: "https://bank.example/1".to_owned() }));
}

#[test]
fn a_decline_says_why_and_an_unknown_says_wait() {
    let error = told(declined(), OrderStatus::Open, 20).error.unwrap();
    assert_eq!(error.code, "card_declined");
    let error = told(answer_lost(), OrderStatus::Processing, 20).error.unwrap();
    assert_eq!(error.advice, Advice::Wait);
}

#[test]
fn an_error_is_told_of_what_was_declined_or_is_unknown_and_of_nothing_else() {
    for (name, state) in states() {
        let mut case = case(CaptureMethod::Automatic, state);
        case.order.status = OrderStatus::Open;
        case.order.last_error = Some(ErrorObject::new(ErrorType::Declined, "card_declined", "left over"));
        let result = outcome(&case.order, None, Some(&case.attempt), at(20));
        let says = matches!(result.status, ResultStatus::Declined | ResultStatus::Unknown);
        assert_eq!(result.error.is_some(), says, "{name}: {result:?}");
    }
}

#[test]
fn a_page_asks_again_exactly_while_something_is_undecided() {
    for (name, state) in states() {
        let result = told(state, OrderStatus::Processing, 20);
        use ResultStatus as R;
        let undecided = matches!(result.status, R::Processing | R::Unknown | R::RequiresAction);
        assert_eq!(result.retry_after_ms.is_some(), undecided, "{name}");
    }
}

#[test]
fn a_result_names_order_attempt_and_price() {
    let result = told(AttemptState::Captured, OrderStatus::Paid, 20);
    assert_eq!((result.order.id.as_str(), result.order.reference.as_deref()), ("ord_1", Some("basket 7")));
    assert_eq!(result.order.price.minor_units(), 4200);
    assert_eq!(result.attempt.map(|attempt| attempt.to_string()), Some("att_1".to_owned()));
}

#[test]
fn an_abandoned_challenge_is_waited_for_and_nothing_else_is_told_otherwise() {
    for (name, state) in states() {
        let plain = told(state, OrderStatus::Processing, 20);
        let abandoned = outcome_of_abandon(plain.clone());
        if name == "challenged" {
            assert_eq!((abandoned.status, abandoned.action), (ResultStatus::Processing, None));
            assert_eq!(abandoned.retry_after_ms, Some(2000));
        } else {
            assert_eq!(abandoned, plain, "{name}");
        }
    }
}
