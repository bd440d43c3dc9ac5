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

/// How one try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// The receiver answered with this status.
    Status(u16),
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
    /// The schedule is used up: only a person sends it again.
    GiveUp,
}

/// What follows from try number `tries` (from 1). Any 2xx is an arrival; a redirect is none.
pub fn step(schedule: &[Duration], tries: u32, tried: Tried, now: Timestamp) -> Next {
    if matches!(tried, Tried::Status(200..=299)) {
        return Next::Delivered;
    }
    let pause = usize::try_from(tries).ok().and_then(|tries| schedule.get(tries.saturating_sub(1)));
    pause.map_or(Next::GiveUp, |pause| Next::RetryAt(now.plus(*pause)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_2xx_is_an_arrival() {
        let now = Timestamp::from_millis(0);
        for status in [200, 204, 299] {
            assert_eq!(step(SHOP_SCHEDULE, 1, Tried::Status(status), now), Next::Delivered);
        }
        for tried in [Tried::Status(199), Tried::Status(301), Tried::Status(500), Tried::NoAnswer] {
            assert_eq!(step(SHOP_SCHEDULE, 1, tried, now), Next::RetryAt(now.plus(Duration::from_secs(5))));
        }
    }

    #[test]
    fn ten_tries_then_no_more() {
        let now = Timestamp::from_millis(0);
        for tries in 1..=9 {
            assert!(matches!(step(SHOP_SCHEDULE, tries, Tried::NoAnswer, now), Next::RetryAt(_)), "try {tries}");
        }
        assert_eq!(step(SHOP_SCHEDULE, 10, Tried::NoAnswer, now), Next::GiveUp);
        let total: Duration = SHOP_SCHEDULE.iter().sum();
        assert_eq!(total.as_secs(), 75 * 3600 + 35 * 60 + 5);
    }
}
