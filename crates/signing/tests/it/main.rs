//! Signatures against vectors that any language can read, and against every small change.

mod edges;
mod return_url;
mod return_url_changes;
mod sealed;
mod standard_webhooks;
mod webhook;

use florin_signing::SigningKey;
use serde_json::Value;

/// One list of a vector file.
#[track_caller]
fn vectors(file: &str, list: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(file).expect("a vector file is JSON");
    let list = file[list].as_array().expect("a vector file has this list").clone();
    assert!(!list.is_empty());
    list
}

#[track_caller]
fn text<'v>(vector: &'v Value, field: &str) -> &'v str {
    vector[field].as_str().unwrap_or_else(|| panic!("{field} is text in {vector}"))
}

fn key(text: &str) -> SigningKey {
    SigningKey::new(text).expect("a test's key is not empty")
}
