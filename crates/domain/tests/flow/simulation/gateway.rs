//! A model gateway: payments with states, tokens, 3-D Secure, refunds by id, and a memory of every
//! answer it might have given before.

use std::collections::{BTreeMap, BTreeSet};

use florin_domain::flow::operate::{RefundFact, RefundStatus};
use florin_domain::flow::{Answer, Refusal, Snapshot};
use florin_domain::ids::{PaymentId, TokenId};
use florin_domain::money::Money;
use florin_domain::order::{Attempt, CaptureMethod};
use florin_domain::payment::IntentStatus;
use florin_domain::timestamp::Timestamp;

use super::character::{Character, Lie};
use crate::scene;

/// What the issuer says to a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    Approved,
    Declined,
    Challenged,
    Slow,
    /// Refused until the bank sees the shopper.
    Soft,
}

impl Card {
    pub(crate) fn from(pick: u64) -> Self {
        [Self::Approved, Self::Soft, Self::Approved, Self::Declined, Self::Challenged, Self::Slow, Self::Declined]
            [usize::try_from(pick % 7).unwrap()]
    }
}

#[derive(Debug)]
pub(crate) struct Payment {
    pub(crate) id: PaymentId,
    pub(crate) amount: Money,
    pub(crate) capture: CaptureMethod,
    pub(crate) status: IntentStatus,
    pub(crate) received: i64,
    pub(crate) refunded: i64,
    three_ds: bool,
    /// Cards that were refused for that wish.
    pub(crate) wished_in_vain: BTreeSet<TokenId>,
    /// What the bank wrote last.
    written: Option<String>,
    refunds: BTreeMap<String, RefundFact>,
    created: Timestamp,
    expires_at: Timestamp,
    updated: Timestamp,
    /// Every way it was ever shown, newest last.
    shown: Vec<Snapshot>,
}

impl Payment {
    /// Captured money that nobody gave back.
    pub(crate) fn kept(&self) -> i64 {
        self.received - self.refunded
    }

    fn show(&self, character: &Character) -> Snapshot {
        let mut snapshot = scene::snapshot(self.status);
        snapshot.payment = self.id.clone();
        snapshot.amount = self.amount.minor_units();
        snapshot.net_amount = self.amount.minor_units();
        snapshot.amount_received = self.received;
        snapshot.updated = Some(self.updated);
        snapshot.lives_for = Some(self.expires_at.since(self.created));
        snapshot.error_message = self.written.clone();
        snapshot.client_secret = Some(format!("{}_secret", self.id));
        if self.status != IntentStatus::RequiresPaymentMethod || character.lies_from_the_start {
            match character.lie {
                None => {}
                Some(Lie::Amount) => snapshot.amount += 1,
                Some(Lie::NetAmount) => snapshot.net_amount -= 1,
                Some(Lie::Currency) => snapshot.currency = "USD".to_owned(),
                Some(Lie::Merchant) => snapshot.merchant_id = "merchant_2".to_owned(),
                Some(Lie::Received) => snapshot.amount_received -= i64::from(self.received > 0),
            }
        }
        snapshot
    }
}

#[derive(Debug, Default)]
pub(crate) struct Gateway {
    pub(crate) payments: BTreeMap<PaymentId, Payment>,
    tokens: BTreeMap<TokenId, (PaymentId, Card, Timestamp)>,
    /// Payments that some webhook or return names; each may arrive any number of times.
    pub(crate) hints: Vec<PaymentId>,
}

impl Gateway {
    pub(crate) fn create(
        &mut self,
        attempt: &Attempt,
        expires_at: Timestamp,
        now: Timestamp,
        character: &Character,
    ) -> Answer<Snapshot> {
        if self.payments.contains_key(&attempt.payment) {
            return Answer::Refused(Refusal::Exists);
        }
        let mut payment = Payment {
            id: attempt.payment.clone(),
            amount: attempt.amount,
            capture: attempt.capture,
            status: IntentStatus::RequiresPaymentMethod,
            received: 0,
            refunded: 0,
            three_ds: attempt.three_ds,
            wished_in_vain: BTreeSet::new(),
            written: None,
            refunds: BTreeMap::new(),
            created: now,
            expires_at,
            updated: now,
            shown: Vec::new(),
        };
        let snapshot = payment.show(character);
        payment.shown.push(snapshot.clone());
        self.payments.insert(payment.id.clone(), payment);
        Answer::Done(snapshot)
    }

