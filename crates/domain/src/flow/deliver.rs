//! Delivering: what follows from one try to tell somebody something.

use std::time::Duration;

use crate::timestamp::Timestamp;

/// Pauses between the tries of one event to a shop. Source: the example of Standard Webhooks 1.0.0,
/// ten tries over 75 hours, so that a shop that was down for a weekend misses nothing.
pub const SHOP_SCHEDULE: &[Duration] = &[
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 60 * 60),
    Duration::from_secs(5 * 60 * 60),
    Duration::from_secs(10 * 60 * 60),
    Duration::from_secs(14 * 60 * 60),
    Duration::from_secs(20 * 60 * 60),
    Duration::from_secs(24 * 60 * 60),
];

/// The longest pause that a receiver may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * 60 * 60);

/// A pause is shorter than the schedule's by up to a tenth, so that what failed together is not tried together again.
const JITTER: u32 = 10;

/// 410 Gone: there is no receiver any more. Source: Standard Webhooks 1.0.0.
const GONE: u16 = 410;

/// A receiver that is being moved says so too, for a minute: it is believed when it says so again after this long.
const BELIEVED_AFTER: Duration = Duration::from_secs(5 * 60);

/// How one try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// The receiver answered.
    Answered {
        /// With this status.
        status: u16,
        /// And asked not to be told again before this time has passed.
        retry_after: Option<Duration>,
    },
    /// No answer, or none in time.
    NoAnswer,
}

/// What to do with the event now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It arrived.
    Delivered,
    /// Again, then.
    RetryAt(Timestamp),
    /// The schedule is used up, or the receiver has said twice that it is gone: only a person sends it again.
    GiveUp,
}

impl Tried {
    /// The receiver says that there is none any more.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Answered { status: GONE, .. })
    }
}

/// What follows from try number `tries` (from 1). Any 2xx is an arrival; a redirect is none. `was_gone`: an earlier try
/// was told that there is no receiver any more. `dice` is random.
pub fn step(schedule: &[Duration], tries: u32, tried: Tried, was_gone: bool, dice: u8, now: Timestamp) -> Next {
    let asked = match tried {
        Tried::Answered { status: 200..=299, .. } => return Next::Delivered,
        Tried::Answered { status: GONE, .. } if was_gone => return Next::GiveUp,
        Tried::Answered { status: GONE, .. } => BELIEVED_AFTER,
        Tried::Answered { retry_after, .. } => retry_after.unwrap_or_default().min(LONGEST_ASKED),
        Tried::NoAnswer => Duration::ZERO,
    };
    let pause = usize::try_from(tries).ok().and_then(|tries| schedule.get(tries.saturating_sub(1)));
    pause.map_or(Next::GiveUp, |pause| {
        let shorter = *pause / JITTER * u32::from(dice) / u32::from(u8::MAX);
        Next::RetryAt(now.plus(pause.saturating_sub(shorter).max(asked)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u64) -> Next {
        Next::RetryAt(Timestamp::from_millis(0).plus(Duration::from_secs(seconds)))
    }

    fn tried(tries: u32, tried: Tried, dice: u8) -> Next {
        step(SHOP_SCHEDULE, tries, tried, false, dice, Timestamp::from_millis(0))
    }

    fn answered(status: u16) -> Tried {
        Tried::Answered { status, retry_after: None }
    }

    #[test]
    fn only_a_2xx_is_an_arrival() {
        for status in [200, 204, 299] {
            assert_eq!(tried(1, answered(status), 0), Next::Delivered);
        }
        for no in [answered(199), answered(301), answered(500), Tried::NoAnswer] {
            assert_eq!(tried(1, no, 0), after(5));
        }
    }

    #[test]
    fn a_receiver_that_says_twice_that_it_is_gone_is_not_tried_again() {
        let again = |status| step(SHOP_SCHEDULE, 3, answered(status), true, 0, Timestamp::from_millis(0));
        for (tries, pause) in [(1, 300), (2, 300), (3, 1800)] {
            assert_eq!(tried(tries, answered(410), 0), after(pause), "{tries}");
        }
        assert_eq!(tried(10, answered(410), 0), Next::GiveUp);
        assert_eq!((again(410), again(200)), (Next::GiveUp, Next::Delivered));
        assert!(answered(410).is_gone());
        assert!(!answered(404).is_gone() && !Tried::NoAnswer.is_gone());
        for status in [404, 409, 411] {
            assert_eq!(tried(1, answered(status), 0), after(5), "{status} may pass");
            assert_eq!(again(status), after(1800), "{status} may pass");
        }
    }

    #[test]
    fn ten_tries_then_no_more() {
        for number in 1..=9 {
            assert!(matches!(tried(number, Tried::NoAnswer, 0), Next::RetryAt(_)), "try {number}");
        }
        assert_eq!(tried(10, Tried::NoAnswer, 0), Next::GiveUp);
        assert_eq!(tried(10, Tried::Answered { status: 503, retry_after: Some(LONGEST_ASKED) }, 0), Next::GiveUp);
        let total: Duration = SHOP_SCHEDULE.iter().sum();
        assert_eq!(total.as_secs(), 75 * 3600 + 35 * 60 + 5);
    }

    #[test]
    fn a_pause_is_shorter_by_up_to_a_tenth() {
        for (dice, seconds) in [(0, 300), (51, 294), (255, 270)] {
            assert_eq!(tried(2, Tried::NoAnswer, dice), after(seconds), "{dice}");
        }
    }

    #[test]
    fn a_receiver_is_left_in_peace_for_as_long_as_it_asks_up_to_a_day() {
        for (asked, dice, seconds) in [(1, 0, 5), (60, 255, 60), (86_400, 0, 86_400), (u64::MAX, 0, 86_400)] {
            let busy = Tried::Answered { status: 429, retry_after: Some(Duration::from_secs(asked)) };
            assert_eq!(tried(1, busy, dice), after(seconds), "{asked}");
        }
    }
}
