//! Rows of `flow::confirm` that the grid does not show: lies, stale news, several attempts.

use florin_domain::error::{ErrorObject, ErrorType};
use florin_domain::flow::confirm::agree;
use florin_domain::flow::{Case, OperationKind, OperationOrder, ShopEvent, Step};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::{AsOpened, AttemptState, CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;

use crate::scene::{
    Lie, PRICE, account, answer_lost, at, case, challenged, declined, eur, opened, snapshot, states, submitted,
};

fn follow(case: Case, status: IntentStatus) -> Step {
    agree(case, &account(), &snapshot(status), at(20))
}

fn paid_by_another(state: AttemptState) -> Case {
    let mut case = case(CaptureMethod::Automatic, state);
    case.order.status = OrderStatus::Paid;
    case.order.paid_by = Some(AttemptId::parse("att_0").unwrap());
    (case.order.captured, case.order.paid_at) = (PRICE, Some(at(3)));
    case
}

#[test]
fn money_of_another_payment_never_pays() {
    let wrong: [Lie; 7] = [
        ("payment", |s| s.payment = PaymentId::parse("pay_9").unwrap()),
        ("merchant", |s| s.merchant_id = "merchant_2".to_owned()),
        ("profile", |s| s.profile_id = Some("pro_2".to_owned())),
        ("amount", |s| s.amount -= 1),
        ("net amount", |s| s.net_amount += 1),
        ("received", |s| s.amount_received -= 1),
        ("currency", |s| s.currency = "USD".to_owned()),
    ];
    for (what, change) in wrong {
        let mut snapshot = snapshot(IntentStatus::Succeeded);
        change(&mut snapshot);
        let step = agree(case(CaptureMethod::Automatic, submitted(Some("1"))), &account(), &snapshot, at(20));
        assert_eq!((&step.case.attempt.state, step.case.order.status), (&AttemptState::Review, OrderStatus::Review));
        assert_eq!((step.case.order.paid_by, step.events), (None, vec![ShopEvent::Review]), "{what}");
        assert!(step.alert.is_some_and(|alert| alert.contains(what)), "{what}");
    }
}

#[test]
fn a_payment_that_names_no_profile_is_not_known_to_be_ours() {
    let mut snapshot = snapshot(IntentStatus::Succeeded);
    snapshot.profile_id = None;
    let step = agree(case(CaptureMethod::Automatic, submitted(Some("1"))), &account(), &snapshot, at(20));
    assert_eq!((step.case.order.status, step.case.order.paid_by), (OrderStatus::Review, None));
    assert!(step.alert.is_some_and(|alert| alert.contains("profile")));
}

#[test]
fn older_news_changes_nothing() {
    for (name, state) in states() {
        for status in IntentStatus::ALL {
            let mut case = case(CaptureMethod::Automatic, state.clone());
            case.attempt.seen_at_gateway = Some(at(11));
            let step = follow(case.clone(), *status);
            let nothing = (step.operation, step.send, step.alert, step.timeline.len());
            assert_eq!((step.case, nothing), (case, (None, None, None, 0)), "{name}, {status}");
        }
    }
}

#[test]
fn the_same_news_twice_tells_the_shop_once() {
    for capture in [CaptureMethod::Automatic, CaptureMethod::Manual] {
        for (name, state) in states() {
            for status in IntentStatus::ALL {
                let once = follow(case(capture, state.clone()), *status);
                let twice = follow(once.case.clone(), *status);
                assert!(twice.events.is_empty(), "{name}, {status}: {:?}", twice.events);
                assert_eq!(twice.case.order, once.case.order, "{name}, {status}");
                assert_eq!(twice.case.attempt.state, once.case.attempt.state, "{name}, {status}");
            }
        }
    }
}

#[test]
fn a_decline_changes_no_paid_order() {
    for state in [opened(), submitted(Some("1")), AttemptState::Processing] {
        let case = paid_by_another(state);
        let step = follow(case.clone(), IntentStatus::Failed);
        assert_eq!((step.case.order, step.events), (case.order, Vec::new()));
        assert_eq!(step.case.attempt.state.name(), "declined");
    }
}

#[test]
fn no_news_of_another_attempt_changes_a_paid_order() {
    for (name, state) in states() {
        for status in IntentStatus::ALL {
            let case = paid_by_another(state.clone());
            let step = follow(case.clone(), *status);
            assert_eq!(step.case.order, case.order, "{name}, {status}");
        }
    }
}

#[test]
fn money_that_comes_second_goes_back_whole() {
    for (status, kind) in
        [(IntentStatus::Succeeded, OperationKind::Refund), (IntentStatus::RequiresCapture, OperationKind::Void)]
    {
        let step = follow(paid_by_another(submitted(Some("1"))), status);
        assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::Duplicate, refusals: 0 });
        assert_eq!(step.operation, Some(OperationOrder::now(kind, eur(PRICE))));
        assert_eq!((step.alert.is_some(), step.events), (true, Vec::new()));
    }
}

