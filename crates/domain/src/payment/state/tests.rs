//! The full grid: every state meets every event.

use super::*;
use crate::money::Currency;

fn eur(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::parse("EUR").unwrap()).unwrap()
}

fn submission(capture: CaptureMethod, answer: IssuerAnswer) -> Submission {
    Submission { amount: eur(4200), capture, answer }
}

const APPROVED: IssuerAnswer = IssuerAnswer::Final(Verdict::Approved);
const LOST: Verdict = Verdict::Declined(DeclineReason::LostCard);

fn states() -> Vec<(&'static str, PaymentState)> {
    use PaymentState as S;
    let challenge = |capture, verdict| S::AwaitingChallenge { amount: eur(4200), capture, verdict };
    vec![
        ("awaiting card", S::AwaitingCard),
        ("awaiting confirmation", S::AwaitingConfirmation),
        ("challenge, automatic", challenge(CaptureMethod::Automatic, Verdict::Approved)),
        ("challenge, manual", challenge(CaptureMethod::Manual, Verdict::Approved)),
        ("challenge, lost card", challenge(CaptureMethod::Automatic, LOST)),
        ("authorized", S::Authorized { amount: eur(4200) }),
        ("captured", S::Captured { authorized: eur(4200), captured: eur(4200) }),
        ("captured in part", S::Captured { authorized: eur(4200), captured: eur(100) }),
        ("declined", S::Declined { reason: DeclineReason::CardDeclined }),
        ("processing", S::Processing { amount: eur(4200), capture: CaptureMethod::Automatic, verdict: LOST }),
        ("odd, automatic", S::AwaitingMerchant { amount: eur(4200), capture: CaptureMethod::Automatic, verdict: LOST }),
        (
            "odd, manual",
            S::AwaitingMerchant { amount: eur(4200), capture: CaptureMethod::Manual, verdict: Verdict::Approved },
        ),
        ("partly captured", S::PartlyCaptured { authorized: eur(4200), captured: eur(4100) }),
        ("cancelled", S::Cancelled),
        ("cancelled after capture", S::CancelledPostCapture { authorized: eur(4200), captured: eur(4200) }),
        ("expired", S::Expired),
    ]
}

fn events() -> Vec<(&'static str, PaymentEvent)> {
    use PaymentEvent as E;
    let usd = Money::new(100, Currency::parse("USD").unwrap()).unwrap();
    vec![
        ("update", E::Update),
        ("attach card", E::AttachCard),
        ("confirm: yes, automatic", E::Confirm(submission(CaptureMethod::Automatic, APPROVED))),
        ("confirm: yes, manual", E::Confirm(submission(CaptureMethod::Manual, APPROVED))),
        ("confirm: no", E::Confirm(submission(CaptureMethod::Automatic, IssuerAnswer::Final(LOST)))),
        (
            "confirm: challenge",
            E::Confirm(submission(CaptureMethod::Automatic, IssuerAnswer::Challenge(Verdict::Approved))),
        ),
        ("confirm: later", E::Confirm(submission(CaptureMethod::Automatic, IssuerAnswer::Later(Verdict::Approved)))),
        ("confirm: odd", E::Confirm(submission(CaptureMethod::Automatic, IssuerAnswer::Review(Verdict::Approved)))),
        ("retry: yes", E::Retry(submission(CaptureMethod::Automatic, APPROVED))),
        ("challenge passed", E::ChallengePassed),
        ("challenge refused", E::ChallengeRefused),
        ("approve", E::Approve),
        ("reject", E::Reject),
        ("hold 42.01", E::IncreaseHold(eur(4201))),
        ("hold 42.00", E::IncreaseHold(eur(4200))),
        ("hold USD", E::IncreaseHold(usd)),
        ("hold ended", E::HoldEnded),
        ("capture all", E::Capture(eur(4200))),
        ("capture 1.00", E::Capture(eur(100))),
        ("capture 42.01", E::Capture(eur(4201))),
        ("capture nothing", E::Capture(eur(0))),
        ("capture USD", E::Capture(usd)),
        ("answered", E::Answered),
        ("part of 1.00", E::CapturePart(eur(100))),
        ("part of 42.00", E::CapturePart(eur(4200))),
        ("capture failed", E::CaptureFailed),
        ("cancel", E::Cancel),
        ("cancel after capture", E::CancelPostCapture),
        ("expire", E::Expire),
    ]
}

