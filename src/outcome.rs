//! What the message line says. Words and tone follow from the state alone.

use yew::Html;

use crate::form::element::{element, words};
use crate::form::marks;
use crate::state::{Closed, Decline, Notice, Phase, State};
use crate::text::{Text, Word};

/// How a message is coloured. Red is for mistakes and refusals; not knowing is amber.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to mend, or a refusal.
    Danger,
    /// Something to wait for.
    Waiting,
    /// Something to know.
    Plain,
}

/// The sentence to show, if there is one.
pub fn message(state: &State, text: &Text) -> Option<(Tone, &'static str)> {
    let (tone, word) = match &state.phase {
        Phase::Challenge { .. } if state.leaving => return None,
        Phase::Challenge { .. } => (Tone::Plain, Word::MessageChallenge),
        Phase::Processing => (Tone::Waiting, Word::MessageProcessing),
        Phase::Unknown => (Tone::Waiting, Word::MessageUnknown),
        Phase::Closed(Closed::Expired) => (Tone::Plain, Word::MessageExpired),
        Phase::Closed(Closed::Canceled) => (Tone::Plain, Word::MessageCanceled),
        Phase::Failed { again: true } => (Tone::Waiting, Word::MessageUnreadable),
        Phase::Failed { again: false } => (Tone::Danger, Word::MessageNoSession),
        // The shopper's own doing, and neither a mistake nor a refusal.
        Phase::Declined { reason: Decline::CLOSED, .. } => return Some((Tone::Plain, text.declined(Decline::CLOSED))),
        Phase::Declined { reason, .. } => return Some((Tone::Danger, text.declined(*reason))),
        Phase::Paying | Phase::Paid => return None,
        Phase::Editing => return mistake(state, text).or_else(|| state.notice.map(|said| notice(said, text))),
    };
    Some((tone, text.of(word)))
}

/// The mistake of the focused field, else the first.
fn mistake(state: &State, text: &Text) -> Option<(Tone, &'static str)> {
    let field = state.focus.filter(|field| state.mistakes.of(*field).is_some()).or_else(|| state.mistakes.first())?;
    let mistake = state.mistakes.of(field)?;
    Some((Tone::Danger, text.sentence(field, mistake)))
}

fn notice(notice: Notice, text: &Text) -> (Tone, &'static str) {
    let (tone, word) = match notice {
        Notice::NotSent => (Tone::Waiting, Word::MessageNotSent),
        Notice::NotCharged => (Tone::Waiting, Word::MessageNotCharged),
        Notice::Repriced => (Tone::Waiting, Word::MessageRepriced),
        Notice::Changing => (Tone::Waiting, Word::MessageChanging),
        Notice::TooMany => (Tone::Danger, Word::MessageTooMany),
        Notice::Misconfigured => (Tone::Danger, Word::MessageMisconfigured),
        Notice::Vetoed => (Tone::Plain, Word::MessageVetoed),
        Notice::Offline => (Tone::Waiting, Word::MessageOffline),
    };
    (tone, text.of(word))
}

/// How many fields want mending beside the one that is spoken of.
fn more(state: &State, text: &Text) -> &'static str {
    let others = state.mistakes.count().saturating_sub(1);
    match (&state.phase, others) {
        (Phase::Editing, _) => text.more(others),
        _ => "",
    }
}

/// The message line: always there, always as high. At rest it shows the accepted marks.
pub fn view(state: &State, text: &Text) -> Html {
    let said = message(state, text);
    let tone = match said {
        None => "rest",
        Some((Tone::Danger, _)) => "danger",
        Some((Tone::Waiting, _)) => "waiting",
        Some((Tone::Plain, _)) => "plain",
    };
    let at_rest = said.is_none() && matches!(state.phase, Phase::Editing);
    let mut line = Vec::new();
    if let Some((_, sentence)) = said {
        line.push(words(sentence));
        if state.mistakes.count() > 1 {
            line.extend([" ", more(state, text)].map(words));
        }
    }
    if matches!(state.phase, Phase::Challenge { .. }) && !state.leaving {
        line.push(words(" "));
        let values = [Some("button"), Some("link"), Some("another")];
        line.push(element("button", &["type", "class", "id"], &values, vec![words(text.of(Word::MessageUseAnother))]));
    }
    let beside = match (state.brand, state.second) {
        _ if !at_rest => Html::default(),
        (Some(first), Some(second)) => {
            line.push(words(text.of(Word::FormChoose)));
            marks::choice([first, second], state.chosen)
        }
        _ => marks::accepted(text),
    };
    let parts = vec![
        if said.is_some() { marks::icon("note") } else { Html::default() },
        element("p", &["id", "role"], &[Some("message"), Some("status")], line),
        beside,
    ];
    element("div", &["class", "data-tone"], &[Some("message"), Some(tone)], parts)
}
