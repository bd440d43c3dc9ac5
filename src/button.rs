//! The pay button: reads like the last line of a bill. Always enabled, always shows the amount.

use yew::Html;

use crate::form::element::{element, span, words};
use crate::form::marks;
use crate::state::{Closed, Phase, State};
use crate::text::{Text, Word};

/// What the button says.
pub fn word(state: &State, text: &Text) -> &'static str {
    text.of(match &state.phase {
        Phase::Editing => Word::ButtonPay,
        Phase::Paying => Word::ButtonPaying,
        // Given up, and the server has not said yet what that came to.
        Phase::Challenge { .. } if state.leaving => Word::ButtonChecking,
        Phase::Challenge { .. } => Word::ButtonChallenge,
        Phase::Processing => Word::ButtonProcessing,
        Phase::Unknown => Word::ButtonChecking,
        Phase::Declined { again: true, .. } | Phase::Failed { again: true } => Word::ButtonAgain,
        Phase::Declined { again: false, .. } => Word::ButtonAnother,
        Phase::Paid => Word::ButtonPaid,
        Phase::Closed(Closed::Expired) => Word::ButtonExpired,
        Phase::Closed(Closed::Canceled) => Word::ButtonCanceled,
        Phase::Failed { again: false } => Word::ButtonUnavailable,
    })
}

/// The phase as the style sheet knows it.
pub fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Editing => "editing",
        Phase::Paying => "paying",
        Phase::Challenge { .. } => "challenge",
        Phase::Processing => "processing",
        Phase::Unknown => "unknown",
        Phase::Declined { .. } => "declined",
        Phase::Paid => "paid",
        Phase::Closed(_) | Phase::Failed { again: false } => "closed",
        Phase::Failed { again: true } => "failed",
    }
}

/// The button. The second part announces a change of phase once; the button itself keeps the focus.
pub fn view(state: &State, text: &Text) -> [Html; 2] {
    let word = word(state, text);
    let quiet = matches!(state.phase, Phase::Editing | Phase::Declined { .. } | Phase::Failed { .. });
    let price = state.price.iter().map(|price| words(price.text.clone()));
    let parts = vec![
        if matches!(state.phase, Phase::Paid) { marks::icon("check") } else { Html::default() },
        span("word", vec![words(word)]),
        span("dots", Vec::new()),
        element("span", &["class", "dir"], &[Some("amount"), Some("ltr")], price.collect()),
    ];
    let values = [Some("submit"), Some("pay"), Some("pay")];
    let announced = words(if quiet { "" } else { word });
    [
        element("button", &["type", "class", "id"], &values, parts),
        element("span", &["class", "role"], &[Some("unseen"), Some("status")], vec![announced]),
    ]
}
