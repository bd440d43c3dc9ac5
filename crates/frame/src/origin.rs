//! A web origin: scheme, host and port, as a browser writes it.
//!
//! Origins go into policies and messages by exact text, so they are parsed once and kept canonical.

use std::fmt;

use url::Url;

/// `https://shop.example` or `http://127.0.0.1:4242`: no path, no trailing slash, no default port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// The text is not the origin of a web page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an origin such as https://shop.example, with nothing after host and port")]
pub struct OriginError(String);

impl Origin {
    /// Takes `http` and `https` origins; a path, a query or a user name is refused.
    pub fn parse(text: &str) -> Result<Self, OriginError> {
        let refused = || OriginError(text.to_owned());
        let url = Url::parse(text).map_err(|_| refused())?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        let anonymous = url.username().is_empty() && url.password().is_none();
        let origin = url.origin().ascii_serialization();
        // A policy is a list: a host with one of its separators would smuggle in a directive.
        let plain = !origin.contains([';', ',', ' ', '*', '\'', '"']);
        if !matches!(url.scheme(), "http" | "https") || !bare || !anonymous || !plain {
            return Err(refused());
        }
        Ok(Self(origin))
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached through TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(Origin::parse(text).ok().as_ref().map(Origin::as_str), expected, "{text:?}");
    }

    #[test]
    fn an_origin_is_kept_as_a_browser_writes_it() {
        check("http://127.0.0.1:4242", Some("http://127.0.0.1:4242"));
        check("https://Shop.Example/", Some("https://shop.example"));
        check("https://shop.example:443", Some("https://shop.example"));
        check("http://[::1]:4242", Some("http://[::1]:4242"));
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "shop.example",
            "*",
            "https://*.example",
            "ftp://shop.example",
            "data:text/html,x",
            "https://shop.example/cart",
            "https://shop.example?x",
            "https://shop.example#x",
            "https://me@shop.example",
            "https://:pw@shop.example",
            "https://a;script-src *",
            "https://a,b",
            "https://a'b",
        ] {
            check(text, None);
        }
    }
}
