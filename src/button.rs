//! The pay button: reads like the last line of a bill. Always enabled, always shows the amount.

use yew::{Html, html};

use crate::form::element::{element, span, words};
use crate::form::marks;
use crate::state::{Closed, Phase, State};
use crate::text::Text;

/// What the button says.
pub fn word(phase: &Phase, text: &Text) -> &'static str {
    let words = &text.button;
    match phase {
        Phase::Editing => words.pay,
        Phase::Paying => words.paying,
        Phase::Challenge { .. } => words.challenge,
        Phase::Processing => words.processing,
        Phase::Unknown => words.checking,
        Phase::Declined { again: true, .. } | Phase::Failed { again: true } => words.again,
        Phase::Declined { again: false, .. } => words.another,
        Phase::Paid => words.paid,
        Phase::Closed(Closed::Expired) => words.expired,
        Phase::Closed(Closed::Canceled) => words.canceled,
        Phase::Failed { again: false } => words.unavailable,
    }
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

/// The button. The second text announces a change of phase once; the button itself keeps the focus.
pub fn view(state: &State, text: &Text) -> Html {
    let word = word(&state.phase, text);
    let quiet = matches!(state.phase, Phase::Editing | Phase::Declined { .. } | Phase::Failed { .. });
    let parts = vec![
        if matches!(state.phase, Phase::Paid) { marks::icon("check") } else { Html::default() },
        span("word", vec![words(word)]),
        span("dots", Vec::new()),
        html! { <span class="amount" dir="ltr">{ state.price.as_ref().map(|price| price.text.clone()) }</span> },
    ];
    let values = [Some("submit"), Some("pay"), Some("pay")];
    let announced = words(if quiet { "" } else { word });
    html! {
        <>
            { element("button", &["type", "class", "id"], &values, parts) }
            { element("span", &["class", "role"], &[Some("unseen"), Some("status")], vec![announced]) }
        </>
    }
}
