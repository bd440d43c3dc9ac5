//! Rows of `flow::resolve`.

use std::time::Duration;

use florin_domain::flow::resolve::{
    FIRST_LOOK_AFTER_SUBMIT, LEASE, answered, due, lost, pause_after, pause_in_challenge,
};
use florin_domain::flow::{Answer, Case, Refusal, Request, ShopEvent, Snapshot, Step};
use florin_domain::order::{AttemptState, CaptureMethod, OrderStatus};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

use crate::scene::{account, answer_lost, at, case, challenged, opened, snapshot, states, submitted};

const DAY: i64 = 24 * 60 * 60;

fn in_state(state: AttemptState) -> Case {
    case(CaptureMethod::Automatic, state)
}

fn hear(state: AttemptState, answer: Answer<Snapshot>) -> Step {
    answered(in_state(state), &account(), answer, at(20))
}

/// Looked at so often that nobody can say nobody asked.
fn in_doubt_for_long(state: AttemptState) -> Case {
    let mut case = in_state(state);
    case.attempt.looks = 100;
    case.order.expires_at = at(30 * DAY);
    case
}

#[test]
fn a_look_is_claimed_before_it_is_sent() {
    let step = due(in_state(answer_lost()), at(20));
    let attempt = &step.case.attempt;
    assert_eq!((attempt.looks, attempt.wake_at), (1, Some(at(20).plus(LEASE))));
    assert_eq!((&attempt.state, step.send), (&answer_lost(), Some(Request::Read)));
}

#[test]
fn what_a_look_asks_depends_on_what_the_order_still_wants() {
    let (early, late) = (at(20), at(3600));
    for (name, state) in states() {
        let asks = |now: Timestamp| due(in_state(state.clone()), now).send;
        let (before, after) = match state {
            AttemptState::Open(_) | AttemptState::Challenged { .. } => (Some(Request::Read), Some(Request::Cancel)),
            AttemptState::Authorized => (Some(Request::Read), Some(Request::Read)),
            _ if state.holds_the_order() => (Some(Request::Read), Some(Request::Read)),
            _ => (None, None),
        };
        assert_eq!((asks(early), asks(late)), (before, after), "{name}");
    }
}

#[test]
fn an_open_payment_of_a_decided_order_is_fenced() {
    for state in [opened(), challenged()] {
        let mut case = in_state(state);
        case.order.status = OrderStatus::Paid;
        assert_eq!(due(case, at(20)).send, Some(Request::Cancel));
    }
}

#[test]
fn nothing_wakes_for_an_attempt_that_is_over() {
    for (name, state) in states().into_iter().filter(|(_, state)| !state.holds_the_order()) {
        if state != AttemptState::Authorized {
            let mut case = in_state(state);
            case.attempt.wake_at = Some(at(20));
            assert_eq!(due(case, at(20)).case.attempt.wake_at, None, "{name}");
        }
    }
}

#[test]
fn after_a_day_without_an_answer_a_person_decides() {
    for state in [submitted(Some("1")), answer_lost(), AttemptState::Processing] {
        let before = due(in_doubt_for_long(state.clone()), at(2 + DAY - 1));
        assert_eq!((before.case.attempt.state, before.send), (state.clone(), Some(Request::Read)));
        let step = due(in_doubt_for_long(state), at(2 + DAY));
        assert_eq!((&step.case.attempt.state, step.case.order.status), (&AttemptState::Review, OrderStatus::Review));
        assert_eq!((step.send, step.case.attempt.wake_at), (None, None));
        assert_eq!((step.events, step.alert.is_some()), (vec![ShopEvent::Review], true));
    }
}

#[test]
fn a_shopper_who_leaves_the_bank_for_a_day_is_fenced_not_reviewed() {
    let step = due(in_doubt_for_long(challenged()), at(2 + DAY));
    assert_eq!((step.case.attempt.state, step.send), (challenged(), Some(Request::Cancel)));
}

#[test]
fn the_day_begins_when_the_card_is_submitted() {
    let mut case = in_doubt_for_long(answer_lost());
    case.order.last_submitted_at = Some(at(5 * DAY));
    assert_eq!(due(case, at(5 * DAY + 60)).send, Some(Request::Read));
}

#[test]
fn a_server_that_was_down_for_a_day_asks_before_it_gives_up() {
    let mut case = in_doubt_for_long(answer_lost());
    case.attempt.looks = 0;
    assert_eq!(due(case, at(2 * DAY)).send, Some(Request::Read));
}

#[test]
fn a_lost_answer_is_noted_once_and_looked_after_soon() {
    let first = lost(in_state(submitted(Some("1"))), "reset", at(20));
    assert_eq!((&first.case.attempt.state, first.case.attempt.wake_at), (&answer_lost(), Some(at(21))));
    assert_eq!(first.timeline.len(), 1);
    let second = lost(first.case, "reset", at(30));
    assert!(second.timeline.is_empty());
}

#[test]
fn a_lost_answer_changes_no_state_but_a_submitted_one() {
    for (name, state) in states().into_iter().filter(|(name, _)| !name.starts_with("submitted")) {
        let step = lost(in_state(state.clone()), "reset", at(20));
        let seen = (&step.case.attempt.state, step.events.len(), step.send);
        assert_eq!(seen, (&state, 0, None), "{name}");
    }
}

