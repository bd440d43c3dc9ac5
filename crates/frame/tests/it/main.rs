//! The frame host, through its router.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod challenge;
mod document;
mod files;
mod host;
mod languages;
mod refusals;
