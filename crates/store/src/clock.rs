//! The one place that reads the time. Everybody else gets a [`Clock`], which in a test stands still.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use florin_domain::timestamp::Timestamp;
use tokio::sync::watch;

/// A sleeper looks at the system's clock at least this often, so that it notices a clock that was
/// set and a machine that was suspended.
const LONGEST_NAP: Duration = Duration::from_secs(30);

/// The time. All clones are one clock.
#[derive(Clone)]
pub struct Clock {
    base: Base,
    /// How far the clock was moved ahead.
    ahead: Arc<watch::Sender<Duration>>,
}

#[derive(Clone, Copy)]
enum Base {
    System,
    Fixed(Timestamp),
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self::on(Base::System)
    }

    /// A clock that stands still at `at` until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self::on(Base::Fixed(at))
    }

    fn on(base: Base) -> Self {
        Self { base, ahead: Arc::new(watch::Sender::new(Duration::ZERO)) }
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        let base = match self.base {
            Base::System => system_now(),
            Base::Fixed(at) => at,
        };
        base.plus(*self.ahead.borrow())
    }

    /// The moment it is for everybody else: the system's, however far this clock was moved ahead. Whoever stands
    /// still takes everybody along.
    pub fn of_others(&self) -> Timestamp {
        match self.base {
            Base::System => system_now(),
            Base::Fixed(_) => self.now(),
        }
    }

    /// Moves all clones ahead and wakes those who slept until then.
    pub fn advance(&self, span: Duration) {
        self.ahead.send_modify(|ahead| *ahead = ahead.saturating_add(span));
    }

    /// Waits until `moment`; returns at once when it has passed.
    pub async fn sleep_until(&self, moment: Timestamp) {
        // Subscribed before the first look, so that no move falls between look and wait.
        let mut moves = self.ahead.subscribe();
        loop {
            let rest = moment.since(self.now());
            if rest.is_zero() {
                return;
            }
            match self.base {
                Base::System => tokio::select! {
                    () = tokio::time::sleep(rest.min(LONGEST_NAP)) => {}
                    _ = moves.changed() => {}
                },
                // The sender lives in `self`, so this can't end for want of one.
                Base::Fixed(_) => {
                    let _ = moves.changed().await;
                }
            }
        }
    }

    /// Waits for `span` from now.
    pub async fn sleep(&self, span: Duration) {
        self.sleep_until(self.now().plus(span)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the home of real time")]
fn system_now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Timestamp::from_millis(0).plus(since_1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_fixed_clock_moves_only_when_moved_and_wakes_every_sleeper() {
        let clock = Clock::fixed(Timestamp::from_millis(1_000));
        let sleepers: Vec<_> = [10, 20]
            .map(|seconds| {
                let clock = clock.clone();
                tokio::spawn(async move {
                    clock.sleep(Duration::from_secs(seconds)).await;
                    clock.now()
                })
            })
            .into_iter()
            .collect();
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(9));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(sleepers.iter().all(|sleeper| !sleeper.is_finished()));

        clock.advance(Duration::from_secs(11));
        for sleeper in sleepers {
            assert_eq!(sleeper.await.unwrap(), Timestamp::from_millis(21_000));
        }
    }

    #[tokio::test]
    async fn a_clock_that_was_moved_ahead_still_knows_what_time_it_is_for_others() {
        let clock = Clock::system();
        clock.advance(Duration::from_secs(3600));
        assert!(clock.now().since(clock.of_others()) >= Duration::from_secs(3599));
        let still = Clock::fixed(Timestamp::from_millis(1_000));
        still.advance(Duration::from_secs(10));
        assert_eq!(still.of_others(), still.now(), "there is no other time");
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_not_waited_for() {
        let clock = Clock::fixed(Timestamp::from_millis(1_000));
        clock.sleep_until(Timestamp::from_millis(1_000)).await;
        clock.sleep(Duration::ZERO).await;
    }

    #[tokio::test]
    async fn the_system_clock_sleeps_and_can_be_moved_ahead() {
        let clock = Clock::system();
        let before = clock.now();
        assert!(before > Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
        clock.sleep(Duration::from_millis(5)).await;
        assert!(clock.now().since(before) >= Duration::from_millis(5));

        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(3600)).await }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(3600));
        // Shorter than a nap: the move wakes it, not the next look at the clock.
        tokio::time::timeout(LONGEST_NAP / 3, sleeper).await.unwrap().unwrap();
    }
}
