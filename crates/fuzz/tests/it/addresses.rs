//! The configuration's addresses: read or refused, and no password repeated.

use florin_fuzz::Fuzz;
use florin_store::Target;

#[test]
fn an_address_of_a_database_never_shows_its_password() {
    let seeds = [
        "postgres://u:hunter2@localhost:5433/db",
        "postgres://u:hunter2@far.example/db?sslmode=disable",
        "sqlite:/srv/m.db",
        "m.db",
    ];
    let seeds = seeds.map(|text| text.as_bytes().to_vec()).to_vec();
    let words: &[&[u8]] = &[
        b"postgres://",
        b"sqlite:",
        b"?sslmode=",
        b"require",
        b"&options=",
        b"@",
        b"%2F",
        b"[::1]",
        b",",
        b"?host=",
        b":memory:",
    ];
    let mut fuzz = Fuzz::new("database addresses", seeds, words);
    while let Some(input) = fuzz.input() {
        let Ok(text) = std::str::from_utf8(&input) else { continue };
        let answer = match Target::parse(text) {
            Ok(Target::Postgres(address)) => {
                let shown = format!("{address} {address:?}");
                // Where the mutation has put it into another place than the password's it may be shown.
                let is_password = text.starts_with("postgres://u:hunter2@") && text.matches("hunter2").count() == 1;
                assert!(!is_password || !shown.contains("hunter2"), "{shown}");
                "postgres".to_owned()
            }
            Ok(Target::Sqlite(_)) => "sqlite".to_owned(),
            Err(error) => {
                assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
                format!("{error:?}")
            }
        };
        fuzz.learn(answer);
    }
}
