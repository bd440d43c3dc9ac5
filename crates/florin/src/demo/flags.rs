//! The flags of `florin demo`.

use std::fmt;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::address::Address;

/// Addresses are HOST:PORT; port 0 takes a free one. What is left out is as in an existing folder,
/// or has its default.
#[derive(Args, Default)]
pub(crate) struct DemoFlags {
    /// The shop's address [default: localhost:4241]
    #[arg(long, value_name = "ADDR")]
    pub(crate) shop: Option<Address>,
    /// The merchant server's address [default: 127.0.0.1:4242]
    #[arg(long, value_name = "ADDR")]
    pub(crate) merchant: Option<Address>,
    /// The gateway's address [default: 127.0.0.1:4243]
    #[arg(long, value_name = "ADDR")]
    pub(crate) gateway: Option<Address>,
    /// The frame host's address [default: 127.0.0.1:4244]
    #[arg(long, value_name = "ADDR")]
    pub(crate) frame: Option<Address>,
    /// The folder for keys and data; an existing one is resumed [default: a fresh one]
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Where the two databases are: sqlite:/srv/demo.db, or postgres://user@host/database, which
    /// gets the schemas merchant and gateway [default: in the folder]
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// Runs this part alone, on the folder given with --data
    #[arg(long, value_name = "PART", requires = "data")]
    pub(crate) only: Option<Part>,
    /// How the card is handed to the gateway [default: token]
    #[arg(long, value_name = "MODE")]
    pub(crate) collect: Option<Collect>,
    /// Whether rates, attempts and declines are limited
    #[arg(long, value_name = "ON|OFF", default_value_t)]
    pub(crate) limits: LimitSwitch,
}

impl DemoFlags {
    /// The address flag of a part.
    pub(crate) fn address(&self, part: Part) -> Option<&Address> {
        match part {
            Part::Shop => self.shop.as_ref(),
            Part::Merchant => self.merchant.as_ref(),
            Part::Gateway => self.gateway.as_ref(),
            Part::Frame => self.frame.as_ref(),
        }
    }

    /// The parts to run, in the order in which they start.
    pub(crate) fn parts(&self) -> Vec<Part> {
        Part::ALL.into_iter().filter(|part| self.only.is_none_or(|only| only == *part)).collect()
    }
}

/// One of the four servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Sells a notebook.
    Shop,
    /// Holds the secret key and the price.
    Merchant,
    /// Takes cards.
    Gateway,
    /// Serves the form.
    Frame,
}

impl Part {
    /// Whoever is asked starts before whoever asks.
    pub(crate) const ALL: [Self; 4] = [Self::Gateway, Self::Merchant, Self::Frame, Self::Shop];

    /// The flag that gives its address, without dashes.
    pub(crate) fn flag(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Merchant => "merchant",
            Self::Gateway => "gateway",
            Self::Frame => "frame",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shop => "shop",
            Self::Merchant => "merchant server",
            Self::Gateway => "gateway",
            Self::Frame => "frame host",
        })
    }
}

/// How the form hands the card to the gateway.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Collect {
    /// For a token that the merchant server confirms with.
    #[default]
    Token,
    /// With the confirm itself, as a real OwnGateway takes it.
    Confirm,
}

impl fmt::Display for Collect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token => "token",
            Self::Confirm => "confirm",
        })
    }
}

/// Whether limits hold. Not kept in the folder: each run decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LimitSwitch {
    /// As in production.
    #[default]
    On,
    /// Every rate, attempt and decline limit is lifted, nothing else.
    Off,
}

impl fmt::Display for LimitSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn parse(line: &str) -> Result<DemoFlags, String> {
        let words = ["florin", "demo"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(words).map_err(|error| error.to_string())?.command {
            Command::Demo(flags) => Ok(flags),
            _ => Err("another command".to_owned()),
        }
    }

    #[test]
    fn without_flags_all_four_parts_run_with_limits() {
        let flags = parse("").unwrap();
        assert_eq!(flags.parts(), [Part::Gateway, Part::Merchant, Part::Frame, Part::Shop]);
        assert_eq!(flags.limits, LimitSwitch::On);
        assert!(flags.data.is_none() && flags.collect.is_none() && flags.shop.is_none());
    }

    #[test]
    fn every_flag_is_understood() {
        let flags = parse(
            "--shop localhost:1 --merchant 127.0.0.1:2 --gateway [::1]:3 --frame 127.0.0.1:0 --data d \
             --database sqlite:/x.db --only gateway --collect confirm --limits off",
        )
        .unwrap();
        assert_eq!(flags.shop.unwrap().origin(), "http://localhost:1");
        assert_eq!(flags.gateway.unwrap().origin(), "http://[::1]:3");
        assert_eq!(flags.only, Some(Part::Gateway));
        assert_eq!(flags.collect, Some(Collect::Confirm));
        assert_eq!(flags.limits, LimitSwitch::Off);
    }

    #[test]
    fn one_part_alone_needs_a_folder() {
        let refused = parse("--only merchant").err().unwrap();
        assert!(refused.contains("--data"), "{refused}");
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        for (line, named) in [
            ("--shop 4241", "--shop"),
            ("--only bank --data d", "--only"),
            ("--collect hosted", "--collect"),
            ("--limits maybe", "--limits"),
            ("--live", "--live"),
        ] {
            let refused = parse(line).err().unwrap();
            assert!(refused.contains(named), "{line}: {refused}");
        }
    }
}
