//! SQLite keeps the promises, and some of its own.

use std::os::unix::fs::PermissionsExt;

use florin_domain::mode::Mode;
use florin_store::{OpenError, Store, Target};
use tempfile::TempDir;

use crate::conformance::{Place, SCHEMA, add, conformance, open};

struct File(TempDir);

impl Place for File {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn target(&self) -> Target {
        Target::Sqlite(self.0.path().join("florin.db"))
    }
}

conformance! { File:
    rows {
        parameters_bind_by_number_and_columns_read_by_name
        a_value_of_another_kind_is_damage_and_is_not_shown
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
        another_mode_or_role_is_refused
        a_grown_schema_migrates_and_the_old_program_then_refuses
        another_history_is_refused
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

static MERCHANT: florin_store::Schema = SCHEMA;

async fn refused(target: &Target) -> OpenError {
    match Store::open(target, &MERCHANT, Mode::Test).await {
        Ok(_) => panic!("{target:?} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_and_not_changed() {
    let place = File::new();
    let path = place.0.path().join("florin.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE photos (id)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(refused(&place.target()).await, OpenError::NotOurs { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_not_changed() {
    let place = File::new();
    let path = place.0.path().join("florin.db");
    let text = "this is a letter to my bank, not a database. ".repeat(40);
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(refused(&place.target()).await, OpenError::Unusable { .. }));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let nowhere = Target::Sqlite(place.0.path().join("no/such/folder/florin.db"));
    assert!(matches!(refused(&nowhere).await, OpenError::Unusable { .. }));
}

#[tokio::test]
async fn a_new_file_is_its_owners_alone() {
    let place = File::new();
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    for entry in std::fs::read_dir(place.0.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", entry.path());
    }
}

#[tokio::test]
async fn closing_leaves_one_whole_file() {
    let place = File::new();
    let store = open(&place).await;
    add(&store, "a").await.unwrap();
    store.close().await;
    let files: Vec<_> = std::fs::read_dir(place.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files, ["florin.db"]);
}
