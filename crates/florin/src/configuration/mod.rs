//! What a command is told, from outside: a flag, else the environment, else a file, else the default.
//!
//! The flags themselves stand beside the commands. A file's settings become the defaults of the flags, so that
//! each setting is described once, and a setting that no flag has is refused by name.

mod file;
mod secrets;
#[cfg(test)]
mod document;

use std::ffi::OsString;

use anyhow::{Result, bail};
use clap::{ArgAction, Command, CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::merchant::MerchantFlags;

use file::ConfigurationFile;
pub(crate) use secrets::{SecretName, Secrets};

/// The name of the variable that names the file.
const FILE_VARIABLE: &str = "FLORIN_CONFIG";

/// The flag that names the file.
const FILE_FLAG: &str = "--config";

/// The commands that a file has a table for.
const SERVERS: &[&str] = &["merchant", "frame", "gateway"];

/// The command line with what a file adds to it.
pub(crate) struct Configured {
    pub(crate) cli: Cli,
    pub(crate) secrets: Secrets,
    /// The commands, with the file's defaults.
    command: Command,
}

impl Configured {
    /// What `florin merchant` would be told by the environment and the file alone.
    ///
    /// # Errors
    /// What it would miss.
    pub(crate) fn merchant(&self) -> Result<Box<MerchantFlags>> {
        let matches = self.command.clone().try_get_matches_from(["florin", "merchant"])?;
        match Cli::from_arg_matches(&matches)?.command {
            crate::cli::Command::Merchant(flags) => Ok(flags),
            _ => bail!("the command line is not well formed"),
        }
    }
}

/// Reads the command line, the environment and the file that one of them names. Ends the program for `--help`
/// and for words that are no command.
///
/// # Errors
/// The file can't be read, or says what nothing understands. Never quotes a value.
pub(crate) fn read() -> Result<Configured> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let file = match file_named(&arguments, std::env::var_os(FILE_VARIABLE)) {
        Some(path) => ConfigurationFile::read(path.as_ref())?,
        None => ConfigurationFile::default(),
    };
    let command = with_file(Cli::command(), &file)?;
    let matches = command.clone().get_matches_from(arguments);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    Ok(Configured { cli, secrets: Secrets::beside(file.secrets), command })
}

/// The file, before clap looks at anything: it decides what clap takes as defaults.
fn file_named(arguments: &[OsString], variable: Option<OsString>) -> Option<OsString> {
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        if argument == FILE_FLAG {
            return rest.next().cloned();
        }
        let value = argument.to_str().and_then(|text| text.strip_prefix(FILE_FLAG)?.strip_prefix('='));
        if let Some(value) = value {
            return Some(value.into());
        }
    }
    variable.filter(|path| !path.is_empty())
}

/// The same commands, with the file's settings as defaults.
fn with_file(mut command: Command, file: &ConfigurationFile) -> Result<Command> {
    for (server, settings) in &file.servers {
        if command.find_subcommand(server).is_none() {
            bail!("{}: there is no table [{server}]", file.name());
        }
        let mut refusal = None;
        command = command.mut_subcommand(server, |mut sub| {
            for (name, values) in settings {
                match with_default(sub.clone(), name, values) {
                    Some(changed) => sub = changed,
                    None => refusal = Some(anyhow::anyhow!("[{server}] has no setting {name}")),
                }
            }
            sub
        });
        if let Some(refusal) = refusal {
            return Err(refusal.context(file.name()));
        }
    }
    Ok(command)
}

fn with_default(command: Command, name: &str, values: &[String]) -> Option<Command> {
    let id = command.get_arguments().find(|arg| arg.get_long() == Some(name))?.get_id().clone();
    let values = values.to_vec();
    Some(command.mut_arg(id, |arg| {
        let takes_values = !matches!(arg.get_action(), ArgAction::SetTrue);
        let arg = arg.default_values(values).required(false);
        // Whoever may read --help need not see what the file says.
        if takes_values { arg.hide_default_value(true) } else { arg }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Command as Chosen;

    fn parsed(file: &str, words: &[&str]) -> Result<Cli, String> {
        let file = ConfigurationFile::parse(file).map_err(|error| format!("{error:#}"))?;
        let command = with_file(Cli::command(), &file).map_err(|error| format!("{error:#}"))?;
        let matches = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
        Cli::from_arg_matches(&matches).map_err(|error| error.to_string())
    }

    const FRAME: &str = "[frame]\nmerchant = \"https://m.example\"\nhttps = true\n\
                         gateway = [\"https://g.example\"]\nshop = [\"https://a.example\", \"https://b.example\"]\n";

    fn described(cli: Cli) -> String {
        match cli.command {
            Chosen::Frame(flags) => flags.host.describe(),
            _ => panic!("another command"),
        }
    }

    #[test]
    fn a_file_tells_a_server_everything() {
        let told = described(parsed(FRAME, &["florin", "frame"]).unwrap());
        assert_eq!(told, "https://m.example https://g.example https://a.example,https://b.example https");
    }

    #[test]
    fn a_flag_is_stronger_than_the_file() {
        let told = described(
            parsed(FRAME, &["florin", "frame", "--merchant", "https://n.example", "--shop", "https://c.example"])
                .unwrap(),
        );
        assert_eq!(told, "https://n.example https://g.example https://c.example https");
    }

    #[test]
    fn what_nothing_understands_is_refused_by_name() {
        let refused = |text: &str| parsed(text, &["florin", "frame"]).err().unwrap();
        assert!(refused("[frame]\nmerchnat = \"x\"\n").ends_with("[frame] has no setting merchnat"));
        assert!(refused("[shop]\n").ends_with("there is no table [shop]"));
        assert!(refused("[secrets]\nAPI_KEY = \"x\"\n").contains("[secrets] has no API_KEY"));
        assert!(refused("[frame]\nhttps = \"maybe\"\n").contains("--https"));
    }

    #[test]
    fn a_file_that_can_not_be_read_does_not_spill_what_it_holds() {
        let text = "[secrets]\nOWNGATEWAY_SECRET_KEY = \"snd_canary";
        let refused = parsed(text, &["florin", "frame"]).err().unwrap();
        assert!(refused.contains("line 2") && !refused.contains("canary"), "{refused}");
    }

    #[test]
    fn help_does_not_show_what_the_file_says() {
        let file = "[merchant]\ndatabase = \"postgres://u:canary@h/d\"\n";
        let help = parsed(file, &["florin", "merchant", "--help"]).err().unwrap();
        assert!(help.contains("--database") && !help.contains("canary"), "{help}");
    }

    #[test]
    fn the_file_is_named_by_a_flag_else_by_the_environment() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let variable = || Some(OsString::from("/v"));
        assert_eq!(file_named(&words(&["florin", "frame", "--config", "/f"]), variable()).unwrap(), "/f");
        assert_eq!(file_named(&words(&["florin", "--config=/f", "frame"]), variable()).unwrap(), "/f");
        assert_eq!(file_named(&words(&["florin", "frame"]), variable()).unwrap(), "/v");
        assert_eq!(file_named(&words(&["florin", "frame"]), None), None);
        assert_eq!(file_named(&words(&["florin", "frame"]), Some(OsString::new())), None);
    }
}
