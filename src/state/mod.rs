//! Where the checkout stands, and what happens next. Pure: no page, no network, no clock.
//!
//! [`State::apply`] takes what happened and says what to do; `checkout.rs` does it.

use florin_domain::card::Brand;
use florin_domain::checkout::ResultStatus;
use florin_domain::error::Advice;

use crate::entry::{Field, Mistake, Mistakes};
use crate::wire::{ErrorAnswer, Standing};

/// What the shopper sees. Data lives in the phase that needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The shopper types.
    Editing,
    /// The payment is on its way.
    Paying,
    /// The bank wants to see the shopper.
    Challenge {
        /// The bank's page.
        url: String,
        /// What is given up when the shopper takes another card.
        attempt: Option<String>,
    },
    /// The bank will tell.
    Processing,
    /// Bytes were sent and no answer came. Never shown as failed.
    Unknown,
    /// The bank said no.
    Declined {
        /// Whether the same card is offered once more.
        again: bool,
        /// Why, as far as it may be told.
        reason: Decline,
    },
    /// Done.
    Paid,
    /// The order takes no money any more.
    Closed(Closed),
    /// The order could not be read.
    Failed {
        /// Whether another try may help.
        again: bool,
    },
}

/// Why an order takes no money any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// Its time is over.
    Expired,
    /// The shop, or the limits, ended it.
    Canceled,
}

/// Groups of decline reasons that may be told. Lost and stolen cards are `Other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decline {
    /// No reason that may be told.
    Other,
    /// No reason, but the same card may work.
    Again,
    /// The bank did not confirm the shopper.
    NotConfirmed,
    /// The shop does not take such cards.
    NotSupported,
    /// The bank is busy.
    Busy,
    /// There is not enough money.
    Funds,
    /// One field is wrong.
    Fix(Field),
}

/// Something to say while the shopper types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nothing was sent that could charge.
    NotSent,
    /// It came out that nothing was charged.
    NotCharged,
    /// The price changed.
    Repriced,
    /// Too many tries.
    TooMany,
    /// The card can't be handed over safely.
    Misconfigured,
    /// The page asked not to pay now.
    Vetoed,
}

/// The price, as it is compared and as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Minor units, sent along so that nobody pays a price they did not see.
    pub amount: i64,
    /// In the shopper's locale.
    pub text: String,
}

/// What a try to pay came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The merchant server's Result.
    Standing(Standing),
    /// The price is another by now; nothing was opened.
    Repriced,
    /// The attempt is somebody else's, or the order is closed: its status says which.
    Elsewhere,
    /// Nothing that could charge was sent.
    NotSent(Notice),
    /// The gateway did not take what stands in this field; nothing was charged.
    FieldRefused(Field),
    /// The merchant server's answer was lost or refused after the card had been handed over.
    Lost(Option<Notice>),
}

/// Why a status came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The form was just loaded.
    OnLoad,
    /// An answer is awaited.
    Awaiting,
    /// The bank's page in the dialog is done.
    Returned,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The page named a session, or asks to read the order again.
    Session,
    /// The order was read.
    Read(Price),
    /// The order could not be read; whether another try may help.
    Unreadable {
        /// The network failed, not the session.
        again: bool,
    },
    /// A field changed.
    Typed {
        /// Which.
        field: Field,
        /// What is wrong with it now.
        mistake: Option<Mistake>,
        /// The brand of the number so far.
        brand: Option<&'static Brand>,
    },
    /// A field got the focus.
    Entered(Field),
    /// A field lost the focus; what is wrong with it, unless it is empty.
    Left(Field, Option<Mistake>),
    /// The button, Enter, or the page's `pay()`.
    Pressed(Result<(), Mistakes>),
    /// The page agrees to pay, or does not.
    PageSays(bool),
    /// A try to pay, or to give a challenge up, ended.
    Answered(Answer),
    /// A status came.
    Status(Asked, Standing),
    /// No status came.
    NoStatus(Asked),
    /// The shopper gives the challenge up.
    AnotherCard,
    /// The bank's page in the dialog is done; only the server knows how.
    Returned,
    /// The page wants the fields empty.
    Clear,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Read the order.
    Read,
    /// Ask the page whether to pay now.
    AskPage,
    /// Open an attempt, hand the card over, pay.
    Pay,
    /// Ask how the order stands, after so many milliseconds.
    Status {
        /// Why.
        asked: Asked,
        /// How long to wait before.
        after_ms: u32,
    },
    /// Give this attempt up.
    Abandon(String),
    /// Have the page go to the bank.
    Challenge(String),
    /// Put the focus into a field.
    Focus(Field),
    /// Empty all fields.
    Wipe,
    /// Leave the last four digits, and nothing else.
    ShowPaid,
    /// Tell the page how it went without a Result of the server's.
    Tell(Told),
}