    /// `back` says how many versions too old the answer is.
    pub(crate) fn read(&self, id: &PaymentId, back: usize) -> Answer<Snapshot> {
        let Some(payment) = self.payments.get(id) else {
            return Answer::Refused(Refusal::NotFound);
        };
        let newest = payment.shown.len() - 1;
        Answer::Done(payment.shown[newest.saturating_sub(back)].clone())
    }

    pub(crate) fn tokenize(&mut self, id: &PaymentId, card: Card, now: Timestamp) -> Option<TokenId> {
        let payment = self.payments.get(id)?;
        if payment.status != IntentStatus::RequiresPaymentMethod {
            return None;
        }
        let token = scene::token(&format!("{}_{}", id.as_str(), self.tokens.len()));
        // One in a few is worthless from the start, as after a restart of the gateway.
        let lives = if self.tokens.len() % 5 == 4 { 0 } else { 900 };
        let until = now.plus(std::time::Duration::from_secs(lives));
        self.tokens.insert(token.clone(), (id.clone(), card, until));
        Some(token)
    }

    pub(crate) fn confirm(
        &mut self,
        id: &PaymentId,
        token: &TokenId,
        now: Timestamp,
        character: &Character,
    ) -> Answer<Snapshot> {
        if let Some(refusal) = self.takes_no_card(id, character) {
            return Answer::Refused(refusal);
        }
        if character.refuses_three_ds && self.payments[id].three_ds {
            self.payments.get_mut(id).unwrap().wished_in_vain.insert(token.clone());
            return Answer::Refused(Refusal::Ours("IR_04".to_owned()));
        }
        match self.tokens.get(token) {
            Some((payment, card, until)) if payment == id && now < *until => {
                let card = *card;
                self.charge(id, card, now, character);
                self.read(id, 0)
            }
            _ => Answer::Refused(Refusal::TokenRejected),
        }
    }

    /// The browser's own confirm, which may ask for another capture method.
    pub(crate) fn confirm_published(
        &mut self,
        id: &PaymentId,
        card: Card,
        flip: bool,
        now: Timestamp,
        character: &Character,
    ) {
        let refuses_the_wish =
            character.refuses_three_ds && self.payments.get(id).is_some_and(|payment| payment.three_ds);
        if refuses_the_wish || self.takes_no_card(id, character).is_some() {
            return;
        }
        if let Some(payment) = self.payments.get_mut(id)
            && flip
        {
            payment.capture = match payment.capture {
                CaptureMethod::Automatic => CaptureMethod::Manual,
                CaptureMethod::Manual => CaptureMethod::Automatic,
            };
        }
        self.charge(id, card, now, character);
    }

    fn takes_no_card(&self, id: &PaymentId, character: &Character) -> Option<Refusal> {
        match self.payments.get(id).map(|payment| payment.status) {
            None => Some(Refusal::NotFound),
            Some(IntentStatus::RequiresPaymentMethod) => None,
            Some(IntentStatus::Failed) if character.manual_retry => None,
            Some(_) => Some(Refusal::WrongState),
        }
    }

    fn charge(&mut self, id: &PaymentId, card: Card, now: Timestamp, character: &Character) {
        match card {
            Card::Approved => self.approve(id, now, character),
            Card::Declined => self.change(id, IntentStatus::Failed, now, character),
            Card::Challenged => self.change(id, IntentStatus::RequiresCustomerAction, now, character),
            Card::Soft if self.payments[id].three_ds => {
                self.change(id, IntentStatus::RequiresCustomerAction, now, character);
            }
            Card::Soft => {
                self.payments.get_mut(id).unwrap().written = Some("Authentication required".to_owned());
                self.change(id, IntentStatus::Failed, now, character);
            }
            Card::Slow => self.change(id, IntentStatus::Processing, now, character),
        }
    }

    fn approve(&mut self, id: &PaymentId, now: Timestamp, character: &Character) {
        let Some(payment) = self.payments.get_mut(id) else { return };
        match payment.capture {
            CaptureMethod::Manual => self.change(id, IntentStatus::RequiresCapture, now, character),
            CaptureMethod::Automatic => {
                payment.received = payment.amount.minor_units();
                self.change(id, IntentStatus::Succeeded, now, character);
            }
        }
    }

    /// A bank, or a shopper at the bank, decides.
    pub(crate) fn decide(&mut self, id: &PaymentId, yes: bool, now: Timestamp, character: &Character) {
        let waits = |payment: &Payment| {
            matches!(payment.status, IntentStatus::RequiresCustomerAction | IntentStatus::Processing)
        };
        if !self.payments.get(id).is_some_and(waits) {
            return;
        }
        if yes { self.approve(id, now, character) } else { self.change(id, IntentStatus::Failed, now, character) }
    }

