//! Every parser of the pure crates that meets what others wrote.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod addresses;
mod cards;
mod names;
mod returns;
mod webhooks;

/// The kind of a result, as a word: the error's, or `Ok`.
fn word<T, E: std::fmt::Debug>(result: &Result<T, E>) -> String {
    match result {
        Ok(_) => "Ok".to_owned(),
        Err(error) => format!("{error:?}"),
    }
}
