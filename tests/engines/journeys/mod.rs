//! Which journeys there are, and in which browsers each is made.

mod challenge;
mod early;
mod paying;
mod places;
mod denied;

use anyhow::Result;
use florin_test_browsers::{Engine, Privacy};
use libtest_mimic::{Failed, Trial};

use crate::demo::Collect;
use crate::stage::{HeldProps, Props, Stage};

/// Where the card goes another way: the rest is the same in both modes, and is made in both by the tests in one engine.
const IN_CONFIRM_MODE: [&str; 4] = [
    "an_approved_card_pays_the_order",
    "a_reload_in_mid_payment_finds_the_payment_again",
    "a_challenge_in_the_dialog_pays_the_order",
    "a_refused_challenge_then_another_card",
];

/// All trials, named `engine::settings::fact`. Ignored unless asked for: they need browsers and a binary.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for engine in Engine::ALL {
        for (settings, collect, privacy) in [
            ("token", Collect::Token, Privacy::Usual),
            ("strict", Collect::Token, Privacy::Strict),
            ("confirm", Collect::Confirm, Privacy::Usual),
        ] {
            let add = &mut |name: &str, play: fn(&Stage) -> Result<()>| {
                if collect == Collect::Confirm && !IN_CONFIRM_MODE.contains(&name) {
                    return;
                }
                let stage = Stage { engine, collect, privacy };
                let runner = move || play(&stage).map_err(|error| Failed::from(format!("{error:#}")));
                let name = format!("{}::{settings}::{name}", engine.name());
                trials.push(Trial::test(name, runner).with_ignored_flag(true));
            };
            paying::add(add);
            challenge::add(add);
            // What happens before a card leaves is the same, whichever way it leaves.
            if collect == Collect::Token && privacy == Privacy::Usual {
                early::add(add);
                places::add(add);
            }
            if privacy == Privacy::Strict {
                denied::add(add);
            }
        }
    }
    let confirmed = trials.iter().filter(|trial| trial.name().contains("::confirm::")).count();
    assert_eq!(confirmed, Engine::ALL.len() * IN_CONFIRM_MODE.len(), "a journey was renamed");
    trials
}

/// Names a journey as its function is named.
macro_rules! journeys {
    ($($journey:ident),+ $(,)?) => {
        pub(super) fn add(add: &mut impl FnMut(&str, fn(&crate::stage::Stage) -> anyhow::Result<()>)) {
            $(add(stringify!($journey), |stage| stage.play($journey));)+
        }
    };
}
use journeys;
