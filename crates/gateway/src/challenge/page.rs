//! Answers for browsers: pages without scripts, and redirects that leave no trace.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::wire::ApiError;

/// A redirect with the headers of [`see`], to be given a body. OwnGateway answers 302.
pub(super) fn see_headers(url: &str) -> Result<(StatusCode, HeaderMap), ApiError> {
    let location = HeaderValue::from_str(url).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut headers = common();
    headers.insert(header::LOCATION, location);
    Ok((StatusCode::FOUND, headers))
}

/// Sends a browser elsewhere.
pub(super) fn see(url: &str) -> Response {
    see_headers(url).into_response()
}

/// A page: its own style sheet, and nothing else from anywhere.
pub(super) fn html(status: StatusCode, framing_origins: &[String], body: String) -> Result<Response, ApiError> {
    let framed_by = if framing_origins.is_empty() { "'none'".to_owned() } else { framing_origins.join(" ") };
    with_policy(status, &format!("form-action 'none'; frame-ancestors {framed_by}"), body)
}

/// A page of forms that come back here; nobody may put a frame around it.
pub(crate) fn form(status: StatusCode, body: String) -> Result<Response, ApiError> {
    with_policy(status, "form-action 'self'; frame-ancestors 'none'", body)
}

/// After a form: the page again, by a request of its own.
pub(crate) fn go_to(path: &'static str) -> Response {
    let mut headers = common();
    headers.insert(header::LOCATION, HeaderValue::from_static(path));
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn with_policy(status: StatusCode, more: &str, body: String) -> Result<Response, ApiError> {
    let policy = format!("default-src 'none'; style-src 'self'; base-uri 'none'; {more}");
    let policy = HeaderValue::from_str(&policy).map_err(|error| ApiError::Internal(error.to_string()))?;
    let mut headers = common();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Ok((status, headers, body).into_response())
}

/// Return URLs carry the client secret: it is neither kept nor passed on.
fn common() -> HeaderMap {
    const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
    HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=()")),
    ])
}

/// Text that becomes part of a page.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut page, letter| {
        match letter {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            _ => page.push(letter),
        }
        page
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(escaped(r#"<b a="1" b='2'>&"#), "&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;");
    }
}