#[test]
fn money_that_comes_late_goes_back_whole() {
    for status in [OrderStatus::Canceled, OrderStatus::Expired, OrderStatus::Voided] {
        let mut case = case(CaptureMethod::Automatic, AttemptState::Canceled);
        case.order.status = status;
        let step = follow(case, IntentStatus::Succeeded);
        assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::Late, refusals: 0 });
        assert_eq!(step.operation, Some(OperationOrder::now(OperationKind::Refund, eur(PRICE))));
        assert_eq!((step.case.order.status, step.case.order.paid_by), (status, None));
    }
}

#[test]
fn a_hold_where_the_money_was_wanted_is_captured() {
    let step = follow(case(CaptureMethod::Automatic, submitted(None)), IntentStatus::RequiresCapture);
    assert_eq!(step.operation, Some(OperationOrder::now(OperationKind::Capture, eur(PRICE))));
    assert_eq!((step.case.attempt.state, step.case.order.status), (AttemptState::Processing, OrderStatus::Processing));
}

#[test]
fn a_hold_that_a_declined_payment_takes_later_is_let_go() {
    for state in [declined(), AttemptState::Canceled] {
        let case = case(CaptureMethod::Automatic, state);
        let step = follow(case.clone(), IntentStatus::RequiresCapture);
        assert!(!step.case.attempt.state.holds_the_order());
        assert_eq!(step.operation.map(|operation| operation.kind), Some(OperationKind::Void));
        assert_eq!(step.case.order, case.order);
    }
}

#[test]
fn money_taken_where_a_hold_was_wanted_goes_back_and_the_order_stays_open() {
    let step = follow(case(CaptureMethod::Manual, submitted(None)), IntentStatus::Succeeded);
    assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::NotWanted, refusals: 0 });
    assert_eq!(step.case.order.status, OrderStatus::Open);
}

#[test]
fn money_of_an_earlier_attempt_does_not_open_an_order_whose_card_is_at_the_bank() {
    let mut case = case(CaptureMethod::Manual, declined());
    case.order.status = OrderStatus::Processing;
    let step = follow(case, IntentStatus::Succeeded);
    assert_eq!(step.case.order.status, OrderStatus::Processing);
}

#[test]
fn a_hold_stays_the_orders_when_another_attempt_disagrees() {
    let mut other = case(CaptureMethod::Manual, declined());
    let holder = florin_domain::ids::AttemptId::parse("att_0").unwrap();
    (other.order.status, other.order.paid_by) = (OrderStatus::Authorized, Some(holder));
    other.order.authorized = other.order.amount.minor_units();
    let mut snapshot = snapshot(IntentStatus::Succeeded);
    snapshot.amount += 1;
    let step = agree(other.clone(), &account(), &snapshot, at(20));
    assert_eq!((&step.case.attempt.state, &step.case.order), (&AttemptState::Review, &other.order));
    assert_eq!((step.events, step.alert.is_some()), (vec![], true));
}

