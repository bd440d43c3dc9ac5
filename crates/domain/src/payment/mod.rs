//! Life of a payment at the gateway.
