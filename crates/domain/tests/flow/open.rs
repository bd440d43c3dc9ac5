//! Rows of `flow::open`.

use std::time::Duration;

use florin_domain::checkout::CollectMode;
use florin_domain::flow::open::{Fresh, Limits, OpenError, Opening, Question, answered, requested};
use florin_domain::flow::{Answer, Refusal, Request, ShopEvent, Snapshot, Step};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::{AsOpened, AttemptState, CaptureMethod, Order, OrderStatus};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

use crate::scene::{Lie, PRICE, account, at, attempt, case, opened, order, snapshot, states};

fn fresh() -> Fresh {
    Fresh {
        attempt: AttemptId::parse("att_2").unwrap(),
        payment: PaymentId::parse("pay_2").unwrap(),
        account: "main".to_owned(),
        collect: CollectMode::Confirm,
    }
}

fn seen(amount: i64) -> Question {
    Question { seen_amount: Some(amount), ..Question::default() }
}

fn refused(order: Order, now: Timestamp) -> Option<OpenError> {
    requested(order, None, seen(PRICE), fresh(), &Limits::default(), now).err()
}

fn hear(answer: Answer<Snapshot>) -> Step {
    answered(case(CaptureMethod::Automatic, AttemptState::Opening), &account(), answer, at(20))
}

fn unconfirmed() -> Snapshot {
    snapshot(IntentStatus::RequiresPaymentMethod)
}

#[test]
fn a_first_request_makes_a_row_and_then_a_payment() {
    let order = order(CaptureMethod::Manual);
    let opening = requested(order.clone(), None, seen(PRICE), fresh(), &Limits::default(), at(5)).unwrap();
    let Opening::Step(step) = opening else { panic!("{opening:?}") };
    let made = &step.case.attempt;
    assert_eq!((made.id.as_str(), made.payment.as_str()), ("att_2", "pay_2"));
    assert_eq!((made.amount, made.capture, made.collect), (order.amount, CaptureMethod::Manual, CollectMode::Confirm));
    assert_eq!((&made.state, made.wake_at), (&AttemptState::Opening, Some(at(35))));
    assert_eq!((step.send, step.case.order), (Some(Request::Create), order));
}

#[test]
fn every_tab_gets_the_one_open_attempt() {
    let order = order(CaptureMethod::Automatic);
    let open = attempt(&order, opened());
    let opening =
        requested(order, Some(open.clone()), Question::default(), fresh(), &Limits::default(), at(5)).unwrap();
    assert_eq!(opening, Opening::Ready(open));
}

#[test]
fn an_unanswered_create_is_sent_again_for_the_same_payment() {
    let order = order(CaptureMethod::Automatic);
    let opening = attempt(&order, AttemptState::Opening);
    let again =
        requested(order, Some(opening.clone()), Question::default(), fresh(), &Limits::default(), at(5)).unwrap();
    let Opening::Step(step) = again else { panic!("{again:?}") };
    assert_eq!((&step.case.attempt.payment, step.send), (&opening.payment, Some(Request::Create)));
}

#[test]
fn a_card_on_its_way_lets_nobody_open_another_payment() {
    for (name, state) in states().into_iter().filter(|(_, state)| state.is_submitted()) {
        let case = case(CaptureMethod::Automatic, state);
        let refused =
            requested(case.order, Some(case.attempt), Question::default(), fresh(), &Limits::default(), at(5));
        assert_eq!(refused, Err(OpenError::PaymentInProgress), "{name}");
    }
}

#[test]
fn a_decided_order_takes_no_attempt() {
    for status in OrderStatus::ALL {
        let mut order = order(CaptureMethod::Automatic);
        order.status = status;
        let expected = (!status.is_undecided()).then_some(OpenError::OrderClosed);
        assert_eq!(refused(order, at(5)), expected, "{}", status.as_str());
    }
}

#[test]
fn an_order_takes_no_attempt_from_the_moment_it_ends() {
    let order = order(CaptureMethod::Automatic);
    assert_eq!(refused(order.clone(), at(3599)), None);
    assert_eq!(refused(order, at(3600)), Some(OpenError::OrderClosed));
}