#[test]
fn money_for_an_order_in_review_waits_for_the_same_person() {
    for status in [IntentStatus::Succeeded, IntentStatus::RequiresCapture] {
        for capture in [CaptureMethod::Automatic, CaptureMethod::Manual] {
            let mut case = case(capture, submitted(Some("1")));
            case.order.status = OrderStatus::Review;
            let step = follow(case, status);
            assert_eq!(
                (&step.case.attempt.state, step.case.order.status),
                (&AttemptState::Review, OrderStatus::Review)
            );
            assert_eq!((step.alert.is_some(), step.operation), (true, None));
        }
    }
}

#[test]
fn a_card_nobody_announced_counts_all_the_same() {
    for status in [IntentStatus::Failed, IntentStatus::RequiresCustomerAction, IntentStatus::Succeeded] {
        let step = follow(case(CaptureMethod::Automatic, opened()), status);
        assert_eq!((step.case.order.submitted, step.case.order.last_submitted_at), (1, Some(at(20))), "{status}");
        let announced = follow(case(CaptureMethod::Automatic, submitted(Some("1"))), status);
        assert_eq!(announced.case.order.submitted, 1, "{status}");
    }
    let unused = follow(case(CaptureMethod::Automatic, opened()), IntentStatus::Cancelled);
    assert_eq!(unused.case.order.submitted, 0);
}

#[test]
fn a_released_hold_is_told_to_the_shop() {
    let step = follow(case(CaptureMethod::Manual, AttemptState::Authorized), IntentStatus::Cancelled);
    assert_eq!((step.case.order.status, step.events), (OrderStatus::Voided, vec![ShopEvent::Voided]));
}

#[test]
fn a_lost_or_stolen_card_is_not_told_apart_from_any_other_decline() {
    for message in ["lost card", "stolen card", "do not honour", "pick up"] {
        let mut snapshot = snapshot(IntentStatus::Failed);
        snapshot.error_message = Some(message.to_owned());
        let step = agree(case(CaptureMethod::Automatic, submitted(Some("1"))), &account(), &snapshot, at(20));
        let error = step.case.order.last_error.unwrap();
        assert_eq!(error.code, "card_declined");
        assert!(!error.message.contains("lost") && !error.message.contains("stolen"));
    }
}

#[test]
fn each_decline_counts() {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Processing);
    case.order.declined = 2;
    assert_eq!(follow(case, IntentStatus::Failed).case.order.declined, 3);
}

#[test]
fn a_payment_that_waits_for_a_card_again_waits_as_long_as_its_gateway_says() {
    let mut shown = snapshot(IntentStatus::RequiresPaymentMethod);
    shown.lives_for = Some(std::time::Duration::from_secs(1799));
    let step = agree(case(CaptureMethod::Automatic, submitted(None)), &account(), &shown, at(20));
    let AttemptState::Open(opened) = &step.case.attempt.state else { panic!("{:?}", step.case.attempt.state) };
    assert_eq!((opened.expires_at, step.case.attempt.wake_at), (at(1800), Some(at(1800))));
}

#[test]
fn the_shop_can_take_no_more_of_a_hold_than_the_shopper_agreed_to() {
    for (capturable, authorized) in [(PRICE, PRICE), (PRICE + 800, PRICE), (PRICE - 1, PRICE - 1)] {
        let mut held = snapshot(IntentStatus::RequiresCapture);
        held.amount_capturable = capturable;
        let step = agree(case(CaptureMethod::Manual, submitted(Some("1"))), &account(), &held, at(20));
        assert_eq!((step.case.order.status, step.case.order.authorized), (OrderStatus::Authorized, authorized));
    }
}

