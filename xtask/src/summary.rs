//! What the steps of a run came to: a table, the skipped gates, and one closing line of counts.
//!
//! Two commands can share one summary: with `FLORIN_SUMMARY_FILE` set, `test` leaves its rows in
//! that file and `check` closes them together with its own.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::stopwatch::{Elapsed, Stopwatch};
use crate::workshop::non_empty;

/// What a step that came to its end found.
pub(crate) enum Outcome {
    /// A gate without tests of its own held.
    Held,
    Tests {
        passed: u64,
        failed: u64,
        /// What the runner said of the tests that failed, to be said again at the very end.
        said: Vec<String>,
    },
    Skipped(String),
}

impl Outcome {
    /// Both together, where one step has two runners.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Tests { passed, failed, said }, Self::Tests { passed: more, failed: too, said: and }) => {
                Self::Tests { passed: passed + more, failed: failed + too, said: [said, and].concat() }
            }
            (Self::Held, outcome) | (outcome, _) => outcome,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    step: String,
    elapsed: Duration,
    passed: u64,
    /// Failed tests; 1 for a step that failed without counting.
    failed: u64,
    skipped: Option<String>,
    /// Of what failed, in the runner's words.
    said: Vec<String>,
}

impl Row {
    fn needed_a_second_try(&self) -> bool {
        self.failed == 0 && !self.said.is_empty()
    }
}

pub(crate) struct Summary {
    rows: Vec<Row>,
    shared: Option<PathBuf>,
}

impl Summary {
    pub(crate) fn begin() -> Self {
        Self { rows: Vec::new(), shared: non_empty("FLORIN_SUMMARY_FILE").map(PathBuf::from) }
    }

    /// Runs one step and keeps its row; answers whether nothing failed.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> bool {
        println!("\n== {name}");
        let watch = Stopwatch::start();
        let result = work();
        let elapsed = watch.elapsed();
        let row = row(name, elapsed.0, result);
        let held = row.failed == 0;
        println!("== {name}: {} ({elapsed})", if held { "ok" } else { "FAILED" });
        self.rows.push(row);
        held
    }

    /// Prints the table and, unless another command is to close it, the counts.
    pub(crate) fn leave(self) -> Result<ExitCode> {
        let Some(file) = &self.shared else { return self.close() };
        let text: String = self.rows.iter().map(to_lines).collect();
        fs::write(file, text).with_context(|| format!("can't write {}", file.display()))?;
        println!("\n{}", table(&self.rows));
        Ok(code(&self.rows))
    }

    /// Prints the table with the rows that an earlier command left, and the counts as last lines.
    pub(crate) fn close(mut self) -> Result<ExitCode> {
        if let Some(file) = &self.shared {
            let text = fs::read_to_string(file).unwrap_or_default();
            let mut rows = from_lines(&text);
            if rows.is_empty() {
                // It died before it could say so.
                rows.push(row("test", Duration::ZERO, Err(anyhow::anyhow!("it left no summary"))));
            }
            rows.append(&mut self.rows);
            self.rows = rows;
        }
        print!("{}", failures(&self.rows));
        println!("\n{}", table(&self.rows));
        print!("{}", closing_lines(&self.rows));
        Ok(code(&self.rows))
    }
}

fn row(name: &str, elapsed: Duration, result: Result<Outcome>) -> Row {
    let (passed, failed, skipped, said) = match result {
        Ok(Outcome::Held) => (0, 0, None, Vec::new()),
        Ok(Outcome::Tests { passed, failed, said }) => (passed, failed, None, said),
        Ok(Outcome::Skipped(reason)) => (0, 0, Some(reason), Vec::new()),
        Err(error) => {
            eprintln!("error: {name}: {error:#}");
            (0, 1, None, format!("{error:#}").lines().map(str::to_owned).collect())
        }
    };
    Row { step: name.to_owned(), elapsed, passed, failed, skipped, said }
}

/// What failed, said again: hundreds of lines of other steps may lie between it and the end.
fn failures(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| row.failed > 0 || row.needed_a_second_try()) {
        let what = if row.failed > 0 { "what failed" } else { "passed at the second try only" };
        text += &format!("\n== {}: {what}\n", row.step);
        row.said.iter().for_each(|line| text += &format!("{line}\n"));
    }
    text
}

fn table(rows: &[Row]) -> String {
    let mut text = format!("{:<14}{:>10}{:>9}{:>9}\n", "step", "seconds", "passed", "failed");
    for row in rows {
        let (passed, failed) = match &row.skipped {
            Some(_) => ("skipped".to_owned(), String::new()),
            None => (row.passed.to_string(), row.failed.to_string()),
        };
        let elapsed = Elapsed(row.elapsed);
        text += &format!("{:<14}{elapsed:>10}{passed:>9}{failed:>9}\n", row.step);
    }
    text
}

