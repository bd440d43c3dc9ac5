//! Signs and verifies return URLs and webhooks.
