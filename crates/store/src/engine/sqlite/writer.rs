//! Group commit: many units, one fsync, and nobody is answered before it.

use rusqlite::ErrorCode;
use tokio::time::Instant;

use super::Tuning;
use super::session::{self, SqliteSession};
use crate::engine::queue::Queue;
use crate::error::StoreError;
use crate::tx::Tx;
use crate::unit::{Ended, RERUNS, Work};

/// Owns the one connection that writes.
pub(super) struct Writer {
    session: SqliteSession,
    tuning: Tuning,
}

impl Writer {
    pub(super) fn new(session: SqliteSession, tuning: Tuning) -> Self {
        Self { session, tuning }
    }

    /// Commits group after group until the queue is closed and empty.
    pub(super) fn run(&mut self, mut queue: Queue) {
        while let Some(first) = queue.blocking_recv() {
            let tuning = self.tuning;
            let mut taken = 0;
            let mut began = None;
            let mut first = Some(first);
            // A group is what already waits, and what arrives while it runs: a lone caller waits
            // for nobody.
            let mut next = || {
                let began = *began.get_or_insert_with(Instant::now);
                if taken > 0 && (taken >= tuning.group_units || began.elapsed() >= tuning.group_time) {
                    return None;
                }
                taken += 1;
                first.take().or_else(|| queue.try_recv().ok())
            };
            commit(&mut self.session, &mut next, Rerun::Allowed);
        }
    }

    /// Moves the log into the file, so that it can be copied as one.
    pub(super) fn checkpoint(&mut self) {
        let done = self.session.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = done {
            // Nothing is lost: the next opening reads the log.
            tracing::warn!(%error, "the write-ahead log was not folded in while closing");
        }
    }
}

/// Whether units whose group came to nothing, by no fault of theirs, run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rerun {
    Allowed,
    Done,
}

/// Runs the units that `next` hands out in one transaction; answers all of them.
fn commit(session: &mut SqliteSession, next: &mut dyn FnMut() -> Option<Box<dyn Work>>, rerun: Rerun) {
    if let Err(error) = session.begin_writing() {
        tracing::error!(%error, "no transaction could begin");
        return refuse(std::iter::from_fn(next).collect(), &error);
    }
    let mut group = Vec::new();
    while let Some(mut unit) = next() {
        if let Err(loss) = run_in_savepoint(session, unit.as_mut()) {
            session.abandon();
            tracing::error!(error = %loss, units = group.len() + 1, "a group lost its transaction");
            unit.answer();
            if rerun == Rerun::Done {
                group.extend(std::iter::from_fn(next));
                return refuse(group, &loss);
            }
            return commit(session, &mut one_by_one(group), Rerun::Done);
        }
        group.push(unit);
    }
    match session.commit() {
        Ok(()) => group.into_iter().for_each(|unit| unit.answer()),
        Err(error) => commit_failed(session, group, error),
    }
}

/// Runs one unit, again while it loses swaps. An error means that the transaction is gone, and with
/// it the neighbours' changes; the unit then already holds the error it caused.
fn run_in_savepoint(session: &mut SqliteSession, unit: &mut dyn Work) -> Result<(), StoreError> {
    let outcome = try_in_savepoint(session, unit);
    // A unit may have swallowed the error; a failed savepoint may have left the transaction open.
    match (outcome, session.loss()) {
        (Ok(_), None) => Ok(()),
        (Ok(Ended::Kept), Some(loss)) => {
            unit.fail(loss.clone());
            Err(loss)
        }
        (Ok(_), Some(loss)) => Err(loss),
        (Err(error), loss) => {
            let loss = loss.unwrap_or(error);
            unit.fail(loss.clone());
            Err(loss)
        }
    }
}

fn try_in_savepoint(session: &mut SqliteSession, unit: &mut dyn Work) -> Result<Ended, StoreError> {
    let mut reruns = 0;
    loop {
        session.open_unit()?;
        let ended = unit.run(&mut Tx::new(session));
        if session.loss().is_some() {
            return Ok(ended);
        }
        match ended {
            Ended::Kept => session.keep_unit()?,
            Ended::Failed | Ended::LostSwap => session.undo_unit()?,
        }
        if ended != Ended::LostSwap || reruns == RERUNS {
            return Ok(ended);
        }
        reruns += 1;
    }
}

/// Nothing of the group is kept. One bad unit must not fail its neighbours: each runs alone, once.
fn commit_failed(session: &mut SqliteSession, group: Vec<Box<dyn Work>>, error: rusqlite::Error) {
    if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
        die(&error);
    }
    session.abandon();
    let error = session::translate(error);
    tracing::error!(%error, units = group.len(), "a group was not committed");
    if group.len() == 1 {
        return refuse(group, &error);
    }
    for unit in group {
        commit(session, &mut one_by_one(vec![unit]), Rerun::Done);
    }
}

fn one_by_one(units: Vec<Box<dyn Work>>) -> impl FnMut() -> Option<Box<dyn Work>> {
    let mut units = units.into_iter();
    move || units.next()
}

/// Answers `units` that they did not happen. All were collected before the first is answered: who
/// asks again after that answer gets a fresh try.
fn refuse(units: Vec<Box<dyn Work>>, error: &StoreError) {
    for mut unit in units {
        unit.fail(error.clone());
        unit.answer();
    }
}

/// After a failed write or fsync nobody knows what is on the disk, and asking again may be answered
/// with a comfortable lie: the system may have dropped the pages that it could not write. So nothing
/// is acknowledged and the process ends; the next start reads what is really there.
fn die(error: &rusqlite::Error) -> ! {
    tracing::error!(%error, "the disk failed during a commit; ending so that nothing false is acknowledged");
    std::process::abort()
}
