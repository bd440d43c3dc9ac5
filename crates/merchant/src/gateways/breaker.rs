//! The breaker of one gateway account: while most calls fail, the rest are not made at all.
//!
//! Pure: time is an argument. Not a crate, because a call here ends in three ways and may be called
//! slow long before it ends, which none of them knows.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// How many of the newest calls are looked at.
const WINDOW: usize = 20;

/// Fewer say nothing.
const FEWEST: usize = 10;

/// Older calls say nothing about now.
const REMEMBERED: Duration = Duration::from_secs(30);

/// How long no call is made; then one is tried.
const OPEN_FOR: Duration = Duration::from_secs(5);

/// Whether calls to a gateway make sense.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    newest: VecDeque<(Instant, bool)>,
    state: State,
    /// Goes up whenever it opens or closes: what began before says nothing any more.
    epoch: u64,
    /// How many probes there were since it opened.
    probes: u64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    /// No calls until then.
    Open(Instant),
    /// A call is under way that decides; another one is made then.
    Probing(Instant),
}

/// What changed with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turned {
    Open,
    Closed,
}

/// A call that may be made; its outcome is told with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    epoch: u64,
    /// Which probe it is.
    probe: Option<u64>,
    /// It counts as failed already, however it ends.
    is_counted: bool,
}

impl Breaker {
    /// A pass, if a call may be made now; for a probe, if the gateway failed before.
    pub(super) fn may_call(&mut self, now: Instant) -> Option<Pass> {
        let probe = match self.state {
            State::Closed => None,
            State::Open(until) | State::Probing(until) if now < until => return None,
            State::Open(_) | State::Probing(_) => {
                self.state = State::Probing(now + OPEN_FOR);
                self.probes += 1;
                Some(self.probes)
            }
        };
        Some(Pass { epoch: self.epoch, probe, is_counted: false })
    }

    /// The gateway answered, whatever it said.
    pub(super) fn answered(&mut self, pass: Pass, now: Instant) -> Option<Turned> {
        if pass.epoch != self.epoch || pass.is_counted {
            return None;
        }
        if self.state == State::Closed {
            self.remember(now, true);
            return None;
        }
        self.turn(State::Closed);
        Some(Turned::Closed)
    }

    /// It was not there, or broke off.
    pub(super) fn failed(&mut self, pass: Pass, now: Instant) -> Option<Turned> {
        if pass.epoch != self.epoch || pass.is_counted {
            return None;
        }
        if self.state == State::Closed {
            self.remember(now, false);
            return self.is_too_much().then(|| {
                self.turn(State::Open(now + OPEN_FOR));
                Turned::Open
            });
        }
        // An older probe says nothing that the newest will not say better.
        if pass.probe == Some(self.probes) {
            self.state = State::Open(now + OPEN_FOR);
        }
        None
    }

    /// It lets us wait. That is a failure, whatever it says in the end; but a probe is judged by its end.
    pub(super) fn slow(&mut self, pass: &mut Pass, now: Instant) -> Option<Turned> {
        if pass.probe.is_some() {
            return None;
        }
        let turned = self.failed(*pass, now);
        pass.is_counted = true;
        turned
    }

    fn turn(&mut self, state: State) {
        self.state = state;
        self.epoch += 1;
        self.probes = 0;
        self.newest.clear();
    }