#[test]
fn what_a_browser_changed_beside_the_money_ends_in_review() {
    let changes: [Lie; 3] = [
        ("return address", |s| s.return_url = Some("https://evil.example/".to_owned())),
        ("order in the metadata", |s| s.named_order = Some("ord_2".to_owned())),
        ("order in the metadata", |s| s.named_order = Some("none".to_owned())),
    ];
    for (what, change) in changes {
        // A payment that was declined, or given up, can still be confirmed anew at its gateway.
        let tried = [challenged(), AttemptState::Processing, declined(), AttemptState::Canceled];
        for state in [opened(), submitted(None), answer_lost()].into_iter().chain(tried) {
            let mut shown = snapshot(IntentStatus::Succeeded);
            change(&mut shown);
            let step = agree(case(CaptureMethod::Automatic, state), &account(), &shown, at(20));
            assert_eq!((step.case.attempt.state, step.case.order.status), (AttemptState::Review, OrderStatus::Review));
            assert!(step.alert.is_some_and(|alert| alert.contains(what)), "{what}");
        }
    }
}

#[test]
fn what_a_browser_changed_of_a_payment_that_brings_no_money_is_no_matter() {
    for (status, state, order) in [
        (IntentStatus::RequiresPaymentMethod, opened(), OrderStatus::Open),
        (IntentStatus::RequiresCustomerAction, challenged(), OrderStatus::RequiresAction),
        (IntentStatus::Failed, declined(), OrderStatus::Open),
        (IntentStatus::Cancelled, AttemptState::Canceled, OrderStatus::Open),
        (IntentStatus::Expired, AttemptState::Canceled, OrderStatus::Open),
        (IntentStatus::Processing, AttemptState::Review, OrderStatus::Review),
    ] {
        let mut shown = snapshot(status);
        shown.return_url = Some("https://evil.example/".to_owned());
        let step = agree(case(CaptureMethod::Automatic, opened()), &account(), &shown, at(20));
        assert_eq!((step.case.attempt.state.name(), step.case.order.status), (state.name(), order), "{status}");
    }
}

#[test]
fn a_hold_that_a_person_took_as_it_is_is_not_compared_again() {
    for (status, order) in
        [(IntentStatus::RequiresCapture, OrderStatus::Authorized), (IntentStatus::Succeeded, OrderStatus::Paid)]
    {
        let mut shown = snapshot(status);
        shown.return_url = Some("https://evil.example/".to_owned());
        let step = agree(case(CaptureMethod::Manual, AttemptState::Authorized), &account(), &shown, at(20));
        assert_eq!(step.case.order.status, order, "{status}");
    }
}

#[test]
fn what_a_gateway_does_not_say_beside_the_money_is_not_compared() {
    let silences: [Lie; 2] = [("return address", |s| s.return_url = None), ("metadata", |s| s.named_order = None)];
    for (what, silence) in silences {
        let mut shown = snapshot(IntentStatus::Succeeded);
        silence(&mut shown);
        let step = agree(case(CaptureMethod::Automatic, submitted(None)), &account(), &shown, at(20));
        assert_eq!(step.case.order.status, OrderStatus::Paid, "{what}");
    }
    // A payment that was opened before any of this was kept.
    let mut case = case(CaptureMethod::Automatic, opened());
    case.attempt.as_opened = AsOpened::default();
    assert_eq!(follow(case, IntentStatus::Succeeded).case.order.status, OrderStatus::Paid);
}

/// Only a card that no bank saw was no try: not one whose challenge came to nothing, nor one that the gateway ended.
#[test]
fn a_try_that_a_bank_may_have_seen_is_not_given_back() {
    for (state, failed_before) in [(challenged(), true), (challenged(), false), (submitted(Some("1")), false)] {
        let mut case = case(CaptureMethod::Automatic, state);
        case.order.submitted = 2;
        case.order.last_error =
            failed_before.then(|| ErrorObject::new(ErrorType::Declined, "card_declined", "Your bank declined."));
        let step = follow(case, IntentStatus::Cancelled);
        assert_eq!((step.case.attempt.state, step.case.order.submitted), (AttemptState::Canceled, 2));
    }
}
