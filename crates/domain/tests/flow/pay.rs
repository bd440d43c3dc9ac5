//! Rows of `flow::pay`.

use florin_domain::checkout::CollectMode;
use florin_domain::flow::pay::{PayError, Paying, answered, requested};
use florin_domain::flow::{Answer, Case, Refusal, Request, Snapshot, Step};
use florin_domain::ids::TokenId;
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus};
use florin_domain::payment::IntentStatus;

use crate::scene::{account, answer_lost, at, case, heard, opened, refused, snapshot, states, submitted, token};

fn in_state(state: AttemptState) -> Case {
    case(CaptureMethod::Automatic, state)
}

fn open_in(collect: CollectMode) -> Case {
    let mut case = in_state(opened());
    case.attempt.collect = collect;
    case
}

fn hear(state: AttemptState, answer: Answer<Snapshot>) -> Step {
    answered(in_state(state), &account(), answer, at(20))
}

fn step(case: Case, token: Option<TokenId>) -> Step {
    match requested(case, token, false, at(20)) {
        Ok(Paying::Step(step)) => step,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_submitted_card_is_durable_before_it_is_sent() {
    let step = step(open_in(CollectMode::Token), Some(token("1")));
    assert_eq!(step.case.attempt.state, submitted(Some("1")));
    assert_eq!(step.case.attempt.wake_at, Some(at(45)));
    let order = &step.case.order;
    assert_eq!((order.status, order.submitted, order.last_submitted_at), (OrderStatus::Processing, 1, Some(at(20))));
    assert_eq!(step.send, Some(Request::Confirm { token: token("1") }));
}

#[test]
fn in_confirm_mode_the_server_only_reads() {
    let step = step(open_in(CollectMode::Confirm), None);
    assert_eq!((step.case.attempt.state, step.send), (submitted(None), Some(Request::Read)));
}

#[test]
fn a_token_is_needed_in_token_mode_alone() {
    for (collect, token, error) in [
        (CollectMode::Token, None, PayError::TokenMissing),
        (CollectMode::Confirm, Some(token("1")), PayError::TokenUnexpected),
        (CollectMode::Hosted, Some(token("1")), PayError::TokenUnexpected),
    ] {
        assert_eq!(requested(open_in(collect), token, false, at(20)), Err(error));
    }
}

#[test]
fn an_attempt_is_submitted_once() {
    for (name, state) in states().into_iter().filter(|(name, _)| *name != "open") {
        let case = in_state(state.clone());
        let expected = match state {
            AttemptState::Opening | AttemptState::Canceled => Err(PayError::AttemptClosed),
            _ => Ok(Paying::Already(case.clone())),
        };
        assert_eq!(requested(case, Some(token("2")), false, at(20)), expected, "{name}");
    }
}

#[test]
fn no_token_leaves_for_an_order_that_is_decided_or_over() {
    for status in OrderStatus::ALL.into_iter().filter(|status| !status.is_undecided()) {
        let mut case = open_in(CollectMode::Token);
        case.order.status = status;
        let paying = requested(case.clone(), Some(token("1")), false, at(20));
        assert_eq!(paying, Ok(Paying::Already(case)), "{}", status.as_str());
    }
    let case = open_in(CollectMode::Token);
    assert_eq!(requested(case.clone(), Some(token("1")), false, at(3600)), Ok(Paying::Already(case)));
}

#[test]
fn a_card_the_browser_confirmed_for_a_decided_order_is_followed_but_changes_no_order() {
    for status in OrderStatus::ALL.into_iter().filter(|status| !status.is_undecided()) {
        let mut case = open_in(CollectMode::Confirm);
        case.order.status = status;
        let step = step(case.clone(), None);
        assert_eq!((step.case.order, step.send), (case.order, Some(Request::Read)), "{}", status.as_str());
        assert_eq!(step.case.attempt.state, submitted(None));
    }
}

#[test]
fn an_approved_card_pays_the_order() {
    let step = hear(submitted(Some("1")), Answer::Done(snapshot(IntentStatus::Succeeded)));
    assert_eq!((step.case.attempt.state, step.case.order.status), (AttemptState::Captured, OrderStatus::Paid));
}

#[test]
fn a_lost_answer_is_unknown_never_failed() {
    for answer in [Answer::Unknown("reset".to_owned()), Answer::Refused(Refusal::NotFound)] {
        let step = hear(submitted(Some("1")), answer);
        assert_eq!((step.case.attempt.state, step.case.order.status), (answer_lost(), OrderStatus::Processing));
        assert_eq!((step.case.attempt.wake_at, step.send), (Some(at(21)), None));
    }
}

#[test]
fn a_refused_request_alerts_and_a_read_decides() {
    for (refusal, after) in
        [(Refusal::Ours("IR_04".to_owned()), refused()), (Refusal::OurKey("401".to_owned()), submitted(None))]
    {
        let refused = hear(submitted(Some("1")), Answer::Refused(refusal.clone()));
        assert_eq!((&refused.case.attempt.state, &refused.send), (&after, &Some(Request::Read)));
        assert!(refused.alert.is_some());
        let unconfirmed = Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod));
        let step = heard(refused.case.clone(), &Request::Read, unconfirmed, at(21));
        assert_eq!((step.case.attempt.state, step.case.order.status), (opened(), OrderStatus::Open));
        // Where our key is refused, so is the read: nobody can say.
        let step = heard(refused.case, &Request::Read, Answer::Refused(refusal), at(21));
        assert_eq!((step.case.attempt.state.name(), step.case.order.status), ("unknown", OrderStatus::Processing));
    }
}

