//! Our SQL as PostgreSQL wants it. Most of it is taken as it is written.

/// A statement, and which of its parameters it asks to be NULL or not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) sql: String,
    /// Parameters, counted from 0, whose being NULL is told to the server as further parameters.
    pub(super) null_tests: Vec<usize>,
}

/// Translates one statement.
///
/// PostgreSQL wants to know every parameter's type, and `$1 IS NULL` says nothing of it. So in
/// `($1 IS NULL OR id < $1)` the first becomes `$2::boolean`, which is bound to NULL when `$1` is.
pub(super) fn statement(sql: &str) -> Translated {
    let pieces = pieces(sql);
    let highest = pieces.iter().filter_map(Piece::parameter).max().unwrap_or(0);
    let mut translated = Translated { sql: String::with_capacity(sql.len()), null_tests: Vec::new() };
    for (place, piece) in pieces.iter().enumerate() {
        match piece.parameter() {
            Some(number) if number > 0 && is_asked_for_null(&pieces[place + 1..]) => {
                translated.null_tests.push(number - 1);
                translated.sql += &format!("${}::boolean", highest + translated.null_tests.len());
            }
            _ => translated.sql += piece.text(),
        }
    }
    translated
}

/// Translates the statements of a migration.
///
/// Text is compared by bytes, as SQLite does and as ids need it, whatever the database's own order;
/// so no index depends on the system's language tables either. Types are written in capitals, which
/// tells them from columns of the same name.
pub(super) fn migration(sql: &str) -> String {
    let word = |piece: &Piece<'_>| match piece {
        Piece::Plain("TEXT") => "TEXT COLLATE \"C\"".to_owned(),
        Piece::Plain("BLOB") => "BYTEA".to_owned(),
        other => other.text().to_owned(),
    };
    pieces(sql).iter().map(word).collect()
}

/// A word, a number, or one character between them; or a whole text or comment, never looked into.
#[derive(Debug, Clone, Copy)]
enum Piece<'s> {
    Plain(&'s str),
    Closed(&'s str),
}

impl<'s> Piece<'s> {
    fn text(&self) -> &'s str {
        match self {
            Self::Plain(text) | Self::Closed(text) => text,
        }
    }

    /// The number of `$1`.
    fn parameter(&self) -> Option<usize> {
        match self {
            Self::Plain(text) => text.strip_prefix('$')?.parse().ok(),
            Self::Closed(_) => None,
        }
    }
}

/// Whether what follows a parameter is `IS NULL` or `IS NOT NULL`.
fn is_asked_for_null(following: &[Piece<'_>]) -> bool {
    let words = following.iter().map(Piece::text).filter(|text| !text.trim().is_empty());
    let words: Vec<String> = words.take(3).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["IS", "NULL", ..] | ["IS", "NOT", "NULL"])
}

fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        // A doubled quote closes and opens again, which comes to the same.
        let closed = match first {
            '\'' | '"' => Some(until(rest, 1, first)),
            '-' if rest.starts_with("--") => Some(until(rest, 2, '\n')),
            _ => None,
        };
        let plain = || match is_of_word(first) {
            true => rest.find(|next| !is_of_word(next)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (text, later) = rest.split_at(closed.unwrap_or_else(plain));
        pieces.push(if closed.is_some() { Piece::Closed(text) } else { Piece::Plain(text) });
        rest = later;
    }
    pieces
}

/// The length of what ends with the first `last` after `from`.
fn until(text: &str, from: usize, last: char) -> usize {
    text[from..].find(last).map_or(text.len(), |place| from + place + last.len_utf8())
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || character == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_for_null_gets_a_parameter_of_its_own() {
        let list = statement("SELECT * FROM t WHERE ($1 IS NULL OR id < $1) AND ($2 is  not null) LIMIT $3");
        assert_eq!(
            list.sql,
            "SELECT * FROM t WHERE ($4::boolean IS NULL OR id < $1) AND ($5::boolean is  not null) LIMIT $3"
        );
        assert_eq!(list.null_tests, [0, 1]);
    }

    #[test]
    fn the_rest_is_taken_as_it_is() {
        for sql in [
            "SELECT $2, $1",
            "SELECT '$1 IS NULL', \"$1\" IS NULL, 'it''s $1 IS NULL' -- $1 IS NULL\n FROM t",
            "SELECT * FROM t WHERE a IS NULL AND b = $1",
            "SELECT 'ünclosed",
        ] {
            assert_eq!(statement(sql), Translated { sql: sql.to_owned(), null_tests: Vec::new() });
        }
    }

    #[test]
    fn a_migration_compares_text_by_bytes() {
        assert_eq!(
            migration(
                "CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT, sum BLOB, made BIGINT DEFAULT 'TEXT'); -- TEXT"
            ),
            "CREATE TABLE notes (id TEXT COLLATE \"C\" PRIMARY KEY, text TEXT COLLATE \"C\", sum BYTEA, \
             made BIGINT DEFAULT 'TEXT'); -- TEXT"
        );
    }
}
