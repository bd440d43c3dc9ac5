//! OwnGateway's shapes: errors, bodies in, bodies out. Source: the v1 API of Hyperswitch.

pub(crate) mod address;
pub(crate) mod amount;
pub(crate) mod card;
pub(crate) mod document;
mod echoes;
pub(crate) mod error;
pub(crate) mod filter;
pub(crate) mod json;
pub(crate) mod payment;
pub(crate) mod payment_parts;
pub(crate) mod refund;
pub(crate) mod request;
pub(crate) mod text;

pub(crate) use error::ApiError;
pub(crate) use json::AppJson;
