//! Reads Cargo.lock and the version texts of tools. Knows only the few lines it needs.

/// The version of a package in the text of a Cargo.lock; the first one where there are several.
pub(crate) fn version_of(lock: &str, package: &str) -> Option<String> {
    let name_line = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name_line);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// The first number of a version text: 156 in "Chromium 156.0.8078.79 built on Debian".
pub(crate) fn major(version_text: &str) -> Option<u32> {
    numbers(version_text).map(|(major, _)| major)
}

/// Whether a version text such as "rustc 1.96.0 (…)" is at least `least`, such as "1.95".
pub(crate) fn at_least(version_text: &str, least: &str) -> bool {
    match (numbers(version_text), numbers(least)) {
        (Some(found), Some(wanted)) => found >= wanted,
        _ => false,
    }
}

/// Major and minor of the first dotted number in a text.
fn numbers(text: &str) -> Option<(u32, u32)> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.trim_start_matches('v').split('.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-macro"
version = "0.2.1"
dependencies = [
 "wasm-bindgen",
]

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
checksum = "00"
"#;

    #[test]
    fn a_version_is_read_from_the_package_of_exactly_that_name() {
        assert_eq!(version_of(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_of(LOCK, "wasm-bindgen-macro").as_deref(), Some("0.2.1"));
    }

    #[test]
    fn an_absent_package_has_no_version() {
        assert_eq!(version_of(LOCK, "wasm"), None);
        assert_eq!(version_of("", "wasm-bindgen"), None);
    }

    #[test]
    fn majors_are_read_from_what_browsers_and_drivers_print() {
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12"), Some(156));
        assert_eq!(major("ChromeDriver 156.0.8078.79 (0a1b-refs/heads/6422@{#1})"), Some(156));
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("no number here"), None);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(at_least("rustc 1.96.0 (ac68faa20 2026-05-25)", "1.95"));
        assert!(at_least("rustc 1.100.0", "1.95"));
        assert!(!at_least("rustc 1.85.1", "1.95"));
        assert!(!at_least("garbled", "1.95"));
    }
}
