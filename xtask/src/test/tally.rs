//! Runs a test runner, shows what it prints, and counts what it reports.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::failures::Failures;
use crate::summary::Outcome;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// More failed tests than these at once are no accident.
const ACCIDENTS: u64 = 3;

/// What one run of a runner came to.
struct Ran {
    tally: Tally,
    failures: Failures,
}

/// Runs a test runner to its end. A runner that ran no test proves nothing and is an error.
pub(super) fn run(command: &mut Command) -> Result<Outcome> {
    let Ran { tally, failures } = listened(command)?;
    Ok(tally.outcome(failures.said()))
}

/// As [`run`], with a second try where the driver between a test and a browser did not deliver, such as a click that
/// was never answered. What a test asserts is never tried twice: a charge too many in one run of a hundred is one.
/// The summary tells who needed it; what fails twice failed.
///
/// `again` makes the command for one name of those that failed.
pub(super) fn run_with_second_try(all: &mut Command, again: impl Fn(&str) -> Command) -> Result<Outcome> {
    let Ran { tally: first, failures } = listened(all)?;
    let (names, asserted, mut said) = (failures.names(), failures.asserted(), failures.said());
    let failed = Tally { passed: first.passed, failed: first.failed };
    if !(1..=ACCIDENTS).contains(&first.failed) || names.is_empty() || asserted {
        return Ok(failed.outcome(said));
    }
    let mut second = Tally::default();
    for name in &names {
        println!("\n== once more: {name}");
        match listened(&mut again(name)) {
            Ok(Ran { tally, failures }) => {
                second = Tally { passed: second.passed + tally.passed, failed: second.failed + tally.failed };
                said.extend(failures.said());
            }
            Err(error) => said.push(format!("the second try of {name}: {error:#}")),
        }
    }
    // Fewer that passed than had failed: something was not tried.
    if second.failed > 0 || second.passed < first.failed {
        return Ok(failed.outcome(said));
    }
    Ok(Tally { passed: first.passed + first.failed, failed: 0 }.outcome(said))
}

/// Runs it, shows what it prints and listens to it.
fn listened(command: &mut Command) -> Result<Ran> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("can't run {program}"))?;
    let mut tally = Tally::default();
    let mut failures = Failures::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.read(&line);
            failures.read(&line);
        }
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        // It broke before or after its tests, for example while compiling.
        tally.failed = 1;
    }
    if tally == Tally::default() {
        bail!("{program} ran no test");
    }
    Ok(Ran { tally, failures })
}

impl Tally {
    fn outcome(self, said: Vec<String>) -> Outcome {
        Outcome::Tests { passed: self.passed, failed: self.failed, said }
    }

    /// Adds what one line reports, if it is one of the lines that do.
    fn read(&mut self, line: &str) {
        if let Some(result) = line.trim_start().strip_prefix("test result: ") {
            self.read_rust(result);
        } else if let Some(count) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
            self.read_node(count);
        }
    }

    /// Such as `ok. 12 passed; 0 failed; 1 ignored; …`, from cargo and from wasm-bindgen alike.
    fn read_rust(&mut self, result: &str) {
        let counts = result.split_once(". ").map_or("", |(_, counts)| counts);
        for count in counts.split(';') {
            match number_and_word(count) {
                Some((number, "passed")) => self.passed += number,
                Some((number, "failed")) => self.failed += number,
                _ => {}
            }
        }
    }

    /// Such as `pass 12`. A cancelled test did not do what it promised: it failed.
    fn read_node(&mut self, count: &str) {
        let Some((word, number)) = count.trim().split_once(' ') else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        match word {
            "pass" => self.passed += number,
            "fail" | "cancelled" => self.failed += number,
            _ => {}
        }
    }
}

fn number_and_word(count: &str) -> Option<(u64, &str)> {
    let (number, word) = count.trim().split_once(' ')?;
    Some((number.parse().ok()?, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn every_binary_that_cargo_runs_is_summed() {
        let output = "running 2 tests\n\
            test money::adds ... ok\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(counted(output), Tally { passed: 5, failed: 1 });
    }

    #[test]
    fn node_counts_a_cancelled_test_as_failed() {
        let output = "ℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0";
        assert_eq!(counted(output), Tally { passed: 2, failed: 2 });
        assert_eq!(counted("# pass 3\n# fail 0"), Tally { passed: 3, failed: 0 });
    }

    #[test]
    fn what_a_test_itself_prints_counts_nothing() {
        let output = "pass 9\n12 passed; 3 failed\nℹ pass it on\ntest result: odd";
        assert_eq!(counted(output), Tally::default());
    }

    #[test]
    fn a_runner_that_breaks_without_a_count_is_one_failure() {
        let Ok(Outcome::Tests { passed, failed, .. }) = run(&mut Command::new("false")) else {
            panic!("a broken runner was not counted");
        };
        assert_eq!((passed, failed), (0, 1));
    }

    /// A runner that prints `first`, and `second` when it is asked for `token::pays` alone.
    fn with_second_try(first: &str, second: &str) -> (u64, u64, Vec<String>) {
        let says = |text: &str| {
            let mut runner = Command::new("printf");
            runner.arg("%b").arg(text);
            runner
        };
        let ran = run_with_second_try(&mut says(first), |name| says(if name == "token::pays" { second } else { "" }));
        let Ok(Outcome::Tests { passed, failed, said }) = ran else { panic!("it was not counted") };
        (passed, failed, said.into_iter().filter(|line| !line.is_empty()).collect())
    }

    const ONE_FAILED: &str = "failures:\\nno answer\\n    token::pays\\n\\ntest result: FAILED. 3 passed; 1 failed\\n";
    const PASSED: &str = "test result: ok. 1 passed; 0 failed\\n";

    #[test]
    fn what_passes_at_the_second_try_passed_and_is_still_told() {
        let told = ["no answer", "    token::pays"].map(str::to_owned).to_vec();
        assert_eq!(with_second_try(ONE_FAILED, PASSED), (4, 0, told));
    }

    #[test]
    fn what_fails_twice_failed_and_both_are_told() {
        let second = "failures:\\nno button\\n\\ntest result: FAILED. 0 passed; 1 failed\\n";
        let told = ["no answer", "    token::pays", "no button"].map(str::to_owned).to_vec();
        assert_eq!(with_second_try(ONE_FAILED, second), (3, 1, told));
    }

    #[test]
    fn what_a_test_asserts_is_never_tried_twice() {
        for words in ["AssertionError [ERR_ASSERTION]: 2 charges", "assertion `left == right` failed: one charge"] {
            let first = ONE_FAILED.replace("no answer", words);
            assert_eq!(with_second_try(&first, PASSED).1, 1, "{words}");
        }
    }

    #[test]
    fn a_second_try_that_leaves_something_out_saves_nothing() {
        let two = "failures:\\n    token::pays\\n\\ntest result: FAILED. 3 passed; 2 failed\\n";
        assert_eq!(with_second_try(two, PASSED).1, 2, "one of two has no name");
        let another = ONE_FAILED.replace("token::pays", "token::waits");
        assert_eq!(with_second_try(&another, PASSED).1, 1, "it ran no test");
        let many = "failures:\\n    token::pays\\n\\ntest result: FAILED. 3 passed; 4 failed\\n";
        assert_eq!(with_second_try(many, "test result: ok. 4 passed; 0 failed\\n").1, 4, "no accident");
    }

    #[test]
    fn a_runner_that_runs_nothing_is_an_error() {
        assert!(run(&mut Command::new("true")).is_err());
    }
}
