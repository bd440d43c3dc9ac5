//! Flags beside an existing folder: what they ask for must be what the folder has.

use std::path::Path;

use florin_store::Target;

use super::flags::{DemoFlags, Part};
use super::fresh::Databases;
use super::record::Record;

/// The first flag that asks for something else than the folder's record says, as a sentence.
pub(crate) fn first_contradiction(record: &Record, flags: &DemoFlags, folder: &Path) -> Option<String> {
    Part::ALL
        .into_iter()
        .find_map(|part| of_address(record, flags, part))
        .or_else(|| of_collect(record, flags))
        .or_else(|| of_database(record, flags, folder))
        .map(|difference| {
            format!("{difference}. Leave the flag out to go on with it, or start another demo with another --data.")
        })
}

fn of_address(record: &Record, flags: &DemoFlags, part: Part) -> Option<String> {
    let asked = flags.address(part)?;
    let kept = record.address(part).ok()?;
    (!asked.admits(&kept)).then(|| format!("--{} says {asked}, but this demo's {part} is at {kept}", part.flag()))
}

fn of_collect(record: &Record, flags: &DemoFlags) -> Option<String> {
    let asked = flags.collect?;
    let kept = record.collect_mode;
    (asked != kept).then(|| format!("--collect says {asked}, but this demo collects cards in {kept} mode"))
}

/// The message names databases without their passwords.
fn of_database(record: &Record, flags: &DemoFlags, folder: &Path) -> Option<String> {
    let asked = match Databases::of(folder, Some(flags.database.as_deref()?)) {
        Ok(asked) => asked,
        Err(error) => return Some(format!("--database: {error}")),
    };
    let kept = Databases { merchant: record.merchant_database.clone(), gateway: record.gateway_database.clone() };
    (asked != kept).then(|| {
        format!("--database names others than this demo's {} and {}", shown(&kept.merchant), shown(&kept.gateway))
    })
}

/// A database as a message may show it.
fn shown(database: &str) -> String {
    match Target::parse(database) {
        Ok(Target::Postgres(address)) => address.to_string(),
        _ => database.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use florin_store::Randomness;

    use super::*;
    use crate::demo::flags::Collect;
    use crate::demo::fresh::{Origins, fresh_record};

    fn record() -> Record {
        let origins = Origins {
            shop: "http://localhost:4241".into(),
            merchant: "http://127.0.0.1:4242".into(),
            gateway: "http://127.0.0.1:4243".into(),
            frame: "http://127.0.0.1:4244".into(),
        };
        fresh_record(origins, Collect::Token, Path::new("/d"), Some("/srv/x.db"), &Randomness::seeded(1)).unwrap()
    }

    #[track_caller]
    fn check(flags: &DemoFlags, named: Option<&str>) {
        let found = first_contradiction(&record(), flags, Path::new("/d"));
        match named {
            None => assert_eq!(found, None),
            Some(named) => {
                assert!(found.as_deref().is_some_and(|text| text.starts_with(named)), "{found:?}")
            }
        }
    }

    #[test]
    fn flags_that_agree_with_the_folder_are_welcome() {
        check(&DemoFlags::default(), None);
        check(
            &DemoFlags {
                shop: Some("localhost:4241".parse().unwrap()),
                merchant: Some("127.0.0.1:0".parse().unwrap()),
                collect: Some(Collect::Token),
                database: Some("sqlite:/srv/x.db".to_owned()),
                only: Some(Part::Shop),
                ..DemoFlags::default()
            },
            None,
        );
    }

    #[test]
    fn flags_that_contradict_the_folder_are_named() {
        let address = |text: &str| Some(text.parse().unwrap());
        check(&DemoFlags { shop: address("127.0.0.1:4241"), ..DemoFlags::default() }, Some("--shop says"));
        check(&DemoFlags { merchant: address("127.0.0.1:1"), ..DemoFlags::default() }, Some("--merchant says"));
        check(&DemoFlags { gateway: address("127.0.0.1:1"), ..DemoFlags::default() }, Some("--gateway says"));
        check(&DemoFlags { frame: address("[::1]:0"), ..DemoFlags::default() }, Some("--frame says"));
        check(&DemoFlags { collect: Some(Collect::Confirm), ..DemoFlags::default() }, Some("--collect says"));
        let database = |text: &str| DemoFlags { database: Some(text.to_owned()), ..DemoFlags::default() };
        check(&database("/srv/y.db"), Some("--database names"));
        check(&database("postgres://h/d?sslmode=prefer"), Some("--database: "));
    }
}
