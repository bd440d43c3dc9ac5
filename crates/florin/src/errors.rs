//! `florin errors`: everything that can go wrong with a payment, for support to read or to import.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use florin_domain::failure::{self, CODES};
use serde_json::{Value, json};

/// The flags of `florin errors`.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ErrorsFlags {
    /// As tables, for people
    #[arg(long)]
    markdown: bool,
    /// As data, for the tools of support
    #[arg(long)]
    json: bool,
}

/// Prints the tables.
pub(crate) fn run(flags: &ErrorsFlags) -> ExitCode {
    let text = if flags.json { format!("{:#}\n", as_json()) } else { as_markdown() };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn as_json() -> Value {
    let ours = failure::all().map(|failure| {
        json!({
            "code": failure.code,
            "class": failure.class,
            "type": failure.kind,
            "retryable": failure.retryable,
            "advice": failure.advice,
            "customer_message_key": failure.told.key(),
            "action": failure.action,
            "escalates_to": failure.duty,
        })
    });
    let gateway = CODES.iter().map(|code| {
        json!({
            "code": code.code,
            "statuses": code.statuses,
            "class": code.class(),
            "about": code.about,
            "means": code.meaning.as_str(),
        })
    });
    json!({ "errors": ours.collect::<Vec<_>>(), "gateway_codes": gateway.collect::<Vec<_>>() })
}

const HEAD: &str = "\
# What can go wrong

Written by `florin errors --markdown`; `florin errors --json` has the same as data.

## Our codes

`code` of an Error. *Told* is the key of the shopper's sentence in every language of the form; without one no shopper
meets the code, or the form asks how the order stands and says that.

| code | class | type | again? | advice | told | what the server does | who looks at it |
|---|---|---|---|---|---|---|---|
";

const MIDDLE: &str = "
## The gateway's codes

A code is believed with the statuses named, and decides nothing with any other; 401 and 403 are about our key, whatever
the code. A code that is not here decides nothing: the gateway is asked until it says.

| code | statuses | class | about | what follows |
|---|---|---|---|---|
";

fn as_markdown() -> String {
    let mut text = HEAD.to_owned();
    for failure in failure::all() {
        // Writing to a String can not fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
            failure.code,
            failure.class.as_str(),
            word(json!(failure.kind)),
            if failure.retryable { "yes" } else { "no" },
            word(json!(failure.advice)),
            failure.told.key().map(|key| format!("`{key}`")).unwrap_or_default(),
            failure.action,
            failure.duty.as_str(),
        );
    }
    text.push_str(MIDDLE);
    for code in CODES {
        let statuses: Vec<_> = code.statuses.iter().map(u16::to_string).collect();
        let (class, follows) = (code.class().as_str(), code.meaning.as_str());
        let _ = writeln!(text, "| `{}` | {} | {class} | {} | {follows} |", code.code, statuses.join(", "), code.about);
    }
    text
}

/// The word on the wire.
fn word(value: Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::documents::{self, workspace};

    /// Every Rust file under a folder of the workspace.
    fn sources(folder: &str) -> Vec<(PathBuf, String)> {
        fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else if path.extension().is_some_and(|kind| kind == "rs") {
                    found.push((path.clone(), fs::read_to_string(&path).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        walk(&workspace().join(folder), &mut found);
        assert!(!found.is_empty(), "{folder} holds no source");
        found
    }

    /// The texts in double quotes, as far as a plain reading finds them.
    fn quoted(source: &str) -> impl Iterator<Item = &str> {
        source.split('"').skip(1).step_by(2)
    }

    fn is_gateway_code(text: &str) -> bool {
        let number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
        ["IR_", "HE_", "WE_", "CE_", "DC_", "UE_"].iter().any(|prefix| text.strip_prefix(prefix).is_some_and(number))
            || ["token_expired", "token_limit", "decline_limit"].contains(&text)
    }

    #[test]
    fn every_code_that_the_gateway_answers_with_is_mapped() {
        let mapped: BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
        let sources = sources("crates/gateway/src");
        let mut answered = BTreeSet::new();
        for (_, source) in &sources {
            answered.extend(source.split('"').filter(|text| is_gateway_code(text)));
        }
        assert!(answered.len() >= 20, "only {} codes were found", answered.len());
        let unmapped: Vec<_> = answered.difference(&mapped).collect();
        assert!(unmapped.is_empty(), "{unmapped:?} want a line in crates/domain/src/failure/gateway.rs");
    }

    /// The first word in quotes after each of these begins an error of ours.
    const BEGINNINGS: &[&str] =
        &["::invalid(", "::conflict(", "::busy(", "::bad_key(", "::refused(", "ErrorObject::new(", "::unavailable("];

    fn codes_in(source: &str) -> impl Iterator<Item = &str> {
        BEGINNINGS.iter().flat_map(move |beginning| {
            source.split(beginning).skip(1).filter_map(|rest| {
                let call = &rest[..rest.find(';').unwrap_or(rest.len())];
                let is_code = |text: &&str| text.len() > 3 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                quoted(call).next().filter(is_code)
            })
        })
    }

    #[test]
    fn every_code_that_we_answer_with_has_its_line() {
        let mut answered = BTreeSet::new();
        let sources = [sources("crates/merchant/src"), sources("crates/domain/src")].concat();
        for (_, source) in &sources {
            answered.extend(codes_in(source).map(str::to_owned));
        }
        assert!(answered.len() >= 35, "only {} codes were found", answered.len());
        let without: Vec<_> = answered.iter().filter(|code| failure::find(code).is_none()).collect();
        assert!(without.is_empty(), "{without:?} want a line in crates/domain/src/failure/own.rs");
    }

    #[test]
    fn every_language_of_the_form_has_what_shoppers_are_told() {
        let folder = workspace().join("www/locales");
        let mut languages = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let texts: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let missing: Vec<_> =
                failure::all().filter_map(|failure| failure.told.key()).filter(|key| texts[key].is_null()).collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", path.display());
            languages += 1;
        }
        assert!(languages >= 2, "only {languages} languages were found");
    }

    #[test]
    fn both_exports_hold_every_code() {
        let (json, markdown) = (as_json(), as_markdown());
        let codes: Vec<_> = ["errors", "gateway_codes"]
            .iter()
            .flat_map(|list| json[list].as_array().unwrap())
            .map(|entry| entry["code"].as_str().unwrap())
            .collect();
        assert_eq!(codes.len(), failure::all().count() + CODES.len());
        for code in codes {
            assert!(markdown.contains(&format!("| `{code}` |")), "{code}");
        }
    }

    #[test]
    fn the_committed_table_is_the_programs() {
        documents::check("docs/errors.md", &as_markdown());
    }
}
