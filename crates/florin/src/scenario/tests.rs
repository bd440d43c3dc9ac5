//! Every scenario is played once, on a demo of its own.

use clap::Parser;
use clap::error::ErrorKind;

use super::*;
use crate::cli::Cli;

/// Plays it; what was printed, or why it failed.
async fn played(venue: &Venue, scenario: &Scenario) -> Result<String> {
    let mut stage = Stage::new(venue.record())?;
    play::play(scenario.play, &mut stage).await?;
    stage.tidy_up().await?;
    Ok(stage.report(scenario))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scenario_ends_as_it_should() {
    let venue = Venue::start().await.unwrap();
    for scenario in CATALOG {
        let report = played(&venue, scenario).await.unwrap_or_else(|error| panic!("{}: {error:#}", scenario.name));
        assert!(report.contains("captured, as the gateway sees it"), "{}: {report}", scenario.name);
    }
    venue.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scenario_that_ends_otherwise_fails() {
    let venue = Venue::start().await.unwrap();
    let mut stage = Stage::new(venue.record()).unwrap();
    let order = stage.order("automatic").await.unwrap();
    stage.pay_with(&order, shopper::APPROVED).await.unwrap();
    let wrong = stage.books(&order, "paid", shop::PRICE - 1, 0).await.unwrap_err();
    assert_eq!(wrong.to_string(), "captured, as the shop sees it is 4200, and should be 4199");
    venue.stop().await.unwrap();
}

#[test]
fn a_name_and_one_venue_are_wanted() {
    let parsed = |line: &str| {
        let words = ["florin", "scenario"].into_iter().chain(line.split_whitespace());
        Cli::try_parse_from(words).map(|_| ()).map_err(|error| error.kind())
    };
    for line in ["list", "run refund --demo", "run refund --data d", "run all --demo"] {
        assert_eq!(parsed(line), Ok(()), "{line}");
    }
    assert_eq!(parsed("run refund"), Err(ErrorKind::MissingRequiredArgument));
    assert_eq!(parsed("run --demo"), Err(ErrorKind::MissingRequiredArgument));
    assert_eq!(parsed("run refund --demo --data d"), Err(ErrorKind::ArgumentConflict));
}

#[test]
fn names_are_unique_and_every_department_is_told() {
    for scenario in CATALOG {
        assert_eq!(CATALOG.iter().filter(|other| other.name == scenario.name).count(), 1, "{}", scenario.name);
        assert_eq!(CATALOG.iter().filter(|other| other.play == scenario.play).count(), 1, "{}", scenario.name);
        assert!([scenario.support, scenario.finance, scenario.engineering].iter().all(|text| text.ends_with('.')));
    }
}
