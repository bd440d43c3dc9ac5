//! A bounded number of threads: every unit is a transaction of its own on a connection of its own.
//!
//! Commits that meet share one fsync, which PostgreSQL sees to itself.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use super::doubt::{self, Doubt};
use super::failure::Failure;
use super::session::PgSession;
use super::{Tuning, opening};
use crate::engine::queue::{Queue, SharedQueue};
use crate::error::StoreError;
use crate::target::PostgresAddress;
use crate::tx::Tx;
use crate::unit::{Ended, RERUNS, Work};

/// What the threads of one store share.
pub(super) struct Shared {
    pub(super) address: PostgresAddress,
    pub(super) role: &'static str,
    pub(super) tuning: Tuning,
    /// Held alone by a unit that lost more than once, so that no neighbour overtakes it again:
    /// without that, many callers of one row use up all their tries.
    pub(super) turns: RwLock<()>,
    /// Connections that nobody uses; the one used last is taken first, so that a quiet process has
    /// few. There are never more than threads.
    pub(super) idle: Mutex<Vec<PgSession>>,
}

impl Shared {
    fn take_idle(&self) -> Option<PgSession> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn give_back(&self, session: PgSession) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// Closes the connections that nobody uses.
    pub(super) fn close_idle(&self) {
        // Taken out first: nobody should wait for the closing.
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        drop(idle);
    }
}

/// What a thread takes from its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Units,
    Queries,
}

impl Kind {
    fn begin(self) -> &'static str {
        match self {
            Self::Units => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
            Self::Queries => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }
}

/// Starts the threads of one queue. They connect when there is something to do.
pub(super) fn start(
    shared: &Arc<Shared>,
    kind: Kind,
    threads: usize,
    queue: Queue,
) -> std::io::Result<Vec<JoinHandle<()>>> {
    let queue = SharedQueue::new(queue);
    let start = |number: usize| {
        let queue = queue.clone();
        let worker = Worker { shared: Arc::clone(shared), kind };
        let name = if kind == Kind::Units { "write" } else { "read" };
        thread::Builder::new().name(format!("florin-{name}-{number}")).spawn(move || worker.serve(&queue))
    };
    (1..=threads).map(start).collect()
}

/// One thread.
struct Worker {
    shared: Arc<Shared>,
    kind: Kind,
}

/// What one run came to.
enum Verdict {
    /// The caller's answer stands.
    Settled,
    /// The caller hears this instead of what the unit said.
    Failed(StoreError),
    /// It did not happen; another run may succeed. With what to say if there is none.
    Again(Option<StoreError>),
    /// The connection had gone while nobody used it: nothing of the unit was sent in vain.
    Stale(StoreError),
    /// The connection broke in the commit of this transaction, if it has a name.
    InDoubt(Option<String>),
}

impl Worker {
    fn serve(&self, queue: &SharedQueue) {
        while let Some(mut work) = queue.next() {
            if let Some(error) = self.perform(work.as_mut()) {
                work.fail(error);
            }
            work.answer();
        }
    }

    /// Runs a unit until it is settled; answers the error its caller hears, if not its own.
    fn perform(&self, work: &mut dyn Work) -> Option<StoreError> {
        let mut reruns = 0;
        let mut session = self.shared.take_idle();
        let mut may_be_stale = session.is_some();
        loop {
            let Shared { address, role, tuning, .. } = &*self.shared;
            let mut open = match session.map_or_else(|| opening::connect(address, role, tuning), Ok) {
                Ok(session) => session,
                Err(error) => return Some(error),
            };
            let verdict = self.run_once(&mut open, work, reruns > 1);
            session = (!open.is_lost()).then_some(open);
            let heard = match verdict {
                Verdict::Again(_) if reruns < RERUNS => {
                    reruns += 1;
                    continue;
                }
                Verdict::Stale(_) if may_be_stale => {
                    may_be_stale = false;
                    // What cut this one has cut the others too.
                    self.shared.close_idle();
                    continue;
                }
                Verdict::InDoubt(transaction) => match doubt::resolve(&self.shared, transaction.as_deref()) {
                    Doubt::Committed => None,
                    Doubt::RolledBack if reruns < RERUNS => {
                        reruns += 1;
                        continue;
                    }
                    Doubt::RolledBack | Doubt::Open => Some(doubt::unknown()),
                },
                Verdict::Settled => None,
                Verdict::Failed(error) | Verdict::Stale(error) => Some(error),
                Verdict::Again(error) => error,
            };
            session.into_iter().for_each(|session| self.shared.give_back(session));
            return heard;
        }
    }

    fn run_once(&self, session: &mut PgSession, work: &mut dyn Work, alone: bool) -> Verdict {
        let turns = &self.shared.turns;
        // Queries lock nothing and lose nothing.
        let takes_turns = self.kind == Kind::Units;
        let _alone = (takes_turns && alone).then(|| turns.write().unwrap_or_else(PoisonError::into_inner));
        let _among_others = (takes_turns && !alone).then(|| turns.read().unwrap_or_else(PoisonError::into_inner));
        session.begin(self.kind.begin());
        let ended = work.run(&mut Tx::new(session));
        conclude(session, self.kind, ended)
    }
}

/// Ends the transaction of a unit that ran.
fn conclude(session: &mut PgSession, kind: Kind, ended: Ended) -> Verdict {
    if kind == Kind::Units && ended == Ended::Kept && session.failure().is_none() {
        return match session.commit() {
            Ok(()) => Verdict::Settled,
            Err(failure) => {
                session.abandon();
                after_commit(session, failure)
            }
        };
    }
    let failure = session.failure().cloned();
    session.abandon();
    // A unit that swallowed the error of a statement believes in changes that are gone.
    let unheard = |error: StoreError| (ended == Ended::Kept).then_some(error);
    match failure {
        Some(Failure::Lost(error)) if session.was_gone_before() => Verdict::Stale(error),
        Some(Failure::Conflict(error)) => {
            session.forget_statements();
            Verdict::Again(unheard(error))
        }
        Some(Failure::Lost(error) | Failure::Refused(error)) if ended == Ended::Kept => Verdict::Failed(error),
        _ if ended == Ended::LostSwap => Verdict::Again(None),
        _ => Verdict::Settled,
    }
}

fn after_commit(session: &mut PgSession, failure: Failure) -> Verdict {
    match failure {
        Failure::Conflict(error) => {
            session.forget_statements();
            Verdict::Again(Some(error))
        }
        Failure::Refused(error) => Verdict::Failed(error),
        Failure::Lost(_) => Verdict::InDoubt(session.named().map(str::to_owned)),
    }
}