fn closing_lines(rows: &[Row]) -> String {
    let mut text = String::new();
    let skipped: Vec<(&str, &str)> =
        rows.iter().filter_map(|row| Some((row.step.as_str(), row.skipped.as_deref()?))).collect();
    for (step, reason) in &skipped {
        text += &format!("SKIPPED {step}: {reason}\n");
    }
    for row in rows.iter().filter(|row| row.needed_a_second_try()) {
        text += &format!("SECOND TRY {}: what failed at first stands above\n", row.step);
    }
    let passed: u64 = rows.iter().map(|row| row.passed).sum();
    let failed: u64 = rows.iter().map(|row| row.failed).sum();
    text += &format!("{} skipped gates\n{passed} passed, {failed} failed\n", skipped.len());
    text
}

fn code(rows: &[Row]) -> ExitCode {
    if rows.iter().all(|row| row.failed == 0) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One line, and one that begins with a tab for each that was said.
fn to_lines(row: &Row) -> String {
    let reason = row.skipped.as_deref().unwrap_or("");
    let millis = row.elapsed.as_millis();
    let mut text = format!("{}\t{millis}\t{}\t{}\t{reason}\n", row.step, row.passed, row.failed);
    row.said.iter().for_each(|line| text += &format!("\t{line}\n"));
    text
}

fn from_lines(text: &str) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix('\t'), rows.last_mut()) {
            (Some(said), Some(row)) => row.said.push(said.to_owned()),
            _ => rows.extend(from_line(line)),
        }
    }
    rows
}

fn from_line(line: &str) -> Option<Row> {
    let mut fields = line.splitn(5, '\t');
    Some(Row {
        step: fields.next()?.to_owned(),
        elapsed: Duration::from_millis(fields.next()?.parse().ok()?),
        passed: fields.next()?.parse().ok()?,
        failed: fields.next()?.parse().ok()?,
        skipped: fields.next().filter(|reason| !reason.is_empty()).map(str::to_owned),
        said: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(step: &str, passed: u64, failed: u64) -> Row {
        row(step, Duration::from_millis(1_250), Ok(Outcome::Tests { passed, failed, said: Vec::new() }))
    }

    #[test]
    fn the_last_line_sums_over_all_runners() {
        let rows = [ran("unit", 40, 1), ran("browser", 7, 0)];
        assert_eq!(closing_lines(&rows), "0 skipped gates\n47 passed, 1 failed\n");
    }

    #[test]
    fn a_skipped_gate_is_named_with_its_reason_and_counted() {
        let skipped = row("e2e", Duration::ZERO, Ok(Outcome::Skipped("no browser".to_owned())));
        let rows = [ran("unit", 2, 0), skipped];
        assert_eq!(closing_lines(&rows), "SKIPPED e2e: no browser\n1 skipped gates\n2 passed, 0 failed\n");
    }

    #[test]
    fn a_step_that_could_not_count_is_one_failure_and_a_gate_that_held_is_no_test() {
        let broken = row("sizes", Duration::ZERO, Err(anyhow::anyhow!("too large")));
        let held = row("format", Duration::ZERO, Ok(Outcome::Held));
        assert_eq!(closing_lines(&[broken, held]), "0 skipped gates\n0 passed, 1 failed\n");
    }

    #[test]
    fn rows_survive_their_way_through_the_shared_file() {
        let skipped = row("e2e", Duration::ZERO, Ok(Outcome::Skipped("a\tb".to_owned())));
        let broken = row("sizes", Duration::ZERO, Err(anyhow::anyhow!("too large\n\tby 3 bytes")));
        let rows = [ran("unit", 40, 1), skipped, broken];
        let text: String = rows.iter().map(to_lines).collect();
        assert_eq!(from_lines(&text), rows);
        assert_eq!(from_lines("unit\tsoon\n\tsaid of nothing"), []);
    }

    #[test]
    fn what_failed_is_said_again_and_what_passed_is_not() {
        let failed = Outcome::Tests { passed: 3, failed: 1, said: vec!["adds: 2 is not 3".to_owned()] };
        let rows = [ran("browser", 7, 0), row("unit", Duration::ZERO, Ok(failed))];
        assert_eq!(failures(&rows), "\n== unit: what failed\nadds: 2 is not 3\n");
        assert_eq!(failures(&rows[..1]), "");
    }

    #[test]
    fn a_second_try_is_never_silent() {
        let held = Outcome::Tests { passed: 4, failed: 0, said: vec!["pays: no button".to_owned()] };
        let rows = [row("e2e", Duration::ZERO, Ok(held))];
        assert_eq!(failures(&rows), "\n== e2e: passed at the second try only\npays: no button\n");
        let closing = "SECOND TRY e2e: what failed at first stands above\n0 skipped gates\n4 passed, 0 failed\n";
        assert_eq!(closing_lines(&rows), closing);
    }

    #[test]
    fn the_table_shows_seconds_and_counts() {
        let table = table(&[ran("unit", 40, 1)]);
        let cells: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
        assert_eq!(cells, ["unit", "1.2", "s", "40", "1"]);
    }
}