#[test]
fn another_price_than_the_shopper_saw_opens_nothing() {
    for current in [None, Some(attempt(&order(CaptureMethod::Automatic), opened()))] {
        let order = order(CaptureMethod::Automatic);
        let opening = requested(order, current, seen(PRICE - 1), fresh(), &Limits::default(), at(5));
        assert_eq!(opening, Err(OpenError::AmountChanged));
    }
}

#[test]
fn too_many_tries_make_a_pause() {
    for (submitted, declined, paused) in [(7, 4, false), (8, 0, true), (0, 5, true), (19, 19, true)] {
        let mut order = order(CaptureMethod::Automatic);
        (order.submitted, order.declined, order.last_submitted_at) = (submitted, declined, Some(at(100)));
        let expected = paused.then_some(OpenError::TooMany { wait_seconds: 890 });
        assert_eq!(refused(order.clone(), at(110)), expected, "{submitted} submitted, {declined} declined");
        assert_eq!(refused(order, at(100).plus(Duration::from_secs(900))), None);
    }
}

#[test]
fn an_opened_payment_waits_for_a_card() {
    let step = hear(Answer::Done(unconfirmed()));
    assert!(matches!(&step.case.attempt.state, AttemptState::Open(open) if open.expires_at == at(3600)));
    assert_eq!((step.case.attempt.wake_at, step.case.attempt.seen_at_gateway), (Some(at(3600)), Some(at(10))));
    assert_eq!((step.case.order.status, step.alert, step.events), (OrderStatus::Open, None, Vec::new()));
}

#[test]
fn an_open_attempt_is_looked_at_when_its_order_ends() {
    let mut lasting = unconfirmed();
    lasting.lives_for = Some(Duration::from_secs(9000));
    assert_eq!(hear(Answer::Done(lasting)).case.attempt.wake_at, Some(at(3600)));
}

#[test]
fn an_answer_that_is_no_payment_of_ours_ends_in_review() {
    let wrong: [Lie; 7] = [
        ("payment", |s| s.payment = PaymentId::parse("pay_9").unwrap()),
        ("merchant", |s| s.merchant_id = "merchant_2".to_owned()),
        ("profile", |s| s.profile_id = Some("pro_2".to_owned())),
        ("amount", |s| s.amount += 1),
        ("net amount", |s| s.net_amount += 1),
        ("currency", |s| s.currency = "USD".to_owned()),
        ("client secret", |s| s.client_secret = None),
    ];
    for (what, change) in wrong {
        let mut snapshot = unconfirmed();
        change(&mut snapshot);
        let step = hear(Answer::Done(snapshot));
        let seen = (&step.case.attempt.state, step.case.order.status, step.case.attempt.wake_at);
        assert_eq!(seen, (&AttemptState::Review, OrderStatus::Review, None), "{what}");
        assert_eq!(step.events, [ShopEvent::Review], "{what}");
        assert!(step.alert.is_some_and(|alert| alert.contains(what)), "{what}");
    }
}

#[test]
fn a_wrong_answer_changes_no_paid_order() {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Opening);
    case.order.status = OrderStatus::Paid;
    let mut wrong = unconfirmed();
    wrong.amount = 1;
    let step = answered(case.clone(), &account(), Answer::Done(wrong), at(20));
    assert_eq!((step.case.order, step.alert.is_some()), (case.order, true));
}

#[test]
fn a_payment_that_ended_before_its_answer_was_heard_is_canceled_not_reviewed() {
    for status in [IntentStatus::Expired, IntentStatus::Cancelled] {
        let step = hear(Answer::Done(snapshot(status)));
        let seen = (&step.case.attempt.state, step.case.order.status, step.alert);
        assert_eq!(seen, (&AttemptState::Canceled, OrderStatus::Open, None), "{status}");
    }
}

