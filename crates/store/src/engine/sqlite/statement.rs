//! Our SQL as SQLite wants it: `$1` becomes `?1`, row locks go, and statements that could end a
//! shared transaction are refused.

use crate::engine::verb;
use crate::error::StoreError;

/// Skips rows that another claim holds. Here one transaction writes at a time, so there are none.
const ROW_LOCK: &str = "FOR UPDATE SKIP LOCKED";

/// Translates one statement.
///
/// SQLite binds a *named* `$1` by first appearance, so `… $2 … $1` would silently swap values;
/// `?1` binds by number.
pub(super) fn translate(sql: &str) -> Result<String, StoreError> {
    verb::check(sql)?;
    let mut translated = String::with_capacity(sql.len());
    let mut words = String::with_capacity(sql.len());
    let mut quote = None;
    let mut rest = sql;
    while let Some(character) = rest.chars().next() {
        if quote.is_none()
            && let Some(later) = rest.strip_prefix(ROW_LOCK)
        {
            rest = later;
            continue;
        }
        rest = &rest[character.len_utf8()..];
        let numbered = character == '$' && rest.starts_with(|next: char| next.is_ascii_digit());
        match quote {
            // A doubled quote closes and opens again, which comes to the same.
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if character == '\'' || character == '"' => quote = Some(character),
            None if numbered => {
                translated.push('?');
                continue;
            }
            None => words.push(character.to_ascii_uppercase()),
        }
        translated.push(character);
    }
    if words.split_whitespace().collect::<Vec<_>>().windows(2).any(|pair| pair == ["OR", "ROLLBACK"]) {
        return Err(StoreError::Engine("OR ROLLBACK would undo the neighbours' units".to_owned()));
    }
    Ok(translated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_bind_by_number() {
        assert_eq!(translate("SELECT $2, $1").unwrap(), "SELECT ?2, ?1");
        assert_eq!(translate("\n  update t set a = $10").unwrap(), "\n  update t set a = ?10");
    }

    #[test]
    fn a_dollar_in_a_text_stays() {
        assert_eq!(translate("SELECT '$1', 'it''s $2', \"$3\", $4").unwrap(), "SELECT '$1', 'it''s $2', \"$3\", ?4");
    }

    #[test]
    fn a_row_lock_is_left_out() {
        assert_eq!(
            translate("SELECT 'FOR UPDATE SKIP LOCKED' LIMIT $2 FOR UPDATE SKIP LOCKED").unwrap(),
            "SELECT 'FOR UPDATE SKIP LOCKED' LIMIT ?2 "
        );
    }

    #[test]
    fn what_would_end_the_shared_transaction_is_refused() {
        for sql in [
            "COMMIT",
            " rollback",
            "BEGIN",
            "SAVEPOINT x",
            "RELEASE unit",
            "PRAGMA synchronous = OFF",
            "ATTACH 'x' AS y",
            "VACUUM",
            "",
            "UPDATE OR  ROLLBACK t SET a = 1",
            "INSERT or\nrollback INTO t VALUES (1)",
        ] {
            assert!(matches!(translate(sql), Err(StoreError::Engine(_))), "{sql:?}");
        }
        assert!(translate("SELECT 'OR ROLLBACK'").is_ok());
    }
}