    /// Payments in this status.
    pub(crate) fn in_status(&self, status: IntentStatus) -> Vec<PaymentId> {
        self.payments.values().filter(|payment| payment.status == status).map(|payment| payment.id.clone()).collect()
    }

    pub(crate) fn cancel(&mut self, id: &PaymentId, now: Timestamp, character: &Character) -> Answer<Snapshot> {
        use IntentStatus as S;
        match self.payments.get(id).map(|payment| payment.status) {
            None => Answer::Refused(Refusal::NotFound),
            Some(S::RequiresPaymentMethod | S::RequiresCustomerAction | S::RequiresCapture) => {
                self.change(id, S::Cancelled, now, character);
                self.read(id, 0)
            }
            Some(_) => Answer::Refused(Refusal::WrongState),
        }
    }

    pub(crate) fn capture(
        &mut self,
        id: &PaymentId,
        amount: i64,
        now: Timestamp,
        character: &Character,
    ) -> Answer<Snapshot> {
        match self.payments.get_mut(id) {
            None => Answer::Refused(Refusal::NotFound),
            Some(payment) if payment.status == IntentStatus::RequiresCapture => {
                payment.received = amount;
                let whole = amount == payment.amount.minor_units();
                let status = if whole { IntentStatus::Succeeded } else { IntentStatus::PartiallyCaptured };
                self.change(id, status, now, character);
                self.read(id, 0)
            }
            Some(_) => Answer::Refused(Refusal::WrongState),
        }
    }

    /// In some worlds all are carried out at once, in others later.
    pub(crate) fn refund(
        &mut self,
        id: &PaymentId,
        refund: &str,
        amount: i64,
        character: &Character,
    ) -> Answer<RefundFact> {
        let Some(payment) = self.payments.get_mut(id) else {
            return Answer::Refused(Refusal::NotFound);
        };
        if payment.refunds.contains_key(refund) {
            return Answer::Refused(Refusal::Exists);
        }
        let was_captured = matches!(payment.status, IntentStatus::Succeeded | IntentStatus::PartiallyCaptured);
        if !was_captured || payment.kept() < amount {
            return Answer::Refused(Refusal::WrongState);
        }
        let fact = RefundFact {
            payment: id.clone(),
            amount,
            currency: payment.amount.currency().code().to_owned(),
            status: if character.slow_refunds { RefundStatus::Pending } else { RefundStatus::Succeeded },
            error_code: None,
        };
        payment.refunds.insert(refund.to_owned(), fact.clone());
        payment.refunded += amount;
        Answer::Done(fact)
    }

    /// Reading a slow one is when it is decided: all goes back, or a half; a third fails.
    pub(crate) fn read_refund(&mut self, id: &PaymentId, refund: &str) -> Answer<RefundFact> {
        let Some(payment) = self.payments.get_mut(id) else {
            return Answer::Refused(Refusal::NotFound);
        };
        let Some(fact) = payment.refunds.get_mut(refund) else {
            return Answer::Refused(Refusal::NotFound);
        };
        if fact.status == RefundStatus::Pending {
            let fails = fact.amount == payment.amount.minor_units() / 3;
            fact.status = if fails { RefundStatus::Failed } else { RefundStatus::Succeeded };
            payment.refunded -= if fails { fact.amount } else { 0 };
        }
        Answer::Done(fact.clone())
    }

    /// Ends by time what waits for a card, and in some runs what waits for the shopper.
    pub(crate) fn expire(&mut self, now: Timestamp, character: &Character) {
        let over: Vec<_> = self
            .payments
            .values()
            .filter(|payment| now >= payment.expires_at)
            .map(|p| (p.id.clone(), p.status))
            .collect();
        for (id, status) in over {
            let ends = match status {
                IntentStatus::RequiresPaymentMethod => character.expires_unconfirmed,
                IntentStatus::RequiresCustomerAction => character.expires_challenges,
                _ => false,
            };
            if ends {
                self.change(&id, IntentStatus::Expired, now, character);
            }
        }
    }

    fn change(&mut self, id: &PaymentId, status: IntentStatus, now: Timestamp, character: &Character) {
        let Some(payment) = self.payments.get_mut(id) else { return };
        payment.status = status;
        // A gateway's clock may not tell two changes apart.
        let tick = u64::from(!character.coarse_clock);
        payment.updated = now.max(payment.updated.plus(std::time::Duration::from_millis(tick)));
        let snapshot = payment.show(character);
        payment.shown.push(snapshot);
        self.hints.push(id.clone());
    }
}