#[test]
fn a_payment_opened_for_an_order_decided_meanwhile_is_fenced_at_once() {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Opening);
    case.order.status = OrderStatus::Paid;
    let step = answered(case, &account(), Answer::Done(unconfirmed()), at(20));
    assert_eq!(step.case.attempt.wake_at, Some(at(20)));
    let look = florin_domain::flow::resolve::due(step.case, at(20));
    assert_eq!(look.send, Some(Request::Cancel));
}

#[test]
fn each_other_answer_to_a_create_has_its_own_consequence() {
    for (answer, state, send, alert) in [
        (Answer::Refused(Refusal::Exists), AttemptState::Opening, Some(Request::Read), false),
        (Answer::Refused(Refusal::NotSent), AttemptState::Opening, None, false),
        (Answer::Refused(Refusal::NotFound), AttemptState::Canceled, None, false),
        (Answer::Refused(Refusal::OurKey("401".to_owned())), AttemptState::Canceled, None, true),
        (Answer::Refused(Refusal::Ours("IR_04".to_owned())), AttemptState::Canceled, None, true),
        (Answer::Unknown("reset".to_owned()), AttemptState::Opening, None, false),
    ] {
        let step = hear(answer.clone());
        assert_eq!((&step.case.attempt.state, &step.send, step.alert.is_some()), (&state, &send, alert), "{answer:?}");
        assert_eq!(step.case.order.status, OrderStatus::Open, "{answer:?}");
        assert_eq!(step.case.attempt.wake_at.is_some(), state == AttemptState::Opening, "{answer:?}");
    }
}

#[test]
fn a_second_answer_to_a_create_changes_nothing() {
    for (name, state) in states().into_iter().filter(|(_, state)| *state != AttemptState::Opening) {
        let case = case(CaptureMethod::Automatic, state);
        for answer in [Answer::Done(unconfirmed()), Answer::Refused(Refusal::Exists), Answer::Unknown(String::new())] {
            let step = answered(case.clone(), &account(), answer, at(20));
            assert_eq!((step.case, step.send, step.alert), (case.clone(), None, None), "{name}");
        }
    }
}

#[test]
fn an_order_is_used_up_by_its_last_attempt_and_never_without_limits() {
    let limits = Limits { total: 20, ..Limits::default() };
    for (submitted, is_used_up) in [(19, false), (20, true), (21, true)] {
        let order = Order { submitted, ..order(CaptureMethod::Automatic) };
        assert_eq!(limits.are_used_up(&order), is_used_up, "{submitted}");
        assert!(!Limits::lifted().are_used_up(&order));
    }
}

#[test]
fn while_the_shop_ends_the_order_none_is_begun_and_the_open_one_is_still_shown() {
    let order = order(CaptureMethod::Automatic);
    let closing = Question { closing: true, ..Question::default() };
    let begun = requested(order.clone(), None, closing, fresh(), &Limits::default(), at(5));
    assert_eq!(begun, Err(OpenError::Closing));
    let open = attempt(&order, opened());
    let shown = requested(order, Some(open.clone()), closing, fresh(), &Limits::default(), at(5));
    assert_eq!(shown, Ok(Opening::Ready(open)));
}

#[test]
fn whoever_waits_as_long_as_was_said_gets_through() {
    let mut order = order(CaptureMethod::Automatic);
    (order.submitted, order.last_submitted_at) = (8, Some(at(100).plus(Duration::from_millis(1))));
    let asked = |now| requested(order.clone(), None, seen(PRICE), fresh(), &Limits::default(), now);
    assert_eq!(asked(at(110)), Err(OpenError::TooMany { wait_seconds: 891 }));
    assert!(asked(at(110 + 891)).is_ok());
}

#[test]
fn an_opened_payment_is_remembered_as_the_gateway_showed_it() {
    let mut case = case(CaptureMethod::Automatic, AttemptState::Opening);
    case.attempt.as_opened = AsOpened::default();
    let shown = unconfirmed();
    let step = answered(case, &account(), Answer::Done(shown.clone()), at(20));
    assert!(shown.return_url.is_some() && shown.named_order.is_some());
    let kept = step.case.attempt.as_opened;
    assert_eq!((kept.return_url, kept.named_order), (shown.return_url, shown.named_order));
}
