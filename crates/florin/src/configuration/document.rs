//! Every setting there is, as a document: read from the very flags that the program takes.

use std::fmt::Write;

use clap::{Arg, ArgAction, Command, CommandFactory};

use super::{SERVERS, SecretName};
use crate::cli::Cli;
use crate::documents;

const HEAD: &str = "\
# Configuration

Written from the program itself. A setting is looked for on the command line, then in the environment, then in the file
that `--config` or `FLORIN_CONFIG` names; the first that has it counts.

A file is TOML, with a table for each server and one for secrets:

```toml
[merchant]
public-url = \"https://pay.example\"
shop = [\"https://shop.example\"]
live = true

[secrets]
OWNGATEWAY_SECRET_KEY = \"prd_…\"
```

A file with secrets, or with a database's address, that anybody else may read is refused. A setting or secret that the
program does not know is refused by name.

## Secrets

From the environment or from `[secrets]`; never from a flag, which other users of the machine could read. They are
wiped from memory when they are let go of, and can't be printed. Where two are allowed, they stand with a comma between:
both are accepted (and both sign), so that one can be exchanged without a failed request.

| name | what it is for |
|---|---|
";

fn document() -> String {
    let mut text = HEAD.to_owned();
    for secret in SecretName::ALL {
        // Writing to a String can not fail.
        let _ = writeln!(text, "| `{}` | {} |", secret.name(), secret.about());
    }
    let cli = Cli::command();
    for server in SERVERS.iter().filter_map(|name| cli.find_subcommand(name)) {
        describe(&mut text, server);
    }
    text
}

fn describe(text: &mut String, server: &Command) {
    let (name, about) = (server.get_name(), server.get_about().map(ToString::to_string).unwrap_or_default());
    let _ = write!(
        text,
        "\n## `florin {name}`\n\n{about}.\n\n| setting | environment | without it | meaning |\n|---|---|---|---|\n"
    );
    for arg in
        server.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| long != "help" && long != "version"))
    {
        let variable = arg.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
        let long = arg.get_long().unwrap_or_default();
        let _ = writeln!(text, "| `{long}` | {variable} | {} | {} |", without(arg), meaning(arg));
    }
}

fn without(arg: &Arg) -> String {
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return "`false`".to_owned();
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    match (defaults.is_empty(), arg.is_required_set()) {
        (false, _) => format!("`{}`", defaults.join(",")),
        (true, true) => "**refused**".to_owned(),
        (true, false) => "none".to_owned(),
    }
}

fn meaning(arg: &Arg) -> String {
    let mut words = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let allowed: Vec<_> = arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if !allowed.is_empty() && !matches!(arg.get_action(), ArgAction::SetTrue) {
        let _ = write!(words, ": {}", allowed.join(" or "));
    }
    if arg.get_value_delimiter().is_some() {
        words.push_str("; several with commas, in a file as a list");
    }
    words.replace('|', "\\|")
}

#[test]
fn the_committed_table_of_settings_is_the_programs() {
    documents::check("docs/configuration.md", &document());
}

#[test]
fn every_setting_says_what_it_means_and_can_come_from_the_environment() {
    let cli = Cli::command();
    for server in SERVERS.iter().filter_map(|name| cli.find_subcommand(name)) {
        for arg in server.get_arguments().filter(|arg| !["help", "version", "config"].contains(&arg.get_id().as_str()))
        {
            let name = format!("{} --{}", server.get_name(), arg.get_long().unwrap_or_default());
            assert!(arg.get_help().is_some(), "{name} says nothing");
            assert!(arg.get_env().is_some(), "{name} has no variable");
        }
    }
}
