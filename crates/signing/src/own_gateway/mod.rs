//! What OwnGateway signs: the return URL and the webhook, both with one key and no time.
//!
//! Source: Hyperswitch v1, `make_url_with_signature` in the payments core and the signature of
//! outgoing webhooks.

pub mod return_url;
pub mod webhook;
