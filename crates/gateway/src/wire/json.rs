//! Reads a JSON body the way OwnGateway does, and says what is wrong without repeating card data.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

use super::ApiError;

/// A JSON body.
pub(crate) struct AppJson<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for AppJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if !is_json(&request) {
            return Err(ApiError::UnreadableBody("the content-type is not application/json".to_owned()));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::UnreadableBody("the body could not be read".to_owned()))?;
        serde_json::from_slice(&body).map(Self).map_err(|error| ApiError::UnreadableBody(masked(&error.to_string())))
    }
}

fn is_json(request: &Request) -> bool {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Parsers quote the value they trip over, and it may be a card number in the wrong place: no digit
/// of anything quoted is repeated.
fn masked(message: &str) -> String {
    let mut quote = None;
    message
        .chars()
        .map(|letter| match (quote, letter) {
            (None, '`' | '"') => {
                quote = Some(letter);
                letter
            }
            (Some(open), _) if open == letter => {
                quote = None;
                letter
            }
            (Some(_), _) if letter.is_numeric() => '•',
            _ => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_of_a_quoted_value_is_repeated() {
        assert_eq!(
            masked("invalid type: integer `4242424242424242`, expected a string at line 1 column 20"),
            "invalid type: integer `••••••••••••••••`, expected a string at line 1 column 20"
        );
        assert_eq!(masked("unknown variant \"4242 4242\""), "unknown variant \"•••• ••••\"");
        assert_eq!(masked("missing field `card_number` at line 1"), "missing field `card_number` at line 1");
    }
}
