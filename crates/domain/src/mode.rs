//! Test or live: one process, one database, one mode.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether money is real here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Pretend money, test cards.
    Test,
    /// Real money.
    Live,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Test => "test",
            Self::Live => "live",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_reads_as_it_is_sent() {
        for (mode, word) in [(Mode::Test, "test"), (Mode::Live, "live")] {
            assert_eq!((mode.to_string(), serde_json::to_value(mode).unwrap()), (word.to_owned(), word.into()));
        }
    }
}
