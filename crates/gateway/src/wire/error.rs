//! OwnGateway's errors: one table from what went wrong to status, code and words.

use std::time::Duration;

use axum::Json;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use florin_domain::payment::IntentStatus;
use florin_store::StoreError;
use serde_json::json;

/// What a caller did wrong, or what we did.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("The api-key is missing, unknown, or not one for this call")]
    Unauthenticated,
    /// A browser speaks for another customer.
    #[error("The customer_id is not the one of this payment")]
    AnotherCustomer,
    #[error("There is nothing at this address")]
    UnknownRoute,
    #[error("This address does not take this method")]
    MethodNotAllowed,
    #[error("Missing required param: {0}")]
    MissingParam(&'static str),
    #[error("{field} contains invalid data. Expected format is {expected}")]
    InvalidFormat { field: &'static str, expected: &'static str },
    #[error("{0}")]
    InvalidData(String),
    #[error("{0} has a value that it can not have")]
    InvalidValue(&'static str),
    /// The body does not parse. OwnGateway answers these in a shape of their own.
    #[error("Json deserialize error: {0}")]
    UnreadableBody(String),
    #[error("{field} must be at most {longest} characters long. Received {received} characters")]
    TooLong { field: &'static str, longest: usize, received: usize },
    #[error("The client_secret has expired")]
    ClientSecretExpired,
    #[error("The client_secret is not the one of this payment")]
    ClientSecretMismatch,
    #[error("This payment has been refunded as often as it may be")]
    TooManyRefunds,
    #[error("The refund amount exceeds what was captured and not yet refunded")]
    RefundExceedsCapture,
    #[error("This Payment could not be {flow} because it has a {field} of {status}. The expected state is {expected}")]
    UnexpectedState { flow: &'static str, field: &'static str, status: IntentStatus, expected: &'static str },
    #[error("{0}")]
    Precondition(String),
    #[error("{0} is not supported by the sandbox")]
    NotSupported(&'static str),
    /// OwnGateway has it, no dummy connector does.
    #[error("{0} is not implemented")]
    NotImplemented(&'static str),
    #[error("A {0} with this id exists already")]
    Duplicate(&'static str),
    #[error("Another {0} has this name")]
    NameTaken(&'static str),
    #[error("Another connector of this profile has this label")]
    LabelTaken,
    #[error("There is no such {0}")]
    NotFound(&'static str),
    #[error("There is no such dispute")]
    DisputeNotFound,
    #[error("Neither the payment nor its profile has a return_url")]
    NoReturnUrl,
    #[error("This token is unknown, used, expired or another payment's")]
    TokenExpired,
    #[error("No more tokens for this payment")]
    TooManyTokens,
    #[error("Too many declined cards; try again later")]
    TooManyDeclines { retry_after: Duration },
    #[error("Customer with the given `customer_id` already exists")]
    CustomerExists,
    #[error("Customer has an active mandate")]
    MandateActive,
    #[error("Customer has already been redacted")]
    CustomerRedacted,
    #[error("No connector is set up for this profile")]
    NoConnector,
    #[error("The body is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// Somebody else kept changing the same payment. OwnGateway's words are about something else.
    #[error("There was an issue processing the webhook body")]
    Locked,
    /// Ours to fix: logged, never shown.
    #[error("Something went wrong on our side")]
    Internal(String),
}

impl ApiError {
    /// HTTP status and OwnGateway's code.
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
        match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "IR_01"),
            Self::AnotherCustomer => (StatusCode::UNAUTHORIZED, "IR_18"),
            Self::UnknownRoute => (StatusCode::NOT_FOUND, "IR_02"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "IR_03"),
            Self::MissingParam(_) => (StatusCode::BAD_REQUEST, "IR_04"),
            Self::InvalidFormat { .. } => (UNPROCESSABLE, "IR_05"),
            Self::InvalidData(_) => (UNPROCESSABLE, "IR_06"),
            Self::InvalidValue(_) => (StatusCode::BAD_REQUEST, "IR_07"),
            Self::UnreadableBody(_) | Self::TooLong { .. } => (StatusCode::BAD_REQUEST, "IR_06"),
            Self::ClientSecretExpired => (StatusCode::BAD_REQUEST, "IR_08"),
            Self::ClientSecretMismatch => (StatusCode::BAD_REQUEST, "IR_09"),
            Self::TooManyRefunds => (StatusCode::BAD_REQUEST, "IR_12"),
            Self::RefundExceedsCapture => (StatusCode::BAD_REQUEST, "IR_13"),
            Self::UnexpectedState { .. } => (StatusCode::BAD_REQUEST, "IR_14"),
            Self::Precondition(_) => (StatusCode::BAD_REQUEST, "IR_16"),
            Self::NotImplemented(_) => (StatusCode::NOT_IMPLEMENTED, "IR_00"),
            Self::NotSupported(_) => (StatusCode::BAD_REQUEST, "IR_20"),
            Self::NameTaken(_) => (StatusCode::BAD_REQUEST, "IR_38"),
            Self::Duplicate(_) | Self::LabelTaken => (StatusCode::BAD_REQUEST, "HE_01"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "HE_02"),
            Self::DisputeNotFound => (StatusCode::NOT_FOUND, "HE_04"),
            Self::NoReturnUrl => (StatusCode::NOT_FOUND, "HE_03"),
            // The two of the token route, which OwnGateway does not have.
            Self::TokenExpired => (StatusCode::BAD_REQUEST, "token_expired"),
            Self::TooManyTokens => (StatusCode::BAD_REQUEST, "token_limit"),
            Self::TooManyDeclines { .. } => (StatusCode::TOO_MANY_REQUESTS, "decline_limit"),
            Self::CustomerExists => (StatusCode::BAD_REQUEST, "IR_12"),
            Self::MandateActive => (StatusCode::BAD_REQUEST, "IR_10"),
            Self::CustomerRedacted => (StatusCode::BAD_REQUEST, "IR_11"),
            Self::NoConnector => (StatusCode::BAD_REQUEST, "IR_39"),
            Self::BodyTooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "IR_06"),
            Self::Locked => (UNPROCESSABLE, "HE_00"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "HE_00"),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LostSwap => Self::Locked,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        if let Self::Internal(cause) = &self {
            tracing::error!(cause, "a request failed");
        }
        let kind = if status == StatusCode::INTERNAL_SERVER_ERROR { "api" } else { "invalid_request" };
        // Bodies that do not parse have `error_type` where all other errors have `type`.
        let kind_key = if matches!(self, Self::UnreadableBody(_)) { "error_type" } else { "type" };
        let body = json!({ "error": { kind_key: kind, "message": self.to_string(), "code": code } });
        let mut response = (status, Json(body)).into_response();
        if let Self::TooManyDeclines { retry_after } = self {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs().max(1)));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_that_another_call_changes_is_refused_in_owngateways_words() {
        let (status, code) = ApiError::Locked.status_and_code();
        let words = "There was an issue processing the webhook body";
        assert_eq!((status.as_u16(), code, ApiError::Locked.to_string().as_str()), (422, "HE_00", words));
    }
}
