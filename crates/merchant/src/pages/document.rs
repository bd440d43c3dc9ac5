//! One HTML document: its head, its policy, and text that can't become markup.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::words::Words;

/// What goes into a document.
pub(super) struct Document<'a> {
    pub(super) words: &'a Words,
    pub(super) title: &'a str,
    pub(super) body: String,
    /// The frame host, where the document shows the form.
    pub(super) frame: Option<&'a str>,
    /// Seconds until the document asks for itself again.
    pub(super) again_in: Option<u32>,
}

impl Document<'_> {
    /// The document with the strictest policy it works under.
    pub(super) fn answer(self) -> Response {
        let again = self.again_in.map(|s| format!("<meta http-equiv=\"refresh\" content=\"{s}\">")).unwrap_or_default();
        let html = format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
             <meta name=\"robots\" content=\"noindex\">{again}<title>{}</title>\
             <link rel=\"stylesheet\" href=\"/pages.css\"></head><body>{}</body></html>",
            self.words.language,
            escape(self.title),
            self.body,
        );
        let scripts =
            self.frame.map(|frame| format!("script-src 'self' {frame}; frame-src {frame}; ")).unwrap_or_default();
        let policy = format!(
            "default-src 'none'; {scripts}style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let mut response = Html(html).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
        response
    }
}

/// Text as it may stand in markup, between tags or in an attribute with double quotes.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(escape("<b title=\"&\">"), "&lt;b title=&quot;&amp;&quot;&gt;");
    }
}
