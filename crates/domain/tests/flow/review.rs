//! A person's decision, row by row: by the gateway's facts of now, and never a second sale.

use florin_domain::flow::open::Limits;
use florin_domain::flow::review::{Decision, ReviewError, Verdict, decided, has_money, is_ours, is_undecided};
use florin_domain::flow::{Case, EntryKind, OperationKind, OperationOrder, ShopEvent, Snapshot, Step};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::{Attempt, AttemptState, CaptureMethod, OrderStatus, ReturnReason};
use florin_domain::payment::IntentStatus;

use crate::scene::{Lie, PRICE, account, at, attempt, case, eur, opened, snapshot, states};

fn in_review() -> Case {
    case(CaptureMethod::Automatic, AttemptState::Review)
}

fn decide(case: Case, snapshot: Option<&Snapshot>, decision: Decision) -> Result<Step, ReviewError> {
    decide_beside(None, case, snapshot, decision)
}

/// While another attempt, if any, holds the order.
fn decide_beside(
    holder: Option<&Attempt>,
    case: Case,
    snapshot: Option<&Snapshot>,
    decision: Decision,
) -> Result<Step, ReviewError> {
    let verdict = Verdict { decision, note: "looked at it".to_owned() };
    decided(case, holder, &account(), &Limits::default(), snapshot, &verdict, at(30))
}

fn received(amount: i64) -> Snapshot {
    Snapshot { amount_received: amount, ..snapshot(IntentStatus::Succeeded) }
}

#[test]
fn what_was_received_pays_the_order_when_a_person_accepts_it() {
    for amount in [PRICE, PRICE - 1, PRICE + 700] {
        let step = decide(in_review(), Some(&received(amount)), Decision::Accept).unwrap();
        let order = &step.case.order;
        assert_eq!((order.status, order.captured, order.paid_at), (OrderStatus::Paid, amount, Some(at(30))));
        assert_eq!(order.paid_by, Some(step.case.attempt.id.clone()));
        assert_eq!((step.case.attempt.state, step.operation, step.alert), (AttemptState::Captured, None, None));
        assert_eq!(step.events, [ShopEvent::Paid]);
        assert_eq!(
            (step.timeline[0].kind, step.timeline[0].detail.as_str()),
            (EntryKind::ReviewAccepted, "looked at it")
        );
    }
}

#[test]
fn a_hold_that_is_accepted_waits_for_the_shop() {
    let step = decide(in_review(), Some(&snapshot(IntentStatus::RequiresCapture)), Decision::Accept).unwrap();
    assert_eq!((step.case.order.status, step.case.order.authorized), (OrderStatus::Authorized, PRICE));
    assert_eq!((step.case.attempt.state, step.events), (AttemptState::Authorized, vec![ShopEvent::Authorized]));
}

#[test]
fn a_hold_that_still_differs_can_only_be_returned() {
    let mut dearer = snapshot(IntentStatus::RequiresCapture);
    dearer.amount += 1;
    for seen in [dearer, snapshot(IntentStatus::PartiallyAuthorizedAndRequiresCapture)] {
        let refused = decide(in_review(), Some(&seen), Decision::Accept);
        assert!(matches!(refused, Err(ReviewError::Differs(_))), "{refused:?}");
        let step = decide(in_review(), Some(&seen), Decision::Return).unwrap();
        assert_eq!(step.operation.map(|order| order.kind), Some(OperationKind::Void));
    }
}

#[test]
fn what_is_taken_in_part_and_held_in_part_can_not_be_returned_yet() {
    let partly = Snapshot { amount_received: 1000, ..snapshot(IntentStatus::PartiallyCapturedAndCapturable) };
    let refused = decide(in_review(), Some(&partly), Decision::Return);
    assert_eq!(refused, Err(ReviewError::Undecided(IntentStatus::PartiallyCapturedAndCapturable)));
}

