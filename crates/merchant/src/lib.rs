//! The merchant server: orders, payments at the gateway, returns and webhooks.
