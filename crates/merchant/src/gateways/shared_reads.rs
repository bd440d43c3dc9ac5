//! Reads of one payment are shared: whoever comes while one is under way gets the answer of the next.
//!
//! Never of the one under way: it may have been answered before what the newcomer was told of.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Reads under way, by what is read.
pub(super) struct SharedReads<K, T> {
    slots: Mutex<HashMap<K, Arc<Slot<T>>>>,
}

struct Slot<T> {
    /// How many have come.
    tickets: AtomicU64,
    /// Held by the one who reads; the last answer, and how many had come when its read began.
    turn: tokio::sync::Mutex<Option<(u64, T)>>,
}

impl<K: Eq + Hash + Clone, T: Clone> SharedReads<K, T> {
    pub(super) fn new() -> Self {
        Self { slots: Mutex::new(HashMap::new()) }
    }

    /// The answer of a read that began after this was called.
    pub(super) async fn read(&self, what: &K, read: impl Future<Output = T>) -> T {
        let slot = self.slot(what);
        let ticket = slot.tickets.fetch_add(1, Ordering::SeqCst);
        let answer = {
            let mut turn = slot.turn.lock().await;
            match &*turn {
                Some((come, answer)) if *come > ticket => answer.clone(),
                _ => {
                    let come = slot.tickets.load(Ordering::SeqCst);
                    let answer = read.await;
                    *turn = Some((come, answer.clone()));
                    answer
                }
            }
        };
        self.leave(what, slot);
        answer
    }

    fn slot(&self, what: &K) -> Arc<Slot<T>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = slots
            .entry(what.clone())
            .or_insert_with(|| Arc::new(Slot { tickets: AtomicU64::new(0), turn: tokio::sync::Mutex::new(None) }));
        Arc::clone(slot)
    }

    /// The last one out takes the slot away; those that were dropped on the way are taken with the next.
    fn leave(&self, what: &K, slot: Arc<Slot<T>>) {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        drop(slot);
        if slots.get(what).is_some_and(|slot| Arc::strong_count(slot) == 1) {
            slots.remove(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn those_who_come_during_a_read_share_the_next_one() {
        let reads = Arc::new(SharedReads::<&str, u32>::new());
        let (count, gate) = (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)));
        let begin = || {
            let (reads, count, gate) = (Arc::clone(&reads), Arc::clone(&count), Arc::clone(&gate));
            tokio::spawn(async move {
                let read = async {
                    let number = count.fetch_add(1, Ordering::SeqCst) + 1;
                    gate.acquire().await.unwrap().forget();
                    number
                };
                reads.read(&"pay_1", read).await
            })
        };
        let first = begin();
        while count.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (0..50).map(|_| begin()).collect();
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        gate.add_permits(10);
        assert_eq!(first.await.unwrap(), 1, "the first has its own answer");
        for other in others {
            assert_eq!(other.await.unwrap(), 2, "the others one that began after they came");
        }
        assert_eq!(count.load(Ordering::SeqCst), 2);
        assert!(reads.slots.lock().unwrap().is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_leaves_the_turn_to_the_next() {
        let reads = SharedReads::<&str, u32>::new();
        let gone = tokio::time::timeout(
            std::time::Duration::from_millis(5),
            reads.read(&"pay_1", std::future::pending::<u32>()),
        );
        assert!(gone.await.is_err());
        assert_eq!(reads.read(&"pay_1", async { 7 }).await, 7);
        assert!(reads.slots.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn payments_do_not_wait_for_each_other() {
        let reads = SharedReads::<&str, u32>::new();
        let hung = reads.read(&"pay_1", std::future::pending::<u32>());
        tokio::pin!(hung);
        tokio::select! {
            biased;
            _ = &mut hung => unreachable!("it never ends"),
            answer = reads.read(&"pay_2", async { 7 }) => assert_eq!(answer, 7),
        }
    }
}
