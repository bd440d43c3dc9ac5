//! A bank that wants to see the shopper: refused once without, asked for once, and then it is over.

use florin_domain::checkout::CollectMode;
use florin_domain::error::Advice;
use florin_domain::flow::confirm::agree;
use florin_domain::flow::open::{Fresh, Limits, Opening, Question, requested};
use florin_domain::flow::{Answer, Case, Refusal, Request};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::{Attempt, AttemptState, CaptureMethod, Order, OrderStatus};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, at, case, heard, opened, order, snapshot, submitted};

/// The order after its bank wrote this; `three_ds`: the payment had been opened with the wish for it.
fn declined_with(written: &str, unified_code: Option<&str>, three_ds: bool) -> Order {
    let mut failed = snapshot(IntentStatus::Failed);
    failed.error_message = Some(written.to_owned());
    failed.unified_code = unified_code.map(str::to_owned);
    let mut case = case(CaptureMethod::Automatic, submitted(Some("1")));
    case.attempt.three_ds = three_ds;
    agree(case, &account(), &failed, at(20)).case.order
}

fn next(order: Order) -> Attempt {
    let fresh = Fresh {
        attempt: AttemptId::parse("att_2").unwrap(),
        payment: PaymentId::parse("pay_2").unwrap(),
        account: "main".to_owned(),
        collect: CollectMode::Token,
    };
    match requested(order, None, Question::default(), fresh, &Limits::default(), at(30)).unwrap() {
        Opening::Step(step) | Opening::Doubted(step) => step.case.attempt,
        Opening::Ready(attempt) => attempt,
    }
}

#[test]
fn three_ds_is_asked_for_only_where_a_bank_refused_for_want_of_it() {
    assert!(!next(order(CaptureMethod::Automatic)).three_ds);
    assert!(!next(declined_with("Payment declined: Insufficient funds", None, false)).three_ds);
    assert!(!next(declined_with("Payment declined: 3-D Secure was refused", None, false)).three_ds);
    let soft = declined_with("Payment declined: Authentication required", None, false);
    assert_eq!(soft.last_error.as_ref().map(|error| error.advice), Some(Advice::Authenticate));
    assert!(next(soft).three_ds);
}

#[test]
fn a_bank_that_asks_again_for_what_it_was_given_is_not_asked_again() {
    let twice = declined_with("Payment declined: Authentication required", None, true);
    let error = twice.last_error.clone().unwrap();
    assert_eq!((error.code.as_str(), error.advice, error.retryable), ("card_declined", Advice::OtherCard, false));
    assert!(!next(twice).three_ds);
}

#[test]
fn the_gateways_own_group_speaks_where_the_banks_words_say_nothing() {
    let told = |written, unified| declined_with(written, unified, false).last_error.unwrap().code;
    for (unified, code) in [
        (None, "card_declined"),
        (Some("UE_1000"), "card_declined"),
        (Some("UE_2000"), "payment_not_set_up"),
        (Some("UE_3000"), "try_again_later"),
        (Some("UE_4000"), "payment_not_set_up"),
        (Some("UE_9000"), "card_declined"),
        (Some("UE_0000"), "card_declined"),
    ] {
        assert_eq!(told("A 51 of a kind nobody knows", unified), code, "{unified:?}");
        assert_eq!(told("Payment declined: Insufficient funds", unified), "insufficient_funds", "{unified:?}");
    }
}

