//! What the shopper sees after what happened.

mod challenge;
mod declines;
mod order;
mod paying;
mod typing;

use florin_domain::checkout::ResultStatus;
use florin_domain::error::Advice;

use super::*;
use crate::entry::Mistake;
use crate::wire::{ErrorAnswer, Standing};

fn priced() -> State {
    let mut state = State::default();
    let price = Price { amount: 4200, text: "€42.00".to_owned() };
    assert_eq!(
        state.apply(Event::Read(price)),
        [Effect::Status { asked: Asked::OnLoad, after_ms: 0 }],
        "a loaded form asks what came before"
    );
    state
}

/// A payment under way.
fn paying() -> State {
    let mut state = priced();
    assert_eq!(state.apply(Event::Pressed(Ok(()))), [Effect::AskPage]);
    assert_eq!(state.apply(Event::PageSays(Some(true))), [Effect::Pay]);
    assert!(state.locked());
    state
}

fn standing(status: ResultStatus) -> Standing {
    Standing { status, attempt: Some("att_1".to_owned()), action_url: None, error: None, retry_after_ms: None }
}

fn declined(code: &str, advice: Advice) -> Standing {
    let error = ErrorAnswer { code: code.to_owned(), advice };
    Standing { error: Some(error), ..standing(ResultStatus::Declined) }
}

fn challenged() -> Standing {
    let action_url = Some("https://bank.example/".to_owned());
    Standing { action_url, ..standing(ResultStatus::RequiresAction) }
}

fn answer(state: &mut State, standing: Standing) -> Vec<Effect> {
    state.apply(Event::Answered(Answer::Standing(standing)))
}

fn ask_after(after_ms: u32) -> Effect {
    Effect::Status { asked: Asked::Awaiting, after_ms }
}
