//! The promises every engine keeps, as functions over a [`Place`]. An engine implements `Place` and
//! names itself in one `conformance!`.

pub(crate) mod durability;
pub(crate) mod groups;
pub(crate) mod outbox;
pub(crate) mod rows;
pub(crate) mod stamp;
pub(crate) mod swaps;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::mpsc;
use std::task::Poll;

use florin_domain::mode::Mode;
use florin_store::{Migration, OpenError, Row, Schema, Store, StoreError, Target, params};
use tokio::task::JoinHandle;

/// An empty database somewhere, for one test.
pub(crate) trait Place {
    fn new() -> Self;
    fn target(&self) -> Target;
}

pub(crate) const SCHEMA: Schema = Schema {
    role: "merchant",
    migrations: &[Migration {
        version: 1,
        name: "accounts",
        sql: "
            CREATE TABLE accounts (
                id TEXT PRIMARY KEY,
                balance BIGINT NOT NULL CHECK (balance >= 0),
                version BIGINT NOT NULL
            );
            CREATE TABLE notes (account TEXT NOT NULL REFERENCES accounts (id), text TEXT);
        ",
    }],
};

static KEPT: Schema = SCHEMA;

pub(crate) async fn open(place: &impl Place) -> Store {
    try_open(place, &KEPT, Mode::Test).await.expect("an empty or our own database opens")
}

pub(crate) async fn try_open(place: &impl Place, schema: &'static Schema, mode: Mode) -> Result<Store, OpenError> {
    Store::open(&place.target(), schema, mode).await
}

pub(crate) async fn add(store: &Store, id: impl Into<String>) -> Result<u64, StoreError> {
    let id = id.into();
    store.write(move |tx| insert(tx, &id)).await
}

pub(crate) fn insert(tx: &mut florin_store::Tx<'_>, id: &str) -> Result<u64, StoreError> {
    tx.execute("INSERT INTO accounts (id, balance, version) VALUES ($1, 0, 1)", params![id])
}

pub(crate) async fn accounts(store: &Store) -> Vec<String> {
    let read = |row: &Row| row.get("id");
    store
        .read(move |tx| tx.all("SELECT id FROM accounts ORDER BY id", params![])?.iter().map(read).collect())
        .await
        .map_err(|error: StoreError| error)
        .unwrap()
}

/// Keeps the writer busy until the gate is opened, so that what is queued meanwhile shares a group.
pub(crate) async fn hold(store: &Store) -> (mpsc::Sender<()>, JoinHandle<Result<(), StoreError>>) {
    let (open_gate, gate) = mpsc::channel::<()>();
    let (running, is_running) = mpsc::channel();
    let store = store.clone();
    let held = tokio::spawn(async move {
        store
            .write(move |_| {
                running.send(()).expect("the test waits");
                gate.recv().expect("the test opens the gate");
                Ok(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || is_running.recv().unwrap()).await.unwrap();
    (open_gate, held)
}

/// Polls once: the unit is queued, and its caller is not answered.
pub(crate) async fn queue<F: Future>(write: F) -> Pin<Box<F>> {
    let mut write = Box::pin(write);
    assert!(poll_fn(|context| Poll::Ready(write.as_mut().poll(context).is_pending())).await);
    write
}

/// Every promise as a test on one engine's [`Place`].
macro_rules! conformance {
    ($place:ty $(, #[$attribute:meta])?) => {
        $crate::conformance::promises! { $place $(, #[$attribute])?:
            rows {
                parameters_bind_by_number_and_columns_read_by_name
                a_value_of_another_kind_is_damage_and_is_not_shown
                a_filter_that_is_not_given_filters_nothing
                sums_and_comparisons_are_whole_numbers
                text_is_ordered_by_bytes
                a_query_cannot_write
                a_query_sees_one_snapshot
            }
            groups {
                a_unit_that_errs_keeps_nothing_and_harms_nobody
                a_unit_that_panics_keeps_nothing_and_harms_nobody
                a_neighbours_broken_constraint_is_its_own
                a_unit_cannot_end_the_shared_transaction
            }
            swaps {
                a_lost_swap_runs_again_until_it_wins
                a_swap_that_never_wins_gives_up_after_five_reruns
                a_plain_lost_swap_of_our_own_error_type_runs_again_too
                a_refusal_is_not_run_again
                sixty_four_callers_lose_no_update
            }
            durability {
                sixty_four_callers_are_all_there_after_reopening
                whoever_was_answered_is_seen_by_a_second_connection
                nobody_is_answered_or_seen_before_the_commit
                two_stores_on_one_database_overwrite_nothing
                closing_finishes_what_waits_and_refuses_what_comes_later
                a_caller_that_went_away_takes_nothing_back
            }
            stamp {
                another_mode_is_refused
                a_grown_schema_migrates_and_the_old_program_then_refuses
                another_history_is_refused
                who_only_looks_neither_makes_nor_migrates
                a_failing_migration_keeps_none_of_them
                eight_processes_may_open_a_new_database_at_once
            }
            outbox {
                what_is_due_is_claimed_in_order_and_only_once
                an_expired_lease_is_claimed_again_and_the_slow_first_settles_nothing
                a_retry_waits_and_its_claim_settles_once
                sixteen_workers_send_each_event_once
                an_event_is_written_with_its_change_or_not_at_all
                a_delivery_prints_no_payload
            }
        }
    };
}
pub(crate) use conformance;

macro_rules! promises {
    ($place:ty $(, #[$attribute:meta])?: $($module:ident { $($promise:ident)* })*) => {
        $crate::conformance::promises! { @each [$place] [$(#[$attribute])?] $($module { $($promise)* })* }
    };
    (@each $place:tt $attribute:tt $($module:ident { $($promise:ident)* })*) => {
        $($crate::conformance::promises! { @module $place $attribute $module { $($promise)* } })*
    };
    (@module $place:tt $attribute:tt $module:ident { $($promise:ident)* }) => {
        mod $module {
            use super::*;
            $($crate::conformance::promises! { @test $place $attribute $module $promise })*
        }
    };
    (@test [$place:ty] [$(#[$attribute:meta])?] $module:ident $promise:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        $(#[$attribute])?
        async fn $promise() {
            $crate::conformance::$module::$promise(<$place as $crate::conformance::Place>::new()).await;
        }
    };
}
pub(crate) use promises;
