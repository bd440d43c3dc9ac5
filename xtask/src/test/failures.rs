//! Keeps what a test runner says of the tests that failed.

/// So much of each runner's words is kept: enough for some tests with their reasons.
const LINES: usize = 120;

#[derive(Default)]
pub(super) struct Failures {
    said: Vec<String>,
    speaking: bool,
}

impl Failures {
    /// Keeps the line if it belongs to the part on failures: of cargo and wasm-bindgen everything from
    /// `failures:` to the result, of Node everything after `✖ failing tests:`.
    pub(super) fn read(&mut self, line: &str) {
        match line.trim() {
            "failures:" | "✖ failing tests:" => self.speaking = true,
            result if result.starts_with("test result: ") => self.speaking = false,
            _ if self.speaking => self.said.push(line.to_owned()),
            _ => {}
        }
    }

    /// The first lines, and how many more there were.
    pub(super) fn said(mut self) -> Vec<String> {
        let more = self.said.len().saturating_sub(LINES);
        self.said.truncate(LINES);
        if more > 0 {
            self.said.push(format!("… and {more} more lines, above"));
        }
        self.said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(output: &str) -> Vec<String> {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.read(line));
        failures.said()
    }

    #[test]
    fn of_cargo_each_binary_has_its_reasons_kept() {
        let output = "test adds ... FAILED\n\nfailures:\n---- adds stdout ----\n2 is not 3\nfailures:\n    adds\n\
            test result: FAILED. 1 passed; 1 failed\nrunning 1 test\ntest result: ok. 1 passed; 0 failed";
        assert_eq!(said(output), ["---- adds stdout ----", "2 is not 3", "    adds"]);
    }

    #[test]
    fn of_node_the_closing_list_is_kept() {
        let output = "  ✖ pays (12ms)\nℹ fail 1\n\n✖ failing tests:\n✖ pays (12ms)\n  no button";
        assert_eq!(said(output), ["✖ pays (12ms)", "  no button"]);
    }

    #[test]
    fn a_flood_is_cut_and_says_so() {
        let output = format!("failures:\n{}", "a line\n".repeat(LINES + 7));
        let said = said(&output);
        assert_eq!((said.len(), said[LINES].as_str()), (LINES + 1, "… and 7 more lines, above"));
    }
}
