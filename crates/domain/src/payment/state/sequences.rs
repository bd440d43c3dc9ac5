//! Random sequences against a model that knows money and flags instead of states.

use super::*;
use crate::money::Currency;

/// More with `FLORIN_SEQUENCES`.
const SEQUENCES: u64 = 100_000;

/// Longer ones only repeat themselves.
const LONGEST: u64 = 14;

/// Marsaglia's xorshift64: the same sequences for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What somebody who only counts money would write down.
#[derive(Debug, Clone, Copy, Default)]
struct Model {
    takes_card: bool,
    has_card: bool,
    /// What passes, or comes later: approved?, automatic?, amount.
    asked: Option<(bool, bool, i64)>,
    awaited: Option<(bool, bool, i64)>,
    odd: Option<(bool, bool, i64)>,
    authorized: i64,
    held: i64,
    taken: i64,
    released: i64,
    reversed: i64,
    declined: bool,
    cancelled: bool,
    expired: bool,
}

fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::parse("USD").unwrap()).unwrap()
}

impl Model {
    fn is_approved(&mut self, (approved, automatic, amount): (bool, bool, i64)) {
        self.declined = !approved;
        if approved {
            // What an earlier attempt held has gone back.
            (self.authorized, self.released) = (amount, 0);
            (self.held, self.taken) = if automatic { (0, amount) } else { (amount, 0) };
        }
    }

    fn sends(&mut self, submission: Submission) {
        (self.takes_card, self.has_card, self.declined) = (false, false, false);
        let automatic = submission.capture == CaptureMethod::Automatic;
        let amount = submission.amount.minor_units();
        match submission.answer {
            IssuerAnswer::Final(verdict) => self.is_approved((verdict == Verdict::Approved, automatic, amount)),
            IssuerAnswer::Challenge(verdict) => self.asked = Some((verdict == Verdict::Approved, automatic, amount)),
            IssuerAnswer::Later(verdict) => self.awaited = Some((verdict == Verdict::Approved, automatic, amount)),
            IssuerAnswer::Review(verdict) => self.odd = Some((verdict == Verdict::Approved, automatic, amount)),
        }
    }

    /// Whether it may happen; if so, it has.
    fn happens(&mut self, event: PaymentEvent) -> bool {
        use PaymentEvent as E;
        let fits = |part: Money, held: i64| part.minor_units() > 0 && part.minor_units() <= held;
        match event {
            E::Update if self.takes_card => {}
            E::AttachCard if self.takes_card => self.has_card = true,
            E::Confirm(submission) if self.takes_card => self.sends(submission),
            E::Retry(submission) if self.declined => self.sends(submission),
            E::ChallengePassed if self.asked.is_some() => {
                let asked = self.asked.take().unwrap();
                self.is_approved(asked);
            }
            E::ChallengeRefused if self.asked.take().is_some() => self.declined = true,
            E::Answered if self.awaited.is_some() => {
                let awaited = self.awaited.take().unwrap();
                self.is_approved(awaited);
            }
            E::Approve if self.odd.is_some() => {
                let odd = self.odd.take().unwrap();
                self.is_approved(odd);
            }
            E::Reject if self.odd.take().is_some() => self.declined = true,
            E::IncreaseHold(total) if self.held > 0 && self.taken == 0 && total.minor_units() > self.held => {
                (self.held, self.authorized) = (total.minor_units(), total.minor_units());
            }
            E::HoldEnded if self.held > 0 => {
                self.cancelled = self.taken == 0;
                self.released += self.held;
                self.held = 0;
            }
            E::Capture(part) if fits(part, self.held) => {
                self.taken += part.minor_units();
                self.released += self.held - part.minor_units();
                self.held = 0;
            }
            E::CapturePart(part) if fits(part, self.held) => {
                (self.taken, self.held) = (self.taken + part.minor_units(), self.held - part.minor_units());
            }
            E::CaptureFailed if self.held > 0 && self.taken == 0 => {
                self.released += self.held;
                (self.held, self.declined) = (0, true);
            }
            E::Cancel if self.takes_card || self.asked.is_some() || self.held > 0 => {
                self.cancelled = self.taken == 0;
                self.released += self.held;
                (self.takes_card, self.asked, self.held) = (false, None, 0);
            }
            E::CancelPostCapture if self.held == 0 && self.taken > 0 => {
                (self.reversed, self.taken) = (self.taken, 0);
            }
            E::Expire if self.takes_card || self.asked.is_some() => {
                (self.takes_card, self.asked, self.expired) = (false, None, true);
            }
            _ => return false,
        }
        true
    }

