//! After it: the servers' answers, and their silence.

use florin_domain::checkout::ResultStatus;

use super::{Answer, Asked, Closed, Decline, Effect, Notice, Phase, State, Told, decline};
use crate::entry::{Field, Mistake, Mistakes};
use crate::wire::{ErrorAnswer, Standing};

impl State {
    pub(super) fn answered(&mut self, answer: Answer) -> Vec<Effect> {
        let ask_now = Effect::Status { asked: Asked::Awaiting, after_ms: 0 };
        let left = std::mem::take(&mut self.leaving) && matches!(self.phase, Phase::Challenge { .. });
        match answer {
            // The challenge has ended in another way by now, and what is under way is another try.
            Answer::GivenUp(_) | Answer::NotGivenUp if !left => Vec::new(),
            Answer::GivenUp(standing) => self.stand(standing, Asked::Awaiting),
            Answer::NotGivenUp => vec![Effect::Tell(Told::Unknown)],
            Answer::Standing(standing) => self.stand(standing, Asked::Awaiting),
            Answer::Repriced => {
                let mut effects = self.reopen(Some(Notice::Repriced));
                effects.push(Effect::Read);
                effects
            }
            Answer::Elsewhere => vec![ask_now],
            Answer::NotSent(notice) => self.reopen(Some(notice)),
            Answer::WrongKey => {
                self.reopen(Some(Notice::Misconfigured));
                vec![Effect::Tell(Told::WrongKey)]
            }
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

    pub(super) fn reopen(&mut self, notice: Option<Notice>) -> Vec<Effect> {
        self.phase = Phase::Editing;
        self.notice = notice;
        notice.map(|notice| Effect::Tell(Told::Open(notice))).into_iter().collect()
    }

    /// Follows the merchant server's Result.
    pub(super) fn stand(&mut self, standing: Standing, asked: Asked) -> Vec<Effect> {
        self.silences = 0;
        let on_load = asked == Asked::OnLoad;
        let again_after = standing.retry_after_ms.unwrap_or(1000);
        match standing.status {
            ResultStatus::Paid | ResultStatus::Authorized => {
                self.phase = Phase::Paid;
                vec![Effect::ShowPaid]
            }
            ResultStatus::Processing => self.wait(Phase::Processing, again_after),
            ResultStatus::Unknown => {
                let untold = self.untold();
                // A phase that is new reaches the page with the Result.
                self.told_unknown = true;
                let mut effects = self.wait(Phase::Unknown, again_after);
                effects.extend(untold);
                effects
            }
            ResultStatus::RequiresAction => {
                let Some(url) = standing.action_url else { return self.wait(Phase::Processing, again_after) };
                self.phase = Phase::Challenge { url: url.clone(), attempt: standing.attempt };
                // After a return the shopper decides: a page that leaves at once would never let go.
                if asked == Asked::Awaiting { vec![Effect::Challenge(url)] } else { Vec::new() }
            }
            ResultStatus::Declined if on_load && self.touched => Vec::new(),
            ResultStatus::Declined => self.decline(standing.error.as_ref(), on_load),
            ResultStatus::Open if on_load => Vec::new(),
            // Given up: the dialog or the link that had the focus is gone.
            ResultStatus::Open if matches!(self.phase, Phase::Challenge { .. }) => {
                self.reopen(None);
                if !self.closed {
                    return vec![Effect::Focus(Field::Number)];
                }
                // The focus went where it belongs when the page was closed; the shopper may be elsewhere by now.
                self.phase = Phase::Declined { again: true, reason: Decline::CLOSED };
                Vec::new()
            }
            // The page hears the Result itself.
            ResultStatus::Open => {
                let notice = self.afterwards.take().unwrap_or(Notice::NotCharged);
                self.reopen(Some(notice));
                Vec::new()
            }
            ResultStatus::Canceled => self.close(Closed::Canceled),
            ResultStatus::Expired => self.close(Closed::Expired),
        }
    }

    pub(super) fn wait(&mut self, phase: Phase, after_ms: u32) -> Vec<Effect> {
        self.phase = phase;
        vec![Effect::Status { asked: Asked::Awaiting, after_ms }]
    }

    pub(super) fn close(&mut self, why: Closed) -> Vec<Effect> {
        self.phase = Phase::Closed(why);
        self.wiped()
    }

    /// Nothing stands in the form any more.
    pub(super) fn wiped(&mut self) -> Vec<Effect> {
        self.set_brand(None, None);
        self.touched = false;
        vec![Effect::Wipe]
    }

    pub(super) fn decline(&mut self, error: Option<&ErrorAnswer>, on_load: bool) -> Vec<Effect> {
        let (reason, soft) = decline::reason(error);
        let again = soft && !self.offered_again && !on_load;
        self.offered_again = again;
        // "Try again" is no advice for a card that is not offered again.
        let told = if soft && !again && !on_load { Decline::OTHER } else { reason };
        self.phase = Phase::Declined { again, reason: told };
        self.mistakes = Mistakes::default();
        if on_load {
            return Vec::new();
        }
        if again {
            return vec![Effect::Focus(reason.field().unwrap_or(self.emptied()))];
        }
        let mut effects = self.wiped();
        effects.push(Effect::Focus(Field::Number));
        effects
    }

    pub(super) fn silence(&mut self) -> Vec<Effect> {
        let untold = self.untold();
        // A payment that was never answered is unknown, however it began.
        if self.phase == Phase::Paying {
            self.phase = Phase::Unknown;
        }
        let mut effects = self.ask_again(Asked::Awaiting);
        effects.extend(untold);
        effects
    }

    /// Ever more seldom: 1, 2, 4, 8, then every 16 seconds.
    pub(super) fn ask_again(&mut self, asked: Asked) -> Vec<Effect> {
        let after_ms = 1000 << self.silences.min(4);
        self.silences += 1;
        vec![Effect::Status { asked, after_ms }]
    }

    /// What the page hears, once, of a payment that stays unknown.
    fn untold(&mut self) -> Option<Effect> {
        let untold = self.phase == Phase::Unknown && !std::mem::replace(&mut self.told_unknown, true);
        untold.then_some(Effect::Tell(Told::Unknown))
    }

    /// What is to be typed anew once a card was handed over: the code, on a card that has one.
    fn emptied(&self) -> Field {
        if self.has_no_code() { Field::Number } else { Field::Code }
    }

    pub(super) fn gave_up(&mut self, closed: bool) -> Vec<Effect> {
        // A form that was loaded anew is empty.
        let focus = Effect::Focus(if self.touched { self.emptied() } else { Field::Number });
        match &self.phase {
            Phase::Challenge { attempt: Some(attempt), .. } if !self.leaving => {
                (self.leaving, self.closed) = (true, closed);
                let effects = [Some(Effect::Abandon(attempt.clone())), closed.then_some(focus)];
                effects.into_iter().flatten().collect()
            }
            // Said again: the browser has taken the focus away meanwhile.
            Phase::Challenge { .. } | Phase::Declined { reason: Decline::CLOSED, .. } if closed && self.closed => {
                vec![focus]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn returned(&mut self) -> Vec<Effect> {
        if !matches!(self.phase, Phase::Challenge { .. }) {
            return Vec::new();
        }
        self.phase = Phase::Paying;
        (self.told_unknown, self.leaving) = (false, false);
        vec![Effect::Status { asked: Asked::Returned, after_ms: 0 }]
    }
}
