//! The three engines, and where each one's programs are.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// An engine that shoppers' browsers are built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Chrome, Edge, Opera, Samsung Internet
    Chromium,
    /// Firefox
    Firefox,
    /// Safari, and every browser on iOS
    Webkit,
}

impl Engine {
    /// All of them, in the order in which they are tested.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    /// Its name in the names of tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }

    /// The browser.
    ///
    /// # Errors
    /// When its variable is not set.
    pub fn browser(self) -> Result<PathBuf> {
        program(match self {
            Self::Chromium => "CHROMIUM",
            Self::Firefox => "FIREFOX",
            Self::Webkit => "MINIBROWSER",
        })
    }

    /// The program that drives the browser.
    ///
    /// # Errors
    /// When its variable is not set.
    pub fn driver(self) -> Result<PathBuf> {
        program(match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::Webkit => "WEBKITDRIVER",
        })
    }
}

fn program(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).filter(|path| !path.is_empty());
    path.map(PathBuf::from).with_context(|| format!("{variable} is not set; `cargo xtask test` finds it and sets it"))
}
