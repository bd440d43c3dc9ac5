//! The Error object that every answer of ours uses, to shops and to browsers alike.

use serde::{Deserialize, Serialize};

/// Which kind of thing went wrong; decides the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorType {
    /// The request is malformed or breaks a rule.
    Validation,
    /// The key is missing, unknown or of the wrong kind.
    Authentication,
    /// It is absent, or somebody else's.
    NotFound,
    /// The state does not allow it now.
    Conflict,
    /// Too many tries.
    RateLimited,
    /// The bank said no.
    Declined,
    /// The gateway did not answer, or not usefully.
    Gateway,
    /// Ours to fix.
    Internal,
}

/// What the reader should do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// The same again may work.
    TryAgain,
    /// This card will not work; another may.
    OtherCard,
    /// Confirm with the bank.
    Authenticate,
    /// An answer is on its way; do not pay again.
    Wait,
    /// A person has to look at it.
    ContactSupport,
    /// Nothing to do.
    None,
}

/// What went wrong, for a program (`code`), a person (`message`) and the next step (`advice`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorObject {
    /// The kind.
    #[serde(rename = "type")]
    pub kind: ErrorType,
    /// Stable, for programs.
    pub code: String,
    /// A sentence for people. Holds no card data and no secret.
    pub message: String,
    /// The request field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The group of decline reasons, on a decline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline_code: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What to do next.
    pub advice: Advice,
}

impl ErrorObject {
    /// An error without field or decline code, not retryable, with nothing to do.
    pub fn new(kind: ErrorType, code: &str, message: &str) -> Self {
        Self {
            kind,
            code: code.to_owned(),
            message: message.to_owned(),
            field: None,
            decline_code: None,
            retryable: false,
            advice: Advice::None,
        }
    }

    /// Names the request field at fault.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// Says that the same may succeed later.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self.advice = Advice::TryAgain;
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn advise(mut self, advice: Advice) -> Self {
        self.advice = advice;
        self
    }
}

/// `{error: {…}}`, the body of every 4xx and 5xx.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorObject,
}