#[test]
fn a_payment_whose_wish_the_gateway_refuses_is_fenced_and_the_next_one_wishes_for_nothing() {
    let mut case = case(CaptureMethod::Automatic, submitted(Some("1")));
    case.attempt.three_ds = true;
    let answered = |case, request: &Request, answer| heard(case, request, answer, at(20));
    let confirm = Request::Confirm { token: crate::scene::token("1") };
    let refused = answered(case, &confirm, Answer::Refused(Refusal::Ours("IR_04".to_owned())));
    let unconfirmed = || Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod));
    let read = answered(refused.case, &Request::Read, unconfirmed());
    assert_eq!((&read.case.attempt.state, &read.send), (&crate::scene::refused(), &Some(Request::Cancel)));
    assert_eq!((read.case.order.status, read.case.attempt.wake_at), (OrderStatus::Processing, Some(at(21))));
    // Without an answer, the look that follows asks for the fence again.
    let lost = answered(read.case.clone(), &Request::Cancel, Answer::Unknown("reset".to_owned()));
    assert_eq!(answered(lost.case, &Request::Read, unconfirmed()).send, Some(Request::Cancel));
    let over = answered(read.case, &Request::Cancel, Answer::Done(snapshot(IntentStatus::Cancelled))).case;
    assert_eq!((&over.attempt.state, over.order.status), (&AttemptState::Canceled, OrderStatus::Open));
    assert_eq!(over.order.last_error.as_ref().map(|error| error.code.as_str()), Some("card_not_received"));
    assert_eq!(over.order.submitted, 0, "no bank saw a card: it was no try");
    assert!(!next(over.order).three_ds);
}

#[test]
fn a_payment_with_a_wish_waits_on_where_only_the_token_or_our_key_was_refused() {
    for refusal in [Refusal::TokenRejected, Refusal::OurKey("401".to_owned())] {
        let mut case = case(CaptureMethod::Automatic, submitted(Some("1")));
        case.attempt.three_ds = true;
        let confirm = Request::Confirm { token: crate::scene::token("1") };
        let step = heard(case, &confirm, Answer::Refused(refusal), at(20));
        let unconfirmed = Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod));
        let step = heard(step.case, &Request::Read, unconfirmed, at(20));
        assert_eq!((step.case.attempt.state, step.send), (opened(), None));
        assert!(step.case.attempt.three_ds);
        assert_eq!((step.case.order.status, step.case.order.submitted), (OrderStatus::Open, 0), "it was no try");
    }
}

#[test]
fn a_payment_with_a_wish_waits_on_for_a_card_that_never_left() {
    let mut case = case(CaptureMethod::Automatic, submitted(Some("1")));
    case.attempt.three_ds = true;
    let confirm = Request::Confirm { token: crate::scene::token("1") };
    let step = heard(case, &confirm, Answer::Refused(Refusal::NotSent), at(20));
    assert_eq!((step.case.attempt.state, step.send), (opened(), None));
    assert!(step.case.attempt.three_ds);
}

#[test]
fn the_fence_of_a_payment_with_a_wish_says_nothing_of_an_order_that_is_decided() {
    let mut case = case(CaptureMethod::Automatic, crate::scene::refused());
    (case.attempt.three_ds, case.order.status) = (true, OrderStatus::Canceled);
    let step = agree(case.clone(), &account(), &snapshot(IntentStatus::RequiresPaymentMethod), at(20));
    assert_eq!((step.case.order, step.send), (case.order, Some(Request::Cancel)));
}

/// An order whose open payment has a wish, handed out for the browser to confirm.
fn handed_out() -> Case {
    let mut case = case(CaptureMethod::Automatic, opened());
    (case.attempt.three_ds, case.attempt.collect) = (true, CollectMode::Confirm);
    case
}

fn asked(case: Case, asked_again: bool) -> Opening {
    let fresh = Fresh {
        attempt: AttemptId::parse("att_2").unwrap(),
        payment: PaymentId::parse("pay_2").unwrap(),
        account: "main".to_owned(),
        collect: CollectMode::Confirm,
    };
    let question = Question { asked_again, ..Question::default() };
    requested(case.order, Some(case.attempt), question, fresh, &Limits::default(), at(30)).unwrap()
}