#[test]
fn an_order_whose_hold_is_gone_is_free_for_the_next_card() {
    let mut case = in_review();
    (case.order.paid_by, case.order.authorized) = (Some(case.attempt.id.clone()), PRICE);
    let order = decide(case, Some(&snapshot(IntentStatus::Cancelled)), Decision::Accept).unwrap().case.order;
    assert_eq!((order.status, order.paid_by, order.authorized), (OrderStatus::Open, None, 0));
}

#[test]
fn money_that_differs_goes_back_where_another_attempt_holds_the_order() {
    let mut case = in_review();
    let other = AttemptId::parse("att_0").unwrap();
    (case.order.status, case.order.paid_by, case.order.authorized) = (OrderStatus::Authorized, Some(other), PRICE);
    let step = decide(case.clone(), Some(&received(PRICE + 1)), Decision::Accept).unwrap();
    assert_eq!(step.case.order, case.order);
    assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::Duplicate, refusals: 0 });
}

#[test]
fn where_there_is_no_money_the_order_takes_another_payment_or_ends() {
    for seen in [Some(snapshot(IntentStatus::Failed)), Some(snapshot(IntentStatus::Cancelled)), None] {
        for (decision, status) in [(Decision::Accept, OrderStatus::Open), (Decision::Return, OrderStatus::Canceled)] {
            let step = decide(in_review(), seen.as_ref(), decision).unwrap();
            assert_eq!((step.case.order.status, step.case.attempt.state), (status, AttemptState::Canceled));
            assert_eq!((step.operation, step.case.order.captured), (None, 0));
        }
    }
}

#[test]
fn what_is_sent_back_is_what_is_there() {
    let partly = Snapshot { amount_received: 1000, ..snapshot(IntentStatus::PartiallyCaptured) };
    for (seen, kind, amount) in [
        (received(PRICE + 700), OperationKind::Refund, PRICE + 700),
        (partly, OperationKind::Refund, 1000),
        (snapshot(IntentStatus::RequiresCapture), OperationKind::Void, PRICE),
    ] {
        let step = decide(in_review(), Some(&seen), Decision::Return).unwrap();
        assert_eq!(step.operation, Some(OperationOrder::now(kind, eur(amount))));
        assert_eq!(step.case.attempt.state, AttemptState::Returned { reason: ReturnReason::Late, refusals: 0 });
        assert_eq!((step.case.order.status, step.events), (OrderStatus::Canceled, vec![ShopEvent::Canceled]));
    }
}

#[test]
fn a_person_makes_no_second_sale() {
    let other = AttemptId::parse("att_0").unwrap();
    for (status, paid_by, reason) in [
        (OrderStatus::Paid, Some(other), ReturnReason::Duplicate),
        (OrderStatus::Canceled, None, ReturnReason::Late),
        (OrderStatus::Expired, None, ReturnReason::Late),
    ] {
        for decision in [Decision::Accept, Decision::Return] {
            let mut case = in_review();
            (case.order.status, case.order.paid_by) = (status, paid_by.clone());
            let step = decide(case, Some(&received(PRICE)), decision).unwrap();
            assert_eq!((step.case.order.status, &step.case.order.paid_by), (status, &paid_by));
            assert_eq!(step.case.attempt.state, AttemptState::Returned { reason, refusals: 0 });
            assert_eq!(step.operation, Some(OperationOrder::now(OperationKind::Refund, eur(PRICE))));
            assert_eq!(step.events, []);
        }
    }
}

#[test]
fn what_is_not_ours_or_not_decided_can_not_be_decided_by_a_person() {
    let strange: [Lie; 4] = [
        ("payment", |s| s.payment = PaymentId::parse("pay_9").unwrap()),
        ("merchant", |s| s.merchant_id = "merchant_2".to_owned()),
        ("profile", |s| s.profile_id = None),
        ("received", |s| s.currency = "no currency".to_owned()),
    ];
    for (what, change) in strange {
        let mut seen = received(PRICE);
        change(&mut seen);
        for decision in [Decision::Accept, Decision::Return] {
            let refused = decide(in_review(), Some(&seen), decision);
            assert!(
                matches!(refused, Err(ReviewError::Strange(ref text)) if text.contains(what)),
                "{what}: {refused:?}"
            );
        }
    }
    for status in [IntentStatus::Processing, IntentStatus::RequiresCustomerAction, IntentStatus::Review] {
        let refused = decide(in_review(), Some(&snapshot(status)), Decision::Accept);
        assert_eq!(refused, Err(ReviewError::Undecided(status)));
    }
    assert_eq!(
        decide(in_review(), Some(&received(0)), Decision::Accept),
        Err(ReviewError::Undecided(IntentStatus::Succeeded))
    );
}

