//! Our SQL as SQLite wants it: `$1` becomes `?1`, and statements that could end a shared
//! transaction are refused.

use crate::error::StoreError;

/// What a unit may begin a statement with. The rest would end, nest or reconfigure the transaction
/// that it shares with its neighbours.
const ALLOWED: [&str; 5] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"];

/// Translates one statement.
///
/// SQLite binds a *named* `$1` by first appearance, so `… $2 … $1` would silently swap values;
/// `?1` binds by number.
pub(super) fn translate(sql: &str) -> Result<String, StoreError> {
    let verb: String = sql.trim_start().chars().take_while(char::is_ascii_alphabetic).collect();
    if !ALLOWED.contains(&verb.to_ascii_uppercase().as_str()) {
        return Err(StoreError::Engine(format!("a unit may not use {verb:?}")));
    }
    let mut translated = String::with_capacity(sql.len());
    let mut words = String::with_capacity(sql.len());
    let mut quote = None;
    let mut characters = sql.chars().peekable();
    while let Some(character) = characters.next() {
        let numbered = character == '$' && characters.peek().is_some_and(char::is_ascii_digit);
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
