//! The shop's errors, in the same form as the merchant server's.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use florin_domain::error::{ErrorBody, ErrorObject, ErrorType};
use serde_json::Value;

/// Why the shop does not do what it was asked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Ours.
    Shop(StatusCode, ErrorObject),
    /// The merchant server's words, passed on as they are.
    Merchant(StatusCode, Value),
}

impl Refusal {
    /// The body is no JSON.
    pub(crate) fn malformed() -> Self {
        let error = ErrorObject::new(ErrorType::Validation, "malformed_json", "the body is not JSON");
        Self::Shop(StatusCode::BAD_REQUEST, error)
    }

    /// The body breaks a rule.
    pub(crate) fn invalid(code: &str, message: &str) -> Self {
        Self::Shop(StatusCode::UNPROCESSABLE_ENTITY, ErrorObject::new(ErrorType::Validation, code, message))
    }

    /// The body breaks a rule in this field.
    pub(crate) fn invalid_field(code: &str, message: &str, field: &str) -> Self {
        let error = ErrorObject::new(ErrorType::Validation, code, message).at(field);
        Self::Shop(StatusCode::UNPROCESSABLE_ENTITY, error)
    }

    /// No such order.
    pub(crate) fn no_such_order() -> Self {
        let error = ErrorObject::new(ErrorType::NotFound, "order_not_found", "there is no such order");
        Self::Shop(StatusCode::NOT_FOUND, error)
    }

    /// A webhook that is not the merchant server's. All causes look the same.
    pub(crate) fn bad_signature() -> Self {
        let error = ErrorObject::new(ErrorType::Authentication, "bad_signature", "the signature does not hold");
        Self::Shop(StatusCode::UNAUTHORIZED, error)
    }

    /// The merchant server is away, or does not make sense.
    pub(crate) fn merchant_unreachable() -> Self {
        let message = "the merchant server does not answer; try again in a moment";
        let error = ErrorObject::new(ErrorType::Internal, "merchant_unreachable", message).retryable();
        Self::Shop(StatusCode::SERVICE_UNAVAILABLE, error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Shop(status, error) => (status, Json(ErrorBody { error })).into_response(),
            Self::Merchant(status, body) => (status, Json(body)).into_response(),
        }
    }
}

/// An address the shop does not have.
pub(crate) fn not_found() -> Response {
    let error = ErrorObject::new(ErrorType::NotFound, "not_found", "there is nothing here");
    Refusal::Shop(StatusCode::NOT_FOUND, error).into_response()
}

/// An address that takes another method.
pub(crate) fn method_not_allowed() -> Response {
    let error = ErrorObject::new(ErrorType::Validation, "method_not_allowed", "this address takes another method");
    Refusal::Shop(StatusCode::METHOD_NOT_ALLOWED, error).into_response()
}
