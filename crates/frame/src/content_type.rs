//! Which files are served, and as what. A name that is not in the table is not served at all.

/// The content type of a file by its name.
pub(crate) fn of(name: &str) -> Option<&'static str> {
    if name.starts_with('.') {
        return None;
    }
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "wasm" => "application/wasm",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
