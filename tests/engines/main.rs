//! The journeys of a shopper, in Chromium, Firefox and WebKit: the same code, over W3C WebDriver,
//! against `florin demo`, whose shop is another site than the frame.
//!
//! Run by `cargo xtask test --only engines`, which finds browsers and drivers or brings them.

mod demo;
mod frame_host;
mod journeys;
mod shopper;
mod stage;
mod waiting;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    libtest_mimic::run(&Arguments::from_args(), journeys::trials()).exit_code()
}