/// Everything the grid allows; whatever is not named here is refused with the state's own status,
/// or for the amount.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("awaiting card", "update", "requires_payment_method"),
    ("awaiting card", "attach card", "requires_confirmation"),
    ("awaiting card", "confirm: yes, automatic", "succeeded"),
    ("awaiting card", "confirm: yes, manual", "requires_capture"),
    ("awaiting card", "confirm: no", "failed"),
    ("awaiting card", "confirm: challenge", "requires_customer_action"),
    ("awaiting card", "confirm: later", "processing"),
    ("awaiting card", "confirm: odd", "requires_merchant_action"),
    ("awaiting card", "cancel", "cancelled"),
    ("awaiting card", "expire", "expired"),
    ("awaiting confirmation", "update", "requires_confirmation"),
    ("awaiting confirmation", "attach card", "requires_confirmation"),
    ("awaiting confirmation", "confirm: yes, automatic", "succeeded"),
    ("awaiting confirmation", "confirm: yes, manual", "requires_capture"),
    ("awaiting confirmation", "confirm: no", "failed"),
    ("awaiting confirmation", "confirm: challenge", "requires_customer_action"),
    ("awaiting confirmation", "confirm: later", "processing"),
    ("awaiting confirmation", "confirm: odd", "requires_merchant_action"),
    ("awaiting confirmation", "cancel", "cancelled"),
    ("awaiting confirmation", "expire", "expired"),
    ("challenge, automatic", "challenge passed", "succeeded"),
    ("challenge, automatic", "challenge refused", "failed"),
    ("challenge, automatic", "cancel", "cancelled"),
    ("challenge, automatic", "expire", "expired"),
    ("challenge, manual", "challenge passed", "requires_capture"),
    ("challenge, manual", "challenge refused", "failed"),
    ("challenge, manual", "cancel", "cancelled"),
    ("challenge, manual", "expire", "expired"),
    ("challenge, lost card", "challenge passed", "failed"),
    ("challenge, lost card", "challenge refused", "failed"),
    ("challenge, lost card", "cancel", "cancelled"),
    ("challenge, lost card", "expire", "expired"),
    ("odd, automatic", "approve", "failed"),
    ("odd, automatic", "reject", "failed"),
    ("odd, manual", "approve", "requires_capture"),
    ("odd, manual", "reject", "failed"),
    ("authorized", "hold 42.01", "requires_capture"),
    ("authorized", "hold ended", "cancelled"),
    ("authorized", "capture all", "succeeded"),
    ("authorized", "capture 1.00", "partially_captured"),
    ("authorized", "part of 1.00", "partially_captured_and_capturable"),
    ("authorized", "part of 42.00", "succeeded"),
    ("authorized", "capture failed", "failed"),
    ("authorized", "cancel", "cancelled"),
    ("partly captured", "hold ended", "partially_captured"),
    ("partly captured", "capture 1.00", "succeeded"),
    ("partly captured", "part of 1.00", "succeeded"),
    ("partly captured", "cancel", "partially_captured"),
    ("processing", "answered", "failed"),
    ("captured", "cancel after capture", "cancelled_post_capture"),
    ("captured in part", "cancel after capture", "cancelled_post_capture"),
    ("declined", "retry: yes", "succeeded"),
];

/// The states in which an amount is looked at, and what is wrong with these.
const WRONG_AMOUNTS: &[(&str, &str, TransitionError)] = &[
    ("authorized", "hold 42.00", TransitionError::HoldNotIncreased),
    ("authorized", "hold USD", TransitionError::CurrencyMismatch),
    ("authorized", "capture 42.01", TransitionError::CaptureExceedsHold),
    ("authorized", "capture nothing", TransitionError::NothingToCapture),
    ("authorized", "capture USD", TransitionError::CurrencyMismatch),
    ("partly captured", "capture all", TransitionError::CaptureExceedsHold),
    ("partly captured", "capture 42.01", TransitionError::CaptureExceedsHold),
    ("partly captured", "capture nothing", TransitionError::NothingToCapture),
    ("partly captured", "capture USD", TransitionError::CurrencyMismatch),
    ("partly captured", "part of 42.00", TransitionError::CaptureExceedsHold),
];

#[test]
fn only_the_named_transitions_happen() {
    let mut allowed = 0;
    for (state_name, state) in states() {
        for (event_name, event) in events() {
            let named = ALLOWED.iter().find(|row| row.0 == state_name && row.1 == event_name);
            let wrong = WRONG_AMOUNTS.iter().find(|row| row.0 == state_name && row.1 == event_name);
            match (state.apply(event), named) {
                (Ok(next), Some(row)) => {
                    assert_eq!(next.status().as_str(), row.2, "{state_name} + {event_name}");
                    allowed += 1;
                }
                (Err(error), None) => {
                    let expected = wrong.map_or(TransitionError::NotAllowed { status: state.status() }, |row| row.2);
                    assert_eq!(error, expected, "{state_name} + {event_name}");
                }
                (result, _) => panic!("{state_name} + {event_name} gave {result:?}"),
            }
        }
    }
    assert_eq!(allowed, ALLOWED.len(), "a named transition was never met");
}

#[test]
fn a_passed_challenge_still_hears_the_issuers_verdict() {
    let state = PaymentState::AwaitingChallenge { amount: eur(4200), capture: CaptureMethod::Automatic, verdict: LOST };
    assert_eq!(
        state.apply(PaymentEvent::ChallengePassed),
        Ok(PaymentState::Declined { reason: DeclineReason::LostCard })
    );
}

#[test]
fn a_partial_capture_keeps_what_was_held_apart_from_what_was_taken() {
    let held = PaymentState::Authorized { amount: eur(4200) };
    assert_eq!(
        held.apply(PaymentEvent::Capture(eur(100))),
        Ok(PaymentState::Captured { authorized: eur(4200), captured: eur(100) })
    );
}

#[test]
fn every_decline_reason_reads_back_as_written() {
    for reason in DeclineReason::ALL {
        assert_eq!(DeclineReason::parse(reason.as_str()), Some(*reason));
    }
}

#[test]
fn a_state_and_a_reason_print_as_they_are_sent() {
    for (_, state) in states() {
        assert_eq!(state.to_string(), state.status().as_str());
    }
    for reason in DeclineReason::ALL {
        assert_eq!(reason.to_string(), reason.as_str());
    }
}

#[test]
fn only_a_payment_that_no_bank_saw_takes_a_card() {
    for (name, state) in states() {
        let unseen = matches!(name, "awaiting card" | "awaiting confirmation");
        assert_eq!(state.takes_a_card(), unseen, "{name}");
    }
}
