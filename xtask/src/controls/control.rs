//! One control: a check of ours, the same place without it, and the tests that must then fail.
//!
//! A file of three parts. Head lines say what never happens, where the check stands and which tests
//! watch it, and `engine: postgres` where it takes that one; `--- with` and `--- without` hold the text that
//! stands there once, and what takes its place.

use std::path::Path;

use anyhow::{Context, Result, bail};

const WITH: &str = "--- with\n";
const WITHOUT: &str = "--- without\n";

/// A control as its file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Control {
    /// The file's name, without its ending.
    pub(crate) name: String,
    /// What never happens.
    pub(crate) never: String,
    /// The file that holds the check, from the root.
    pub(crate) file: String,
    /// The arguments of `cargo test`.
    pub(crate) test: Vec<String>,
    /// On PostgreSQL, where the one writer of SQLite would hide what is missing.
    pub(crate) on_postgres: bool,
    with: String,
    without: String,
}

/// What a control asks of the tests. The same test on another engine is another question.
pub(crate) type Question<'a> = (&'a [String], bool);

impl Control {
    pub(crate) fn question(&self) -> Question<'_> {
        (&self.test, self.on_postgres)
    }

    pub(crate) fn parse(name: &str, text: &str) -> Result<Self> {
        let (head, rest) = text.split_once(WITH).with_context(|| format!("{name}: no `--- with`"))?;
        let (with, without) = rest.split_once(WITHOUT).with_context(|| format!("{name}: no `--- without`"))?;
        let field = |field: &str| {
            let found = head.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": "));
            found.map(str::to_owned).with_context(|| format!("{name}: no `{field}: `"))
        };
        let ours = |text: &str| text.strip_suffix('\n').unwrap_or(text).to_owned();
        let control = Self {
            name: name.to_owned(),
            never: field("never")?,
            file: field("file")?,
            test: field("test")?.split_whitespace().map(str::to_owned).collect(),
            on_postgres: head.lines().any(|line| line == "engine: postgres"),
            with: ours(with),
            without: ours(without),
        };
        if control.with.trim().is_empty() || control.with == control.without {
            bail!("{name}: it changes nothing");
        }
        Ok(control)
    }

    /// The text of the control's file without the check.
    pub(crate) fn applied(&self, text: &str) -> Result<String> {
        match text.matches(&self.with).count() {
            1 => Ok(text.replacen(&self.with, &self.without, 1)),
            0 => bail!("{}: the check no longer stands in {} as the control says", self.name, self.file),
            many => bail!("{}: the text stands {many} times in {}; it must say which is meant", self.name, self.file),
        }
    }
}

/// All controls of a tree, by name.
pub(crate) fn all(root: &Path) -> Result<Vec<Control>> {
    let folder = root.join("tests/controls");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("can't read {}", folder.display()))?;
    let mut controls = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "control") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            controls.push(Control::parse(&name, &std::fs::read_to_string(&path)?)?);
        }
    }
    controls.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(controls)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "never: x\nfile: a.rs\ntest: -p a b::c\n--- with\nif bad {\n    stop();\n}\n--- without\n// gone\n";

    #[test]
    fn a_control_takes_away_exactly_what_it_names() {
        let control = Control::parse("one", TEXT).unwrap();
        assert_eq!(control.test, ["-p", "a", "b::c"]);
        assert_eq!(control.applied("a();\nif bad {\n    stop();\n}\nb();\n").unwrap(), "a();\n// gone\nb();\n");
    }

    #[test]
    fn a_check_that_is_gone_or_stands_twice_is_an_error() {
        let control = Control::parse("one", TEXT).unwrap();
        assert!(control.applied("a();\n").is_err());
        let twice = "if bad {\n    stop();\n}\n".repeat(2);
        assert!(control.applied(&twice).is_err());
    }

    #[test]
    fn a_control_that_changes_nothing_is_an_error() {
        assert!(Control::parse("one", &TEXT.replace("// gone", "if bad {\n    stop();\n}")).is_err());
        assert!(Control::parse("one", "never: x\n").is_err());
    }

    /// The place where a rewritten check takes its control along.
    #[test]
    fn every_control_of_ours_applies() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let controls = all(root).unwrap();
        assert!(controls.len() >= 15, "only {} controls", controls.len());
        for control in controls {
            let text = std::fs::read_to_string(root.join(&control.file)).unwrap();
            control.applied(&text).unwrap();
        }
    }
}