/// An outcome that no server gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A field is wrong and has the focus.
    Invalid(Field),
    /// Nothing was charged; the order is open.
    Open(Notice),
    /// No answer came.
    Unknown,
    /// The order can't be read.
    Unreadable,
}

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
    /// Whether anything was typed.
    touched: bool,
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
            notice: None,
            held: false,
            offered_again: false,
            afterwards: None,
            silences: 0,
            touched: false,
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
            Event::Read(price) => self.read(price),
            Event::Unreadable { again } => self.unreadable(again),
            Event::Typed { field, mistake, brand } => self.typed(field, mistake, brand),
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
            Event::AnotherCard => self.another_card(),
            Event::Returned => self.returned(),
            Event::Clear if !self.locked() => self.clear(),
            Event::Status(..) | Event::NoStatus(_) | Event::Clear => Vec::new(),
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

    fn read(&mut self, price: Price) -> Vec<Effect> {
        let first = self.price.replace(price).is_none();
        if matches!(self.phase, Phase::Failed { .. }) {
            self.phase = Phase::Editing;
        }
        if self.held {
            self.held = false;
            return vec![Effect::AskPage];
        }
        if first { vec![Effect::Status { asked: Asked::OnLoad, after_ms: 0 }] } else { Vec::new() }
    }

    fn unreadable(&mut self, again: bool) -> Vec<Effect> {
        // A price that is known stays: the server compares it when the shopper pays.
        if self.price.is_some() && again {
            return Vec::new();
        }
        self.held = false;
        self.phase = Phase::Failed { again };
        vec![Effect::Tell(Told::Unreadable)]
    }

    fn typed(&mut self, field: Field, mistake: Option<Mistake>, brand: Option<&'static Brand>) -> Vec<Effect> {
        if self.mistakes.of(field).is_some() {
            self.mistakes.set(field, mistake);
        }
        self.set_brand(brand);
        self.touched = true;
        self.notice = None;
        if matches!(self.phase, Phase::Declined { .. }) {
            self.phase = Phase::Editing;
        }
        Vec::new()
    }

    fn set_brand(&mut self, brand: Option<&'static Brand>) {
        self.brand = brand;
        if brand.is_some() {
            self.face = brand;
        }
    }

    fn left(&mut self, field: Field, mistake: Option<Mistake>) -> Vec<Effect> {
        if self.focus == Some(field) {
            self.focus = None;
        }
        // A locked field is not the shopper's to mend. "Required" stays where a press put it.
        if !self.locked() && mistake.is_some() {
            self.mistakes.set(field, mistake);
        }
        Vec::new()
    }

    fn pressed(&mut self, judged: Result<(), Mistakes>) -> Vec<Effect> {
        match (&self.phase, judged) {
            (Phase::Challenge { url, .. }, _) => vec![Effect::Challenge(url.clone())],
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
                self.notice = None;
                self.mistakes = Mistakes::default();
                self.held = self.price.is_none();
                if self.held { Vec::new() } else { vec![Effect::AskPage] }
            }
            _ => Vec::new(),
        }
    }

    fn page_says(&mut self, yes: bool) -> Vec<Effect> {
        match (&self.phase, yes) {
            (Phase::Paying, true) => vec![Effect::Pay],
            (Phase::Paying, false) => self.reopen(Some(Notice::Vetoed)),
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, answer: Answer) -> Vec<Effect> {
        let ask_now = Effect::Status { asked: Asked::Awaiting, after_ms: 0 };
        match answer {
            Answer::Standing(standing) => self.stand(standing, Asked::Awaiting),
            Answer::Repriced => {
                let mut effects = self.reopen(Some(Notice::Repriced));
                effects.push(Effect::Read);
                effects
            }
            Answer::Elsewhere => vec![ask_now],
            Answer::NotSent(notice) => self.reopen(Some(notice)),
            Answer::FieldRefused(field) => {
                self.phase = Phase::Editing;
                self.mistakes.set(field, Some(Mistake::Refused));
                vec![Effect::Focus(field), Effect::Tell(Told::Invalid(field))]
            }
            Answer::Lost(Some(notice)) => {
                self.afterwards = Some(notice);
                vec![ask_now]
            }
            Answer::Lost(None) => {
                self.phase = Phase::Unknown;
                vec![ask_now]
            }
        }
    }

    fn reopen(&mut self, notice: Option<Notice>) -> Vec<Effect> {
        self.phase = Phase::Editing;
        self.notice = notice;
        notice.map(|notice| Effect::Tell(Told::Open(notice))).into_iter().collect()
    }

    /// Follows the merchant server's Result.
    fn stand(&mut self, standing: Standing, asked: Asked) -> Vec<Effect> {
        self.silences = 0;
        let on_load = asked == Asked::OnLoad;
        let again_after = standing.retry_after_ms.unwrap_or(1000);
        match standing.status {
            ResultStatus::Paid | ResultStatus::Authorized => {
                self.phase = Phase::Paid;
                vec![Effect::ShowPaid]
            }
            ResultStatus::Processing => self.wait(Phase::Processing, again_after),
            ResultStatus::Unknown => self.wait(Phase::Unknown, again_after),
            ResultStatus::RequiresAction => {
                let Some(url) = standing.action_url else { return self.wait(Phase::Processing, again_after) };
                self.phase = Phase::Challenge { url: url.clone(), attempt: standing.attempt };
                // After a return the shopper decides: a page that leaves at once would never let go.
                if asked == Asked::Awaiting { vec![Effect::Challenge(url)] } else { Vec::new() }
            }
            ResultStatus::Declined if on_load && self.touched => Vec::new(),
            ResultStatus::Declined => self.decline(standing.error.as_ref(), on_load),
            ResultStatus::Open if on_load => Vec::new(),
            // Given up: the link that had the focus is gone.
            ResultStatus::Open if matches!(self.phase, Phase::Challenge { .. }) => {
                self.reopen(None);
                vec![Effect::Focus(Field::Number)]
            }
            ResultStatus::Open => {
                let notice = self.afterwards.take().unwrap_or(Notice::NotCharged);
                self.reopen(Some(notice))
            }
            ResultStatus::Canceled => self.close(Closed::Canceled),
            ResultStatus::Expired => self.close(Closed::Expired),
        }
    }

    fn wait(&mut self, phase: Phase, after_ms: u32) -> Vec<Effect> {
        self.phase = phase;
        vec![Effect::Status { asked: Asked::Awaiting, after_ms }]
    }

    fn close(&mut self, why: Closed) -> Vec<Effect> {
        self.phase = Phase::Closed(why);
        vec![Effect::Wipe]
    }

    fn decline(&mut self, error: Option<&ErrorAnswer>, on_load: bool) -> Vec<Effect> {
        let (reason, soft) = reason(error);
        let again = soft && !self.offered_again && !on_load;
        self.offered_again = again;
        self.phase = Phase::Declined { again, reason };
        self.mistakes = Mistakes::default();
        match reason {
            _ if on_load => Vec::new(),
            Decline::Fix(field) if again => vec![Effect::Focus(field)],
            _ if again => vec![Effect::Focus(Field::Code)],
            _ => {
                self.set_brand(None);
                vec![Effect::Wipe, Effect::Focus(Field::Number)]
            }
        }
    }

    /// Asks again, ever more seldom: 1, 2, 4, 8, then every 16 seconds.
    fn silence(&mut self) -> Vec<Effect> {
        // A payment that was never answered is unknown, however it began.
        let told = matches!(self.phase, Phase::Unknown) && self.silences == 0;
        if self.phase == Phase::Paying {
            self.phase = Phase::Unknown;
        }
        let after_ms = 1000 << self.silences.min(4);
        self.silences += 1;
        let mut effects = vec![Effect::Status { asked: Asked::Awaiting, after_ms }];
        if told {
            effects.push(Effect::Tell(Told::Unknown));
        }
        effects
    }

    fn another_card(&mut self) -> Vec<Effect> {
        match &self.phase {
            Phase::Challenge { attempt: Some(attempt), .. } => vec![Effect::Abandon(attempt.clone())],
            _ => Vec::new(),
        }
    }

    fn returned(&mut self) -> Vec<Effect> {
        if !matches!(self.phase, Phase::Challenge { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Paying;
        vec![Effect::Status { asked: Asked::Returned, after_ms: 0 }]
    }

    fn clear(&mut self) -> Vec<Effect> {
        self.mistakes = Mistakes::default();
        self.set_brand(None);
        self.reopen(None);
        vec![Effect::Wipe]
    }
}

/// Why the bank declined, as far as it may be told, and whether the same card may work.
fn reason(error: Option<&ErrorAnswer>) -> (Decline, bool) {
    let Some(error) = error else { return (Decline::Other, false) };
    let soft = matches!(error.advice, Advice::TryAgain | Advice::Authenticate);
    let reason = match error.code.as_str() {
        "authentication_failed" => Decline::NotConfirmed,
        "card_not_supported" => Decline::NotSupported,
        "try_again_later" => Decline::Busy,
        "insufficient_funds" => Decline::Funds,
        "incorrect_cvc" => Decline::Fix(Field::Code),
        "incorrect_number" => Decline::Fix(Field::Number),
        "expired_card" => Decline::Fix(Field::Expiry),
        _ if soft => Decline::Again,
        _ => Decline::Other,
    };
    (reason, soft || matches!(reason, Decline::Fix(_)))
}

#[cfg(test)]
mod tests;
