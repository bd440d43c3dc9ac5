//! A token bucket for the reads of one account: a second's worth at once, then as many as flow in.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How much is saved up while nobody reads.
const BURST: Duration = Duration::from_secs(1);

/// How far those who go at once can push the others back: a crowd of shoppers must not stop the rest for long.
const MOST_DEBT: Duration = BURST.saturating_mul(2);

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A shopper waits: goes at once, and the others wait for it.
    AtOnce,
    /// Waits for its turn.
    InTurn,
}

/// The bucket. Without a rate it never runs dry.
#[derive(Debug)]
pub(super) struct Bucket {
    interval: Option<Duration>,
    /// When the bucket will be full again.
    full_at: Mutex<Option<Instant>>,
}

impl Bucket {
    /// `u32::MAX` a second means no limit.
    pub(super) fn new(reads_a_second: u32) -> Self {
        let interval = (reads_a_second != u32::MAX).then(|| Duration::from_secs(1) / reads_a_second.max(1));
        Self { interval, full_at: Mutex::new(None) }
    }

    /// Takes a token; returns when the caller may go.
    pub(super) async fn take(&self, urgency: Urgency) {
        let may_go_at = self.book(Instant::now(), urgency);
        if let Some(at) = may_go_at {
            tokio::time::sleep_until(at).await;
        }
    }

    /// When whoever takes the next token may go; `None` for now.
    fn book(&self, now: Instant, urgency: Urgency) -> Option<Instant> {
        let interval = self.interval?;
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let before = full_at.map_or(now, |at| at.max(now));
        let next = before + interval;
        match urgency {
            Urgency::AtOnce => {
                // Never shortens the queue of those who have their turn already.
                *full_at = Some(next.min(before.max(now + MOST_DEBT)));
                None
            }
            Urgency::InTurn => {
                *full_at = Some(next);
                next.checked_sub(BURST).filter(|at| *at > now)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seconds_worth_goes_at_once_and_the_rest_flows() {
        let (bucket, now) = (Bucket::new(40), Instant::now());
        for _ in 0..40 {
            assert_eq!(bucket.book(now, Urgency::InTurn), None);
        }
        for number in 1..=40 {
            assert_eq!(bucket.book(now, Urgency::InTurn), Some(now + Duration::from_millis(25 * number)));
        }
        assert_eq!(bucket.book(now + Duration::from_secs(2), Urgency::InTurn), None, "it fills up again");
    }

    /// Whether a take is over at the first look.
    async fn goes_at_once(bucket: &Bucket, urgency: Urgency) -> bool {
        tokio::select! {
            biased;
            () = bucket.take(urgency) => true,
            () = std::future::ready(()) => false,
        }
    }

    #[tokio::test]
    async fn a_shopper_never_waits_and_the_others_wait_for_the_debt() {
        let bucket = Bucket::new(10);
        for _ in 0..1000 {
            assert!(goes_at_once(&bucket, Urgency::AtOnce).await);
        }
        assert!(!goes_at_once(&bucket, Urgency::InTurn).await);
        let now = Instant::now();
        let at = bucket.book(now, Urgency::InTurn).unwrap();
        assert!(at > now + Duration::from_millis(500), "there is a debt");
        assert!(at < now + Duration::from_secs(2), "and it has an end");
    }

    #[tokio::test]
    async fn without_a_limit_nobody_waits() {
        let bucket = Bucket::new(u32::MAX);
        for _ in 0..10_000 {
            assert!(goes_at_once(&bucket, Urgency::InTurn).await);
        }
    }
}