    fn remember(&mut self, now: Instant, answered: bool) {
        self.newest.push_back((now, answered));
        while self.newest.len() > WINDOW
            || self.newest.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > REMEMBERED)
        {
            self.newest.pop_front();
        }
    }

    fn is_too_much(&self) -> bool {
        let failed = self.newest.iter().filter(|(_, answered)| !answered).count();
        self.newest.len() >= FEWEST && failed * 2 >= self.newest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(breaker: &mut Breaker, at: Instant) -> Option<Turned> {
        let pass = breaker.may_call(at).unwrap();
        breaker.answered(pass, at)
    }

    fn failed(breaker: &mut Breaker, at: Instant) -> Option<Turned> {
        let pass = breaker.may_call(at).unwrap();
        breaker.failed(pass, at)
    }

    /// One that has just opened, and a pass from before.
    fn broken(at: Instant) -> (Breaker, Pass) {
        let mut breaker = Breaker::default();
        let early = breaker.may_call(at).unwrap();
        let turned: Vec<_> = (0..FEWEST).map(|_| failed(&mut breaker, at)).collect();
        assert_eq!(turned.last(), Some(&Some(Turned::Open)));
        (breaker, early)
    }

    #[test]
    fn it_opens_when_half_of_the_newest_calls_failed() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..WINDOW {
            assert_eq!(answered(&mut breaker, now), None);
        }
        for _ in 0..WINDOW / 2 - 1 {
            assert_eq!(failed(&mut breaker, now), None);
        }
        assert_eq!(failed(&mut breaker, now), Some(Turned::Open));
        assert_eq!(breaker.may_call(now), None);
    }

    #[test]
    fn a_few_failures_and_old_ones_say_nothing() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..FEWEST - 1 {
            assert_eq!(failed(&mut breaker, now), None);
        }
        assert_eq!(failed(&mut breaker, now + REMEMBERED + Duration::from_secs(1)), None);
        assert!(breaker.may_call(now).is_some());
    }

    #[test]
    fn calls_that_let_us_wait_open_it() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        let passes: Vec<_> = (0..FEWEST).map(|_| breaker.may_call(now).unwrap()).collect();
        let turned: Vec<_> = passes.into_iter().map(|mut pass| breaker.slow(&mut pass, now)).collect();
        assert_eq!(turned.last(), Some(&Some(Turned::Open)));
    }

    #[test]
    fn a_slow_call_counts_once_however_it_ends() {
        let now = Instant::now();
        for end in [Breaker::answered, Breaker::failed] {
            let mut breaker = Breaker::default();
            for _ in 0..FEWEST / 2 - 1 {
                let mut pass = breaker.may_call(now).unwrap();
                assert_eq!(breaker.slow(&mut pass, now), None);
                assert_eq!(end(&mut breaker, pass, now), None);
            }
            assert_eq!(breaker.newest.len(), FEWEST / 2 - 1);
            assert!(breaker.newest.iter().all(|(_, answered)| !answered));
        }
    }

    #[test]
    fn after_a_while_one_call_decides() {
        let now = Instant::now();
        let (mut breaker, _) = broken(now);
        assert_eq!(breaker.may_call(now + OPEN_FOR - Duration::from_millis(1)), None);
        let later = now + OPEN_FOR;
        let probe = breaker.may_call(later).unwrap();
        assert_eq!(breaker.may_call(later), None, "and no other");
        assert_eq!(breaker.failed(probe, later), None);
        assert_eq!(breaker.may_call(later + OPEN_FOR - Duration::from_millis(1)), None);
        assert_eq!(answered(&mut breaker, later + OPEN_FOR), Some(Turned::Closed));
        assert!(breaker.may_call(later + OPEN_FOR).is_some());
    }

    #[test]
    fn a_slow_probe_is_judged_by_its_own_end() {
        let now = Instant::now();
        let (mut breaker, _) = broken(now);
        let later = now + OPEN_FOR;
        let mut probe = breaker.may_call(later).unwrap();
        assert_eq!(breaker.slow(&mut probe, later + OPEN_FOR), None);
        assert!(breaker.may_call(later + OPEN_FOR).is_some(), "one that never ends is not waited for");
        assert_eq!(breaker.answered(probe, later + 2 * OPEN_FOR), Some(Turned::Closed));
    }

    #[test]
    fn a_call_from_before_it_opened_decides_nothing() {
        let now = Instant::now();
        let (mut breaker, early) = broken(now);
        assert_eq!(breaker.answered(early, now), None);
        assert_eq!(breaker.may_call(now), None);
        let later = now + OPEN_FOR;
        let probe = breaker.may_call(later).unwrap();
        assert_eq!((breaker.answered(early, later), breaker.failed(early, later)), (None, None));
        assert_eq!(breaker.answered(probe, later), Some(Turned::Closed));
        for _ in 0..WINDOW {
            assert_eq!(breaker.failed(early, later), None, "nor does it open it again");
        }
    }
}
