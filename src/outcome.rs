//! What the message line says. Words and tone follow from the state alone.

use yew::Html;

use crate::entry::Field;
use crate::form::element::{element, words};
use crate::form::marks;
use crate::state::{Closed, Decline, Notice, Phase, State};
use crate::text::Text;

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
    let words = &text.message;
    let said = match &state.phase {
        Phase::Challenge { .. } => (Tone::Plain, words.challenge),
        Phase::Processing => (Tone::Waiting, words.processing),
        Phase::Unknown => (Tone::Waiting, words.unknown),
        Phase::Closed(Closed::Expired) => (Tone::Plain, words.expired),
        Phase::Closed(Closed::Canceled) => (Tone::Plain, words.canceled),
        Phase::Failed { again: true } => (Tone::Waiting, words.unreadable),
        Phase::Failed { again: false } => (Tone::Danger, words.no_session),
        Phase::Declined { again, reason } => (Tone::Danger, decline(*reason, *again, text)),
        Phase::Paying | Phase::Paid => return None,
        Phase::Editing => return mistake(state, text).or_else(|| state.notice.map(|said| notice(said, text))),
    };
    Some(said)
}

/// The mistake of the focused field, else the first.
fn mistake(state: &State, text: &Text) -> Option<(Tone, &'static str)> {
    let field = state.focus.filter(|field| state.mistakes.of(*field).is_some()).or_else(|| state.mistakes.first())?;
    let mistake = state.mistakes.of(field)?;
    Some((Tone::Danger, (text.sentence)(field, mistake)))
}

fn notice(notice: Notice, text: &Text) -> (Tone, &'static str) {
    let words = &text.message;
    match notice {
        Notice::NotSent => (Tone::Waiting, words.not_sent),
        Notice::NotCharged => (Tone::Waiting, words.not_charged),
        Notice::Repriced => (Tone::Waiting, words.repriced),
        Notice::TooMany => (Tone::Danger, words.too_many),
        Notice::Misconfigured => (Tone::Danger, words.misconfigured),
        Notice::Vetoed => (Tone::Plain, words.vetoed),
    }
}

fn decline(reason: Decline, again: bool, text: &Text) -> &'static str {
    let words = &text.message;
    match reason {
        Decline::Again if again => words.declined_again,
        Decline::Other | Decline::Again => words.declined,
        Decline::NotConfirmed => words.not_confirmed,
        Decline::NotSupported => words.not_supported,
        Decline::Busy => words.busy,
        Decline::Funds => words.funds,
        Decline::Fix(field) => (text.sentence)(field, crate::entry::Mistake::Refused),
    }
}

/// How many fields want mending beside the one that is spoken of.
fn more(state: &State, text: &Text) -> &'static str {
    let others = state.mistakes.count().saturating_sub(1);
    match (&state.phase, others) {
        (Phase::Editing, 1..) => text.more.get(others - 1).copied().unwrap_or_default(),
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
    if matches!(state.phase, Phase::Challenge { .. }) {
        line.push(words(" "));
        let values = [Some("button"), Some("link"), Some("another")];
        line.push(element("button", &["type", "class", "id"], &values, vec![words(text.message.use_another)]));
    }
    let parts = vec![
        if said.is_some() { marks::icon("note") } else { Html::default() },
        element("p", &["id", "role"], &[Some("message"), Some("status")], line),
        if at_rest { marks::accepted(text) } else { Html::default() },
    ];
    element("div", &["class", "data-tone"], &[Some("message"), Some(tone)], parts)
}

/// Whether the message speaks of `field`, so that its input points there.
pub fn speaks_of(state: &State, field: Field) -> bool {
    state.mistakes.of(field).is_some()
}