#[test]
fn looks_come_at_1_3_10_and_30_seconds_then_slower() {
    let pauses: Vec<u64> = (0..12).map(|looks| pause_after(looks).as_secs()).collect();
    assert_eq!(pauses, [1, 3, 10, 30, 60, 60, 60, 60, 60, 60, 900, 900]);
    assert!(FIRST_LOOK_AFTER_SUBMIT > Duration::from_secs(22), "a confirm has 22 s to answer");
}

#[test]
fn an_unconfirmed_payment_gets_the_very_same_card_again() {
    let step = hear(answer_lost(), Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod)));
    let same = matches!(&step.send, Some(Request::Confirm { token }) if *token == crate::scene::token("1"));
    assert!(same, "{:?}", step.send);
    assert_eq!(step.case.attempt.state, answer_lost());
}

#[test]
fn an_open_payment_that_was_read_sleeps_until_its_end() {
    let step = hear(opened(), Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod)));
    assert_eq!((step.case.attempt.state, step.case.attempt.wake_at), (opened(), Some(at(3600))));
}

#[test]
fn a_payment_that_never_arrived_frees_the_order() {
    let step = hear(AttemptState::Opening, Answer::Refused(Refusal::NotFound));
    assert_eq!((step.case.attempt.state, step.case.attempt.wake_at), (AttemptState::Canceled, None));
}

#[test]
fn a_payment_the_gateway_has_forgotten_stays_unknown() {
    for (name, state) in states().into_iter().filter(|(_, state)| state.is_submitted()) {
        let step = hear(state, Answer::Refused(Refusal::NotFound));
        assert!(step.case.attempt.state.is_submitted() && step.case.attempt.wake_at.is_some(), "{name}");
    }
}

#[test]
fn a_fence_that_meets_a_decision_is_followed_by_a_read() {
    let step = hear(opened(), Answer::Refused(Refusal::WrongState));
    assert_eq!(step.send, Some(Request::Read));
}

#[test]
fn a_card_sent_again_whose_token_has_died_makes_room_for_another() {
    let step = hear(answer_lost(), Answer::Refused(Refusal::TokenRejected));
    assert!(matches!(step.case.attempt.state, AttemptState::Submitted { token: None, .. }));
    assert_eq!(step.send, Some(Request::Read));
}

#[test]
fn a_payment_that_does_not_close_at_its_end_is_asked_again_with_pauses() {
    let mut case = in_state(opened());
    let mut now = at(3600);
    for look in 1..=5 {
        let claimed = due(case, now);
        assert_eq!(claimed.send, Some(Request::Cancel), "look {look}");
        let unconfirmed = Snapshot { updated: Some(now), ..snapshot(IntentStatus::RequiresPaymentMethod) };
        case = answered(claimed.case, &account(), Answer::Done(unconfirmed), now).case;
        let next = case.attempt.wake_at.unwrap();
        assert_eq!(next, now.plus(pause_after(look)), "look {look}");
        now = next;
    }
}

#[test]
fn the_bank_is_asked_every_minute_and_after_ten_looks_every_quarter() {
    for (looks, seconds) in [(0, 60), (9, 60), (10, 900), (50, 900)] {
        assert_eq!(pause_in_challenge(looks), Duration::from_secs(seconds), "{looks}");
    }
}

#[test]
fn a_lost_answer_wakes_nothing_that_is_over() {
    for (name, state) in states() {
        let may_change = state.holds_the_order() || state == AttemptState::Authorized;
        let before = in_state(state);
        let after = lost(before.clone(), "reset", at(20));
        assert_eq!(after.case == before, !may_change, "{name}");
    }
}

#[test]
fn a_hold_is_looked_at_twice_and_doubt_for_as_long_as_it_lasts() {
    for (state, looks, wakes) in [
        (AttemptState::Authorized, 0, true),
        (AttemptState::Authorized, 1, false),
        (AttemptState::Authorized, 7, false),
        (AttemptState::Processing, 0, true),
        (AttemptState::Processing, 7, true),
    ] {
        let mut case = in_state(state.clone());
        case.attempt.looks = looks;
        assert_eq!(due(case, at(20)).case.attempt.wake_at, wakes.then(|| at(20).plus(LEASE)), "{state:?} {looks}");
    }
}

#[test]
fn nobody_gives_up_before_the_eleventh_look() {
    for (looks, status) in [(9, OrderStatus::Processing), (10, OrderStatus::Review)] {
        let mut case = in_doubt_for_long(AttemptState::Processing);
        case.attempt.looks = looks;
        assert_eq!(due(case, at(2 * DAY)).case.order.status, status, "after {looks} looks");
    }
}

#[test]
fn a_payment_whose_opening_was_in_doubt_takes_a_card_once_it_is_seen() {
    let step = hear(AttemptState::Opening, Answer::Done(snapshot(IntentStatus::RequiresPaymentMethod)));
    assert!(matches!(step.case.attempt.state, AttemptState::Open(_)), "{:?}", step.case.attempt.state);
}

#[test]
fn people_hear_that_our_reads_are_refused_and_not_with_every_look() {
    for (looks, told) in [(0, true), (1, true), (2, false), (9, false)] {
        for state in [submitted(None), challenged()] {
            let mut case = in_state(state);
            case.attempt.looks = looks;
            let refused = Answer::Refused(Refusal::OurKey("IR_01, our key is not accepted".to_owned()));
            let step = answered(case.clone(), &account(), refused, at(20));
            assert_eq!(step.alert.is_some(), told, "{looks}");
            assert!(step.case.attempt.wake_at > Some(at(20)) && step.send.is_none(), "it is looked at again");
            assert_eq!(step.case.order.status, case.order.status);
        }
    }
}
