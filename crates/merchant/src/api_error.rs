//! From what went wrong to a status and an Error body. Details of our own faults stay in the log.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use florin_domain::error::{Advice, ErrorBody, ErrorObject, ErrorType};
use florin_store::StoreError;

/// Why a request was not carried out.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request, or the state of things, does not allow it.
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The body.
        error: Box<ErrorObject>,
        /// Seconds until it may be allowed.
        retry_after: Option<u64>,
    },
    /// The body did not arrive whole, or is larger than anything we take. What is left of it is not waited for.
    Unreadable,
    /// Ours to fix: logged in full, never shown.
    Internal(String),
}

/// Whose attempts there are too many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooMany {
    Order,
    Network,
    /// Somebody tries out stolen cards at the gateway's account.
    Account,
}

impl ApiError {
    fn refused(status: StatusCode, kind: ErrorType, code: &str, message: &str) -> Self {
        Self::Refused { status, error: Box::new(ErrorObject::new(kind, code, message)), retry_after: None }
    }

    /// 400: not even readable.
    pub(crate) fn malformed(message: &str) -> Self {
        Self::refused(StatusCode::BAD_REQUEST, ErrorType::Validation, "malformed", message)
    }

    /// 405.
    pub(crate) fn wrong_method() -> Self {
        let message = "this route has no such method";
        Self::refused(StatusCode::METHOD_NOT_ALLOWED, ErrorType::Validation, "wrong_method", message)
    }

    /// 422: readable, but breaks a rule at `field`.
    pub(crate) fn invalid(code: &str, field: &str, message: &str) -> Self {
        let error = ErrorObject::new(ErrorType::Validation, code, message).at(field);
        Self::Refused { status: StatusCode::UNPROCESSABLE_ENTITY, error: Box::new(error), retry_after: None }
    }

    /// 401.
    pub(crate) fn unauthenticated() -> Self {
        let message = "the shop key is missing or unknown: send Authorization: Bearer <shop key>";
        Self::refused(StatusCode::UNAUTHORIZED, ErrorType::Authentication, "unauthenticated", message)
    }

    /// 401: a webhook whose signature is missing or wrong.
    pub(crate) fn unsigned() -> Self {
        let message = "the signature is missing or wrong";
        Self::refused(StatusCode::UNAUTHORIZED, ErrorType::Authentication, "bad_signature", message)
    }

    /// 404: absent or somebody else's, which is the same to whoever asks.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::refused(StatusCode::NOT_FOUND, ErrorType::NotFound, "not_found", &format!("no such {what}"))
    }

    /// 409.
    pub(crate) fn conflict(code: &str, message: &str) -> Self {
        Self::refused(StatusCode::CONFLICT, ErrorType::Conflict, code, message)
    }

    /// 400: the Idempotency-Key is missing or no key.
    pub(crate) fn bad_key(code: &str, message: &str) -> Self {
        let error = ErrorObject::new(ErrorType::Validation, code, message).at("Idempotency-Key");
        Self::Refused { status: StatusCode::BAD_REQUEST, error: Box::new(error), retry_after: None }
    }

    /// 409: the same request is being carried out.
    pub(crate) fn request_in_progress() -> Self {
        Self::busy("request_in_progress", "a request with this Idempotency-Key is being carried out", 1)
    }

    /// 409: a payment has one unfinished operation at most.
    pub(crate) fn operation_in_progress() -> Self {
        Self::busy("operation_in_progress", "another capture, void or refund of this payment is not over", 1)
    }

    /// 409: the same, where the gateway has the other one, a refund, and may take days to say how it ended.
    pub(crate) fn refund_pending() -> Self {
        let message = "another refund of this payment is on its way at the gateway, and one is made at a time; \
                       an event tells when it is over";
        Self::busy("operation_in_progress", message, 60)
    }

    /// 409: it was begun, and the gateway has not said what came of it.
    pub(crate) fn operation_unanswered(what: &str) -> Self {
        let message = format!(
            "the gateway has not said yet whether this {what} was carried out; it is being asked: \
             send the same request again to learn"
        );
        Self::busy("operation_in_progress", &message, 2)
    }

    /// 409, to the shop: a card was just handed over, and what came of it is not known yet.
    pub(crate) fn payment_submitted() -> Self {
        let message = "a card was just handed over, and its payment is not answered yet; ask again in a moment";
        Self::busy("payment_submitted", message, 2)
    }

    fn busy(code: &str, message: &str, seconds: u64) -> Self {
        let error = ErrorObject::new(ErrorType::Conflict, code, message).retryable();
        Self::Refused { status: StatusCode::CONFLICT, error: Box::new(error), retry_after: Some(seconds) }
    }

    /// 429, with the pause.
    pub(crate) fn too_many_attempts(whose: TooMany, wait_seconds: u64) -> Self {
        let message = match whose {
            TooMany::Order => "Too many attempts to pay this order. Please wait before trying again.",
            TooMany::Network => "Too many payments were begun from your network. Please wait before trying again.",
            TooMany::Account => "This payment can't be begun just yet. Please wait a few seconds.",
        };
        let error = ErrorObject::new(ErrorType::RateLimited, "too_many_attempts", message).advise(Advice::Wait);
        Self::Refused { status: StatusCode::TOO_MANY_REQUESTS, error: Box::new(error), retry_after: Some(wait_seconds) }
    }

    /// 409: the shop is ending the order, or changing its price; no payment is begun meanwhile.
    pub(crate) fn order_changing(wait_seconds: u64) -> Self {
        let message = "The shop is just changing this order. Nothing was charged. Please try again in a moment.";
        let error = ErrorObject::new(ErrorType::Conflict, "order_changing", message).retryable();
        Self::Refused { status: StatusCode::CONFLICT, error: Box::new(error), retry_after: Some(wait_seconds) }
    }

    /// 503, to the shop: the gateway did not say what was asked of it, and this stays as it is.
    pub(crate) fn gateway_silent(message: &str) -> Self {
        let error = ErrorObject::new(ErrorType::Gateway, "gateway_unavailable", message).retryable();
        Self::Refused { status: StatusCode::SERVICE_UNAVAILABLE, error: Box::new(error), retry_after: Some(2) }
    }

    /// 503: the gateway did not open a payment; nothing was charged.
    pub(crate) fn gateway_unavailable() -> Self {
        Self::gateway_silent("The payment service can't be reached. Nothing was charged. Please try again.")
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, error, retry_after) = match self {
            Self::Unreadable => {
                let refused = Self::malformed("the body can't be read, or is too large").into_response();
                return ([(header::CONNECTION, "close")], refused).into_response();
            }
            Self::Refused { status, error, retry_after } => (status, *error, retry_after),
            Self::Internal(cause) => {
                tracing::error!(%cause, "request failed");
                let message = "something went wrong on our side";
                let error = ErrorObject::new(ErrorType::Internal, "internal", message).retryable();
                // Ours, and most of it passes: the same again may well succeed.
                (StatusCode::SERVICE_UNAVAILABLE, error, Some(1))
            }
        };
        let mut response = (status, Json(ErrorBody { error })).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
