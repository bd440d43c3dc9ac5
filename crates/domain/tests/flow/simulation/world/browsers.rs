//! What browsers do, each tab for itself.

use florin_domain::checkout::CollectMode;
use florin_domain::flow::abandon;
use florin_domain::flow::open::{self, Fresh, Opening, Question};
use florin_domain::flow::pay::{self, Paying};
use florin_domain::ids::{AttemptId, PaymentId};
use florin_domain::order::OrderStatus;

use super::{Tab, World, choose};
use crate::scene;
use crate::simulation::gateway::Card;
use crate::simulation::wire::{Ask, Flight};

/// Most shoppers have one tab that they use.
fn usual_tab(pick: u64) -> usize {
    [0, 0, 0, 0, 1, 1, 2][choose(pick, 7).unwrap()]
}

impl World {
    pub(super) fn buy(&mut self, pick: u64) {
        for part in [Self::open, Self::hand_over, Self::pay] {
            part(self, pick);
            for _ in 0..4 * self.wire.len() {
                if !self.wire.is_empty() {
                    self.arrive(0);
                }
            }
        }
    }

    pub(super) fn open(&mut self, pick: u64) {
        let tab = usual_tab(pick);
        self.made += 1;
        let fresh = Fresh {
            attempt: AttemptId::parse(&format!("att_{}", self.made)).unwrap(),
            payment: PaymentId::parse(&format!("pay_{}", self.made)).unwrap(),
            account: scene::account().name,
            collect: self.character.collect,
        };
        let (order, current) = (self.ledger.order.clone(), self.ledger.holding().cloned());
        let limits = self.character.limits();
        if order.status == OrderStatus::Open && limits.are_used_up(&order) && current.is_none() {
            return self.ledger.fail("an order that was tried too often is open");
        }
        let question = Question { asked_again: (pick / 32).is_multiple_of(2), ..Question::default() };
        match open::requested(order, current, question, fresh, &limits, self.now) {
            Ok(Opening::Ready(attempt)) => {
                self.tabs[tab] = Tab { attempt: Some((attempt.id, attempt.payment)), token: None }
            }
            // The tab is told of it only when it asks again.
            Ok(Opening::Doubted(step)) => self.carry_out(step),
            Ok(Opening::Step(step)) => {
                let attempt = &step.case.attempt;
                self.tabs[tab] = Tab { attempt: Some((attempt.id.clone(), attempt.payment.clone())), token: None };
                self.carry_out(step);
            }
            Err(_) => {}
        }
    }

    pub(super) fn hand_over(&mut self, pick: u64) {
        let tab = usual_tab(pick);
        let Some((_, payment)) = self.tabs[tab].attempt.clone() else { return };
        // Without the client secret a browser can do nothing; it is told once the attempt is open.
        if !self.ledger.shown.contains(&payment) {
            return;
        }
        let (card, flip) = (Card::from(pick / 16), (pick / 256).is_multiple_of(5));
        // In token mode the gateway's own confirm stands open to a hostile browser all the same.
        let hostile = (pick / 4096).is_multiple_of(12);
        if self.character.collect == CollectMode::Token && !hostile {
            self.tabs[tab].token = self.gateway.tokenize(&payment, card, self.now);
        } else {
            self.wire.push(Flight::new(Ask::Browser { payment, card, flip }, self.now));
        }
    }

    pub(super) fn pay(&mut self, pick: u64) {
        let tab = usual_tab(pick);
        let Some((attempt, _)) = self.tabs[tab].attempt.clone() else { return };
        let token = self.tabs[tab].token.clone();
        let closing = (pick / 64).is_multiple_of(7);
        if let Ok(Paying::Step(step) | Paying::Look(step)) =
            pay::requested(self.ledger.case(&attempt), token, closing, self.now)
        {
            self.carry_out(step);
        }
    }

    pub(super) fn abandon(&mut self, pick: u64) {
        let tab = usual_tab(pick);
        let Some((attempt, _)) = self.tabs[tab].attempt.clone() else { return };
        let step = abandon::requested(self.ledger.case(&attempt));
        self.carry_out(step);
    }
}
