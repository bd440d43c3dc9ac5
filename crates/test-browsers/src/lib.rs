//! Chromium, Firefox and WebKit, driven over W3C WebDriver by the same code.
//!
//! Knows browsers and their drivers; knows no page. Where the programs are, the environment says:
//! `cargo xtask test` finds them or brings them, and sets it.

mod engine;
mod privacy;
mod driver;
mod screen;
mod browser;
mod top;

pub use browser::Browser;
pub use engine::Engine;
pub use privacy::Privacy;
pub use screen::Screen;
pub use top::to_top;
