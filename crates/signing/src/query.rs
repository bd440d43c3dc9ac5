//! Reads a raw query strictly: what a lenient reader would repair is refused.

/// Text that is no form encoding: a bad escape, or bytes that are not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// Names, decoded, with their values as they stand.
///
/// Values are decoded by whoever wants them, so that a tracker's broken value harms nobody. Names
/// are all decoded, or `st%61tus` would hide a second `status`.
pub(crate) fn pairs(raw: &str) -> impl Iterator<Item = Result<(String, &str), Malformed>> {
    raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name)?, value))
    })
}

/// Undoes form encoding: `+` is a space, `%41` is `A`.
pub(crate) fn decode(text: &str) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())? * 16 + digit(rest.next())?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).map_err(|_| Malformed)
}

fn digit(byte: Option<u8>) -> Result<u8, Malformed> {
    match byte {
        Some(byte @ b'0'..=b'9') => Ok(byte - b'0'),
        Some(byte @ b'a'..=b'f') => Ok(byte - b'a' + 10),
        Some(byte @ b'A'..=b'F') => Ok(byte - b'A' + 10),
        _ => Err(Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_encoding_is_undone_once() {
        for (text, decoded) in [
            ("", ""),
            ("a+b", "a b"),
            ("a%2Bb", "a+b"),
            ("a%20b", "a b"),
            ("%2525", "%25"),
            ("caf%C3%a9", "café"),
            ("é", "é"),
        ] {
            assert_eq!(decode(text).as_deref(), Ok(decoded), "{text}");
        }
    }

    #[test]
    fn what_is_no_form_encoding_is_refused() {
        for text in ["%", "%4", "%4g", "a%", "%%41", "%+1", "%é", "%FF", "%C3", "%ED%A0%80", "%C0%AF"] {
            assert_eq!(decode(text), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn names_are_decoded_and_values_left_alone() {
        let found: Result<Vec<_>, _> = pairs("&a=1&&st%61tus=%zz&b&c==&").collect();
        let expected = [("a", "1"), ("status", "%zz"), ("b", ""), ("c", "=")];
        assert_eq!(found.unwrap(), expected.map(|(name, value)| (name.to_owned(), value)));
        assert!(pairs("a=1&%=2").any(|pair| pair.is_err()));
    }
}
