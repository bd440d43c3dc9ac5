//! What the browser can read and what it already has: `Accept-Encoding` and `If-None-Match`.

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::{ACCEPT_ENCODING, GetAll, IF_NONE_MATCH};

/// A way to write the same bytes shorter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `br`.
    Brotli,
    /// `gzip`.
    Gzip,
}

impl Encoding {
    /// Its name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }
}

/// Whether the request takes this encoding (RFC 9110 §12.5.3). Silence means plain.
pub(crate) fn accepts(headers: &HeaderMap, encoding: Encoding) -> bool {
    let mut wildcard = false;
    for part in parts(headers.get_all(ACCEPT_ENCODING)) {
        let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case(encoding.as_str()) {
            return !is_refused(parameters);
        }
        wildcard |= name == "*" && !is_refused(parameters);
    }
    wildcard
}

/// Whether the request already has the answer with this tag. Comparison is weak, as for a GET.
pub(crate) fn already_has(headers: &HeaderMap, etag: &str) -> bool {
    parts(headers.get_all(IF_NONE_MATCH)).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// `q=0`, in any of the spellings `0`, `0.`, `0.0`, `0.00`, `0.000`.
fn is_refused(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("q")
                && value.trim().starts_with('0')
                && value.trim().chars().all(|letter| matches!(letter, '0' | '.'))
        })
    })
}

/// The members of a list header, which may stand in several lines.
fn parts<'a>(values: GetAll<'a, HeaderValue>) -> impl Iterator<Item = &'a str> {
    values.into_iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: Option<&'static str>, brotli: bool, gzip: bool) {
        let mut headers = HeaderMap::new();
        if let Some(accept) = accept {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        }
        assert_eq!(accepts(&headers, Encoding::Brotli), brotli, "br of {accept:?}");
        assert_eq!(accepts(&headers, Encoding::Gzip), gzip, "gzip of {accept:?}");
    }

    #[test]
    fn only_what_was_named_and_not_refused_is_accepted() {
        check(None, false, false);
        check(Some(""), false, false);
        check(Some("gzip, deflate, br, zstd"), true, true);
        check(Some("GZIP;q=0.5"), false, true);
        check(Some("br;q=0, gzip"), false, true);
        check(Some("br; q=0.000, *"), false, true);
        check(Some("br;q=0.001"), true, false);
        check(Some("*"), true, true);
        check(Some("*;q=0"), false, false);
        check(Some("brotli, xgzip"), false, false);
    }

    #[test]
    fn a_known_tag_is_found_in_a_list() {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("\"a\", W/\"b\""));
        assert!(already_has(&headers, "\"a\""));
        assert!(already_has(&headers, "\"b\""));
        assert!(!already_has(&headers, "\"c\""));
    }
}