#[test]
fn money_of_another_currency_goes_back_in_its_own_and_pays_nothing() {
    let mut seen = received(PRICE);
    seen.currency = "USD".to_owned();
    assert!(matches!(decide(in_review(), Some(&seen), Decision::Accept), Err(ReviewError::Strange(_))));
    let step = decide(in_review(), Some(&seen), Decision::Return).unwrap();
    let sent_back = step.operation.unwrap().amount;
    assert_eq!((sent_back.minor_units(), sent_back.currency().code()), (PRICE, "USD"));
}

#[test]
fn only_a_payment_in_review_is_decided() {
    for (name, state) in states() {
        let is_in_review = state == AttemptState::Review;
        let found = decide(case(CaptureMethod::Automatic, state), Some(&received(PRICE)), Decision::Accept);
        assert_eq!(found.is_ok(), is_in_review, "{name}");
    }
}

#[test]
fn a_person_may_take_another_payment_than_the_one_whose_hold_is_in_doubt() {
    let mut case = in_review();
    let in_doubt = AttemptId::parse("att_0").unwrap();
    (case.order.paid_by, case.order.authorized) = (Some(in_doubt), PRICE);
    let taken = decide(case.clone(), Some(&received(PRICE)), Decision::Accept).unwrap();
    assert_eq!((taken.case.order.status, taken.case.order.authorized), (OrderStatus::Paid, 0));
    assert_eq!(taken.case.order.paid_by, Some(taken.case.attempt.id));
    let sent_back = decide(case, Some(&received(PRICE)), Decision::Return).unwrap();
    assert_eq!(sent_back.case.attempt.state, AttemptState::Returned { reason: ReturnReason::Late, refusals: 0 });
}

#[test]
fn a_payment_is_asked_what_it_has_before_it_is_decided() {
    use IntentStatus as S;
    for status in S::ALL {
        let money = matches!(
            status,
            S::Succeeded
                | S::PartiallyCaptured
                | S::PartiallyCapturedAndCapturable
                | S::RequiresCapture
                | S::PartiallyAuthorizedAndRequiresCapture
        );
        let over = matches!(status, S::Failed | S::Cancelled | S::Expired | S::CancelledPostCapture);
        let seen = snapshot(*status);
        assert_eq!((has_money(&seen), is_undecided(&seen)), (money, !money && !over), "{status}");
    }
}

#[test]
fn a_payment_is_ours_whatever_it_costs() {
    let attempt = in_review().attempt;
    assert!(is_ours(&received(PRICE + 1), &attempt, &account()));
    let theirs = Snapshot { merchant_id: "merchant_2".to_owned(), ..received(PRICE) };
    assert!(!is_ours(&theirs, &attempt, &account()));
}

#[test]
fn an_order_that_a_person_opens_again_after_its_last_try_ends_unless_another_attempt_holds_it() {
    let mut case = in_review();
    case.order.submitted = 20;
    let other = attempt(&case.order, opened());
    for (holder, expected) in [(None, OrderStatus::Canceled), (Some(&other), OrderStatus::Open)] {
        let step = decide_beside(holder, case.clone(), None, Decision::Accept).unwrap();
        assert_eq!(step.case.order.status, expected);
        assert_eq!(step.events.contains(&ShopEvent::Canceled), expected == OrderStatus::Canceled);
    }
    // What was received is a sale, however often it was tried.
    let step = decide(case, Some(&received(PRICE)), Decision::Accept).unwrap();
    assert_eq!(step.case.order.status, OrderStatus::Paid);
}