    fn status(&self) -> &'static str {
        match self {
            Self { takes_card: true, has_card: false, .. } => "requires_payment_method",
            Self { takes_card: true, .. } => "requires_confirmation",
            Self { asked: Some(_), .. } => "requires_customer_action",
            Self { awaited: Some(_), .. } => "processing",
            Self { odd: Some(_), .. } => "requires_merchant_action",
            Self { cancelled: true, .. } => "cancelled",
            Self { expired: true, .. } => "expired",
            Self { declined: true, .. } => "failed",
            Self { reversed: 1.., .. } => "cancelled_post_capture",
            Self { held: 1.., taken: 0, .. } => "requires_capture",
            Self { held: 1.., .. } => "partially_captured_and_capturable",
            Self { released: 1.., .. } => "partially_captured",
            _ => "succeeded",
        }
    }
}

fn submission(dice: &mut Dice) -> Submission {
    let verdict = if dice.below(4) == 0 { Verdict::Declined(DeclineReason::LostCard) } else { Verdict::Approved };
    Submission {
        amount: usd(1 + i64::try_from(dice.below(5)).unwrap()),
        capture: if dice.below(3) == 0 { CaptureMethod::Automatic } else { CaptureMethod::Manual },
        answer: match dice.below(5) {
            0 => IssuerAnswer::Challenge(verdict),
            1 => IssuerAnswer::Later(verdict),
            2 => IssuerAnswer::Review(verdict),
            _ => IssuerAnswer::Final(verdict),
        },
    }
}

fn event(dice: &mut Dice) -> PaymentEvent {
    use PaymentEvent as E;
    let part = usd(i64::try_from(dice.below(6)).unwrap());
    match dice.below(20) {
        0 => E::Update,
        1 => E::AttachCard,
        2 | 3 => E::Confirm(submission(dice)),
        4 => E::Retry(submission(dice)),
        5 => E::ChallengePassed,
        6 => E::ChallengeRefused,
        7 => E::Answered,
        8 | 9 => E::Capture(part),
        10 | 11 => E::CapturePart(part),
        12 => E::CaptureFailed,
        13 => E::Cancel,
        14 => E::CancelPostCapture,
        15 => E::Approve,
        16 => E::Reject,
        17 => E::IncreaseHold(part),
        18 => E::HoldEnded,
        _ => E::Expire,
    }
}

#[test]
fn random_sequences_agree_with_a_model_that_counts_money() {
    let sequences = std::env::var("FLORIN_SEQUENCES").ok().and_then(|text| text.parse().ok()).unwrap_or(SEQUENCES);
    let mut met = std::collections::BTreeSet::new();
    for seed in 1..=sequences {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (mut state, mut model) = (PaymentState::AwaitingCard, Model { takes_card: true, ..Model::default() });
        for _ in 0..=dice.below(LONGEST) {
            let event = event(&mut dice);
            let (before, applied) = (state, state.apply(event));
            let happened = model.happens(event);
            assert_eq!(applied.is_ok(), happened, "seed {seed}: {before:?} + {event:?}, {model:?}");
            state = applied.unwrap_or(state);
            assert_eq!(state.status().as_str(), model.status(), "seed {seed}: {before:?} + {event:?}, {model:?}");
            assert_eq!((state.held(), state.captured()), (model.held, model.taken), "seed {seed}: {state:?}");
            let where_it_is = model.held + model.taken + model.released + model.reversed;
            assert_eq!(where_it_is, model.authorized, "seed {seed}: money is made or lost in {model:?}");
            met.insert(model.status());
        }
    }
    assert_eq!(met.len(), 13, "every status is met: {met:?}");
}