#[test]
fn only_a_wish_that_a_browser_may_have_met_a_refusal_of_is_doubted() {
    for (what, three_ds, collect, asked_again, doubted) in [
        ("asked for the first time", true, CollectMode::Confirm, false, false),
        ("asked again", true, CollectMode::Confirm, true, true),
        ("the provider's own fields", true, CollectMode::Hosted, true, true),
        ("no wish", false, CollectMode::Confirm, true, false),
        ("the refusal comes to us", true, CollectMode::Token, true, false),
    ] {
        let mut case = handed_out();
        (case.attempt.three_ds, case.attempt.collect) = (three_ds, collect);
        match asked(case.clone(), asked_again) {
            Opening::Doubted(step) => {
                assert!(doubted, "{what}");
                assert_eq!((&step.case.attempt.state, &step.send), (&submitted(None), &Some(Request::Read)));
                assert_eq!(step.case.order.status, OrderStatus::Processing);
                let read = Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod));
                let read = heard(step.case, &Request::Read, read, at(31));
                let fenced = Answer::Done(snapshot(IntentStatus::Cancelled));
                let over = heard(read.case, &Request::Cancel, fenced, at(32)).case;
                assert_eq!(over.order.submitted, case.order.submitted, "a question is no try");
            }
            opening => assert_eq!((opening, doubted), (Opening::Ready(case.attempt), false), "{what}"),
        }
    }
}

#[test]
fn a_doubted_payment_is_fenced_only_where_the_gateway_says_that_it_waits_for_a_card() {
    use IntentStatus as S;
    for (status, fenced) in [
        (S::RequiresPaymentMethod, true),
        (S::RequiresConfirmation, true),
        (S::Processing, false),
        (S::RequiresCustomerAction, false),
        (S::Succeeded, false),
        (S::RequiresCapture, false),
        (S::Failed, false),
        (S::Cancelled, false),
    ] {
        let Opening::Doubted(step) = asked(handed_out(), true) else { panic!("it is not doubted") };
        let read = heard(step.case, &Request::Read, Answer::Done(snapshot(status)), at(31));
        assert_eq!(read.send == Some(Request::Cancel), fenced, "{status}");
        assert_eq!(read.send.is_some(), fenced, "{status}");
    }
    for answer in [Answer::Unknown("reset".to_owned()), Answer::Refused(Refusal::NotSent)] {
        let Opening::Doubted(step) = asked(handed_out(), true) else { panic!("it is not doubted") };
        let read = heard(step.case, &Request::Read, answer.clone(), at(31));
        assert_eq!((read.send, read.case.order.status), (None, OrderStatus::Processing), "{answer:?}");
        assert!(read.case.attempt.state.is_submitted() && read.case.attempt.wake_at.is_some(), "it is looked at again");
    }
}

#[test]
fn a_wish_that_no_payment_is_opened_with_is_not_asked_for_again() {
    use OrderStatus as O;
    let request = || Refusal::Ours("IR_04: Missing required param: email".to_owned());
    for (three_ds, status, why, dropped) in [
        (true, O::Open, request(), true),
        (true, O::Open, Refusal::WrongState, true),
        (true, O::Open, Refusal::OurKey("IR_01, our key is not accepted".to_owned()), false),
        (false, O::Open, request(), false),
        (true, O::Canceled, request(), false),
    ] {
        let mut case = case(CaptureMethod::Automatic, AttemptState::Opening);
        case.order.last_error = declined_with("Payment declined: Authentication required", None, false).last_error;
        (case.attempt.three_ds, case.order.status) = (three_ds, status);
        let refused = Answer::Refused(why.clone());
        let step = heard(case.clone(), &Request::Create, refused, at(20));
        assert_eq!(step.case.attempt.state, AttemptState::Canceled);
        assert_eq!(step.case.order.last_error != case.order.last_error, dropped, "{three_ds} {status:?} {why:?}");
        if status == O::Open {
            assert_eq!(next(step.case.order).three_ds, !dropped, "{three_ds} {why:?}");
        }
    }
}
