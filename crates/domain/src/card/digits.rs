//! Digits as people write them: ASCII, full-width, Arabic-Indic, with spaces and dashes between.

/// The ASCII digit that `letter` stands for, if it is one.
pub(super) fn digit(letter: char) -> Option<char> {
    let base = match letter {
        '0'..='9' => return Some(letter),
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return None,
    };
    char::from_digit(u32::from(letter) - base, 10)
}

/// Whether `letter` may stand between digits without meaning anything.
pub(super) fn separates(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '.' | '\u{2010}'..='\u{2015}' | '\u{200e}' | '\u{200f}')
}

/// Only the digits of `text`, as ASCII.
pub fn digits_of(text: &str) -> String {
    text.chars().filter_map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_other_scripts_count() {
        assert_eq!(digits_of("４２ ٤٢-۴۲"), "424242");
        assert_eq!(digits_of("4²½x"), "4");
    }
}