#[test]
fn a_rejected_token_is_forgotten_and_the_payment_read() {
    let rejected = hear(submitted(Some("1")), Answer::Refused(Refusal::TokenRejected));
    assert_eq!((&rejected.case.attempt.state, rejected.send), (&submitted(None), Some(Request::Read)));
    let unconfirmed = Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod));
    let step = heard(rejected.case, &Request::Read, unconfirmed, at(21));
    assert_eq!((step.case.attempt.state, step.case.order.status), (opened(), OrderStatus::Open));
    assert_eq!(step.case.order.last_error.map(|error| error.code), Some("card_not_received".to_owned()));
}

#[test]
fn a_payment_confirmed_before_is_read() {
    for refusal in [Refusal::WrongState, Refusal::Exists] {
        let step = hear(submitted(Some("1")), Answer::Refused(refusal));
        assert_eq!((step.case.attempt.state, step.send), (submitted(Some("1")), Some(Request::Read)));
    }
}

#[test]
fn a_card_that_never_left_may_be_sent_again() {
    let step = hear(submitted(Some("1")), Answer::Refused(Refusal::NotSent));
    assert_eq!((step.case.attempt.state, step.case.order.status), (opened(), OrderStatus::Open));
    assert!(step.case.order.last_error.is_some_and(|error| error.retryable));
}

#[test]
fn a_card_that_never_left_changes_no_paid_order() {
    let mut case = in_state(submitted(Some("1")));
    case.order.status = OrderStatus::Paid;
    let step = answered(case.clone(), &account(), Answer::Refused(Refusal::NotSent), at(20));
    assert_eq!((step.case.order, step.case.attempt.state), (case.order, opened()));
}

#[test]
fn a_card_may_be_at_the_bank_while_a_later_call_never_left() {
    let not_sent = || Answer::Refused(Refusal::NotSent);
    assert_eq!(hear(answer_lost(), not_sent()).case.attempt.state, answer_lost());
    // The browser confirmed; the server's read failed.
    let mut browser = in_state(submitted(None));
    browser.attempt.collect = CollectMode::Confirm;
    let step = answered(browser, &account(), not_sent(), at(20));
    assert_eq!(step.case.attempt.state.name(), "unknown");
    // The confirm was refused as "confirmed before"; the read that followed failed.
    let case = in_state(submitted(Some("1")));
    let step = heard(case, &Request::Read, not_sent(), at(20));
    assert_eq!(step.case.attempt.state, answer_lost());
}

#[test]
fn while_the_shop_ends_the_order_no_token_leaves_and_no_claim_is_made() {
    let by_token = open_in(CollectMode::Token);
    let already = Ok(Paying::Already(by_token.clone()));
    assert_eq!(requested(by_token, Some(token("1")), true, at(20)), already);
    let confirmed = open_in(CollectMode::Confirm);
    match requested(confirmed.clone(), None, true, at(20)) {
        Ok(Paying::Look(step)) => assert_eq!((step.case, step.send), (confirmed, Some(Request::Read))),
        other => panic!("{other:?}"),
    }
}
