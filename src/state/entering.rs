//! Until the button is pressed: the price, what is typed, the page's word.

use florin_domain::card::{Brand, CodePolicy};

use super::{Asked, Effect, Notice, Phase, Price, State, Told};
use crate::entry::{Field, Mistake, Mistakes};

/// All that a key in a field can change of what is drawn. Most keys change none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderKeys {
    declined: bool,
    notice: Option<Notice>,
    mistakes: Mistakes,
    brands: [Option<&'static Brand>; 3],
}

impl State {
    /// What the next key may change.
    pub fn under_keys(&self) -> UnderKeys {
        UnderKeys {
            declined: matches!(self.phase, Phase::Declined { .. }),
            notice: self.notice,
            mistakes: self.mistakes,
            // The mark on the coin's other side follows them.
            brands: [self.brand, self.second, self.chosen],
        }
    }

    /// Another order: nothing of how the last one stood. What is typed stays, unless it paid.
    pub(super) fn another_order(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Read];
        match self.phase {
            Phase::Paid | Phase::Closed(_) => {
                effects.extend(self.wiped());
                self.face = None;
            }
            _ => {}
        }
        self.phase = Phase::Editing;
        self.price = None;
        self.notice = self.notice.filter(|notice| *notice == Notice::Offline);
        self.afterwards = None;
        self.silences = 0;
        (self.held, self.offered_again, self.told_unknown, self.leaving) = (false, false, false, false);
        effects
    }

    pub(super) fn read(&mut self, price: Price) -> Vec<Effect> {
        let first = self.price.replace(price).is_none();
        if matches!(self.phase, Phase::Failed { .. }) {
            self.phase = Phase::Editing;
        }
        let asks = std::mem::take(&mut self.held).then_some(Effect::AskPage);
        // What came before is asked for whoever pressed already too: the page waits to hear of it.
        let came_before = first.then_some(Effect::Status { asked: Asked::OnLoad, after_ms: 0 });
        asks.into_iter().chain(came_before).collect()
    }

    pub(super) fn unreadable(&mut self, again: bool) -> Vec<Effect> {
        // A price that is known stays: the server compares it when the shopper pays. And a payment that is under way is
        // followed, whatever is said of its order.
        if (self.price.is_some() && again) || (self.locked() && !self.held) {
            return Vec::new();
        }
        self.held = false;
        self.phase = Phase::Failed { again };
        let mut effects = if again { Vec::new() } else { self.wiped() };
        effects.push(Effect::Tell(Told::Unreadable));
        effects
    }

    pub(super) fn typed(
        &mut self,
        field: Field,
        mistake: Option<Mistake>,
        brand: Option<&'static Brand>,
        second: Option<&'static Brand>,
    ) -> Vec<Effect> {
        if self.mistakes.of(field).is_some() {
            self.mistakes.set(field, mistake);
        }
        self.set_brand(brand, second);
        self.touched = true;
        self.notice = self.notice.filter(|notice| *notice == Notice::Offline);
        if matches!(self.phase, Phase::Declined { .. }) {
            self.phase = Phase::Editing;
        }
        if !self.has_no_code() {
            return Vec::new();
        }
        self.mistakes.set(Field::Code, None);
        vec![Effect::WipeCode]
    }

    /// Whether the brand prints no code.
    pub fn has_no_code(&self) -> bool {
        self.brand.is_some_and(|brand| brand.code == CodePolicy::Hidden)
    }

    pub(super) fn set_brand(&mut self, brand: Option<&'static Brand>, second: Option<&'static Brand>) {
        if self.brand != brand || self.second != second {
            self.chosen = None;
        }
        self.brand = brand;
        self.second = second;
        if brand.is_some() {
            self.face = brand;
        }
    }

    /// Being offline is only said: whoever presses all the same hears what came of it.
    pub(super) fn online(&mut self, yes: bool) -> Vec<Effect> {
        match (yes, self.notice) {
            (false, _) => self.notice = Some(Notice::Offline),
            (true, Some(Notice::Offline)) => self.notice = None,
            (true, _) => {}
        }
        Vec::new()
    }

    pub(super) fn left(&mut self, field: Field, mistake: Option<Mistake>) -> Vec<Effect> {
        if self.focus == Some(field) {
            self.focus = None;
        }
        // A locked field is not the shopper's to mend. "Required" stays where a press put it.
        if !self.locked() && mistake.is_some() {
            self.mistakes.set(field, mistake);
        }
        Vec::new()
    }

    pub(super) fn pressed(&mut self, judged: Result<(), Mistakes>) -> Vec<Effect> {
        match (&self.phase, judged) {
            (Phase::Challenge { url, .. }, _) if !self.leaving => vec![Effect::Challenge(url.clone())],
            (Phase::Failed { again: true }, _) => vec![Effect::Read],
            (Phase::Editing | Phase::Declined { .. }, Err(mistakes)) => {
                self.phase = Phase::Editing;
                self.notice = None;
                self.mistakes = mistakes;
                let Some(first) = mistakes.first() else { return Vec::new() };
                vec![Effect::Focus(first), Effect::Tell(Told::Invalid(first))]
            }
            (Phase::Editing | Phase::Declined { .. }, Ok(())) => {
                self.phase = Phase::Paying;
                self.told_unknown = false;
                (self.notice, self.afterwards) = (None, None);
                self.mistakes = Mistakes::default();
                self.held = self.price.is_none();
                if self.held { Vec::new() } else { vec![Effect::AskPage] }
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn page_says(&mut self, yes: Option<bool>) -> Vec<Effect> {
        match (&self.phase, yes) {
            // Asked of a form before this one: here nobody saw a price yet.
            (Phase::Paying, _) if self.held => Vec::new(),
            (Phase::Paying, Some(true)) => vec![Effect::Pay],
            (Phase::Paying, Some(false)) => self.reopen(Some(Notice::Vetoed)),
            (Phase::Paying, None) => self.reopen(None),
            _ => Vec::new(),
        }
    }

    pub(super) fn clear(&mut self) -> Vec<Effect> {
        self.mistakes = Mistakes::default();
        self.set_brand(None, None);
        // An order that could not be read is still to be read.
        if !matches!(self.phase, Phase::Failed { .. }) {
            self.reopen(None);
        }
        vec![Effect::Wipe]
    }
}
