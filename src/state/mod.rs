//! Where the checkout stands, and what happens next. Pure: no page, no network, no clock.
//!
//! [`State::apply`] takes what happened and says what to do; `checkout.rs` does it.

mod phase;
mod event;
mod effect;
mod decline;
mod entering;
mod following;

pub use decline::{DECLINES, Decline};
pub use effect::{Effect, Told};
pub use entering::UnderKeys;
pub use event::{Answer, Asked, Event, Price};
pub use phase::{Closed, Notice, Phase};

use florin_domain::card::Brand;

use crate::entry::{Field, Mistakes};

/// Where the checkout stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What the shopper sees.
    pub phase: Phase,
    /// Once the order was read.
    pub price: Option<Price>,
    /// The field with the focus.
    pub focus: Option<Field>,
    /// What is wrong, as far as it is shown.
    pub mistakes: Mistakes,
    /// The brand of the number so far.
    pub brand: Option<&'static Brand>,
    /// The mark on the coin's other side: stays there while it turns back.
    pub face: Option<&'static Brand>,
    /// The card's other brand, on a card with two.
    pub second: Option<&'static Brand>,
    /// Which of the two shall pay; none while the shopper leaves it to the bank.
    pub chosen: Option<&'static Brand>,
    /// Something to say while the shopper types.
    pub notice: Option<Notice>,
    /// A press that came before the price was known.
    held: bool,
    /// The same card was offered once already.
    offered_again: bool,
    /// What a refused `pay` will mean if nothing was charged.
    afterwards: Option<Notice>,
    /// Questions in a row that nobody answered.
    silences: u32,
    /// The page heard of this payment that nobody knows.
    told_unknown: bool,
    /// Whether anything was typed.
    touched: bool,
    /// The server was asked to give the challenge up.
    pub leaving: bool,
    /// Because the shopper closed the bank's page.
    closed: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            phase: Phase::Editing,
            price: None,
            focus: None,
            mistakes: Mistakes::default(),
            brand: None,
            face: None,
            second: None,
            chosen: None,
            notice: None,
            held: false,
            offered_again: false,
            afterwards: None,
            silences: 0,
            told_unknown: false,
            touched: false,
            leaving: false,
            closed: false,
        }
    }
}

impl State {
    /// Whether the fields take no typing.
    pub fn locked(&self) -> bool {
        !matches!(self.phase, Phase::Editing | Phase::Declined { .. } | Phase::Failed { again: true })
    }

    /// Takes what happened; says what to do.
    pub fn apply(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Session => vec![Effect::Read],
            Event::AnotherOrder => self.another_order(),
            Event::Read(price) => self.read(price),
            Event::Unreadable { again } => self.unreadable(again),
            Event::Typed { field, mistake, brand, second } => self.typed(field, mistake, brand, second),
            Event::Chose(brand) if !self.locked() => {
                self.chosen = Some(brand);
                Vec::new()
            }
            Event::Online(yes) => self.online(yes),
            Event::Entered(field) => {
                self.focus = Some(field);
                Vec::new()
            }
            Event::Left(field, mistake) => self.left(field, mistake),
            Event::Pressed(judged) => self.pressed(judged),
            Event::PageSays(yes) => self.page_says(yes),
            Event::Answered(answer) => self.answered(answer),
            Event::Status(asked, standing) if self.awaits(asked) => self.stand(standing, asked),
            Event::NoStatus(Asked::Awaiting | Asked::Returned) if self.awaits(Asked::Awaiting) => self.silence(),
            Event::NoStatus(Asked::OnLoad) => self.ask_again(Asked::OnLoad),
            Event::GaveUp { closed } => self.gave_up(closed),
            Event::Returned => self.returned(),
            Event::Clear if !self.locked() => self.clear(),
            Event::Status(..) | Event::NoStatus(_) | Event::Clear | Event::Chose(_) => Vec::new(),
        }
    }

    /// A status that was asked on load must not disturb a payment that began meanwhile.
    fn awaits(&self, asked: Asked) -> bool {
        match asked {
            Asked::OnLoad => matches!(self.phase, Phase::Editing),
            Asked::Awaiting | Asked::Returned => {
                matches!(self.phase, Phase::Paying | Phase::Processing | Phase::Unknown)
            }
        }
    }
}

#[cfg(test)]
mod tests;
