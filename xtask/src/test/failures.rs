//! Keeps what a test runner says of the tests that failed.

/// So much of each runner's words is kept: enough for some tests with their reasons.
const LINES: usize = 120;

#[derive(Default)]
pub(super) struct Failures {
    said: Vec<String>,
    /// What a runner can be asked to run again: a test's name for cargo, a file for Node.
    names: Vec<String>,
    asserted: bool,
    speaking: bool,
}

impl Failures {
    /// Keeps the line if it belongs to the part on failures: of cargo and wasm-bindgen everything from
    /// `failures:` to the result, of Node everything after `✖ failing tests:`.
    pub(super) fn read(&mut self, line: &str) {
        match line.trim() {
            "failures:" | "✖ failing tests:" => self.speaking = true,
            result if result.starts_with("test result: ") => self.speaking = false,
            _ if self.speaking => {
                self.said.push(line.to_owned());
                self.asserted |= line.contains("AssertionError") || line.contains("assertion");
                self.names.extend(name(line).filter(|name| !self.names.contains(name)));
            }
            _ => {}
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// Whether any of them failed by what it asserts.
    pub(super) fn asserted(&self) -> bool {
        self.asserted
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

/// Of cargo's closing list such as `    chromium::pays`, of Node's such as `test at tests/e2e/pay.test.mjs:12:3`.
fn name(line: &str) -> Option<String> {
    if let Some(place) = line.strip_prefix("test at ") {
        return place.split(':').next().filter(|file| file.ends_with(".test.mjs")).map(str::to_owned);
    }
    let name = line.strip_prefix("    ")?;
    let is_path = name.contains("::") && name.chars().all(|it| it.is_alphanumeric() || matches!(it, ':' | '_'));
    is_path.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(output: &str) -> Failures {
        let mut failures = Failures::default();
        output.lines().for_each(|line| failures.read(line));
        failures
    }

    fn said(output: &str) -> Vec<String> {
        read(output).said()
    }

    #[test]
    fn what_can_be_run_again_is_named_once() {
        let cargo = "failures:\n---- token::pays stdout ----\n    left: 2\n\nfailures:\n    token::pays\n    token::waits\n\ntest result: FAILED";
        assert_eq!(read(cargo).names(), ["token::pays", "token::waits"]);
        let node = "✖ failing tests:\n\ntest at tests/e2e/pay.test.mjs:12:3\n✖ pays (3ms)\ntest at tests/e2e/pay.test.mjs:40:3";
        assert_eq!(read(node).names(), ["tests/e2e/pay.test.mjs"]);
        assert_eq!(read("    token::passes_by").names(), [""; 0]);
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
